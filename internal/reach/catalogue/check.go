package catalogue

import (
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/gocty"
)

// What is written out in a file is checked when the file is read; what depends
// on a resource can only be a gap in the report.

// checkNode refuses what no expression may hold: calls of what is no function
// or with the wrong number of arguments, and numbers that nobody could print.
func (l *loader) checkNode(node hclsyntax.Node) hcl.Diagnostics {
	switch x := node.(type) {
	case *hclsyntax.FunctionCallExpr:
		l.checkCall(x)
	case *hclsyntax.LiteralValueExpr:
		if v := x.Val; v.Type() == cty.Number && v.IsKnown() && !v.IsNull() && !writable(v) {
			l.wrong(x.SrcRange, "Number out of range", "The number has too many digits.")
		}
	}
	return nil
}

func (l *loader) checkCall(call *hclsyntax.FunctionCallExpr) {
	if !slices.Contains(functionNames, call.Name) {
		l.wrong(call.NameRange, "Unknown function", "There is no function %q. Functions are: %s.", call.Name, strings.Join(functionNames, ", "))
		return
	}
	f := functions(nil, nil, &work{})[call.Name]
	least, most := len(f.Params()), len(f.Params())
	if f.VarParam() != nil {
		most = len(call.Args)
	}
	typeAt, relates := relations[call.Name]
	if relates {
		least = typeAt.least
	}
	if !call.ExpandFinal && (len(call.Args) < least || len(call.Args) > most) {
		l.wrong(call.NameRange, "Wrong number of arguments", "%s takes %s, not %d.", call.Name, arguments(least, f.VarParam() != nil), len(call.Args))
		return
	}
	if relates {
		l.checkRelation(call, typeAt)
	}
}

func arguments(least int, more bool) string {
	out := "one argument"
	if least != 1 {
		out = []string{"no", "", "two", "three", "four", "five"}[least] + " arguments"
	}
	if more {
		out += " or more"
	}
	return out
}

// relationArguments says how a function names another type.
type relationArguments struct {
	least int   // arguments
	types []int // which of them are types
}

var relations = map[string]relationArguments{
	"children": {2, []int{0}}, "find": {3, []int{0}}, "peers": {5, []int{0, 3}}, "referents": {3, []int{1}},
}

// checkRelation notes the types that an entry looks at. They have to be
// written out, because of a type that nobody names no value is read.
func (l *loader) checkRelation(call *hclsyntax.FunctionCallExpr, r relationArguments) {
	for _, at := range r.types {
		if at >= len(call.Args) {
			return
		}
		v, diags := call.Args[at].Value(nil)
		if diags.HasErrors() || call.ExpandFinal || v.Type() != cty.String || !v.IsKnown() || v.IsNull() {
			l.wrong(call.Args[at].Range(), "Not a type", "%s takes the resource type as a plain string.", call.Name)
			continue
		}
		l.catalogue.parts = append(l.catalogue.parts, v.AsString())
	}
}

// constant returns the value of an attribute that depends on nothing, and
// refuses one that does.
func (l *loader) constant(a *hcl.Attribute) (v cty.Value, ok bool) {
	node, isNode := a.Expr.(hclsyntax.Node)
	if isNode && len(loops(node)) > 0 {
		l.wrong(a.Expr.Range(), "Not a plain value", "%s must be written out.", a.Name)
		return cty.NilVal, false
	}
	v, diags := a.Expr.Value(nil)
	l.diags = append(l.diags, diags...)
	return v, !diags.HasErrors()
}

// written returns the value of an expression that is written out, and whether
// it is. Names, functions and loops make one that is not.
func written(x hcl.Expression) (v cty.Value, ok bool) {
	node, isNode := x.(hclsyntax.Node)
	if !isNode || len(x.Variables()) > 0 || len(loops(node)) > 0 {
		return cty.NilVal, false
	}
	v, diags := x.Value(nil)
	return v, !diags.HasErrors() && (&work{left: maxWork}).weigh(v) == nil
}

// truth is an expression that has to be true or false, as far as that is
// written out.
func (l *loader) truth(a *hcl.Attribute) hcl.Expression {
	x := l.expr(a)
	if x == nil {
		return nil
	}
	if v, ok := written(x); ok {
		if _, isBool := tfstate.Bool(v); !isBool && !v.IsNull() {
			l.wrong(x.Range(), "Neither true nor false", "%s must be true, false or an expression.", a.Name)
		}
	}
	return x
}

// portsOf is an expression that has to be a port or a list of them.
func (l *loader) portsOf(a *hcl.Attribute) hcl.Expression {
	x := l.expr(a)
	if x == nil {
		return nil
	}
	if v, ok := written(x); ok {
		if ports := readPorts(v); ports.odd || len(ports.ranges) == 0 {
			l.wrong(x.Range(), "Not a port", "%s must be a number from 1 to 65535, a range such as \"8000-8100\", or a list of them.", a.Name)
		}
	}
	return x
}

// accessOf is an expression that has to be one of the words for access.
func (l *loader) accessOf(a *hcl.Attribute) hcl.Expression {
	x := l.expr(a)
	if x == nil {
		return nil
	}
	if v, ok := written(x); ok {
		if text, _ := tfstate.String(v); !slices.Contains(accesses, text) {
			l.wrong(x.Range(), "Unknown word", "%s must be one of %s.", a.Name, strings.Join(accesses, ", "))
		}
	}
	return x
}

var accesses = []string{
	string(exposure.AccessAnonymous), string(exposure.AccessAnyAuthenticated), string(exposure.AccessAuthenticated), string(exposure.AccessUnknown),
}

// kinds are the words for what a service is: those that the analysis itself
// uses of endpoints, and one for all else.
var kinds = []string{
	"address", "api", "bastion", "bucket", "cache", "compute", "database", "file_transfer", "firewall", "k8s_api", "lb", "nat",
	"queue", "registry", "storage", "vault", "vpn", "web", "other",
}

// text returns the value of an attribute that must be a plain string.
func (l *loader) text(a *hcl.Attribute) string {
	if a == nil {
		return ""
	}
	v, ok := l.constant(a)
	if !ok {
		return ""
	}
	if v.Type() != cty.String || v.IsNull() || !v.IsKnown() {
		l.wrong(a.Expr.Range(), "Not a string", "%s must be a string.", a.Name)
		return ""
	}
	return v.AsString()
}

func (l *loader) port(a *hcl.Attribute) (port uint16) {
	if a == nil {
		return 0
	}
	if v, ok := l.constant(a); ok {
		if err := gocty.FromCtyValue(v, &port); err != nil {
			l.wrong(a.Expr.Range(), "Not a port", "%s must be a number from 0 to 65535.", a.Name)
		}
	}
	return port
}
