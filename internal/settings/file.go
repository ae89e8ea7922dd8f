package settings

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Bounds of a configuration file. The parser recurses without a bound of its
// own, and a stack that overflows cannot be caught.
const (
	maxFile    = 256 << 10 // bytes
	maxNesting = 100
)

// File is what a configuration file of the command line declares.
type File struct {
	Settings Settings
	Waivers  []exposure.Waiver

	places map[string]hcl.Range
}

// Place returns where the value of a setting begins, "FILE:LINE,COLUMN", and
// "" for a setting that the file does not hold.
func (f File) Place(setting string) string {
	r, ok := f.places[setting]
	if !ok {
		return ""
	}
	return PlaceOf(r)
}

// PlaceOf returns the start of a range as "FILE:LINE,COLUMN".
func PlaceOf(r hcl.Range) string {
	return fmt.Sprintf("%s:%d,%d", r.Filename, r.Start.Line, r.Start.Column)
}

// ParseFile reads a configuration file: the attributes of a settings
// declaration, and waivers. Values are literals; there is nothing to refer to.
// rules, when not nil, returns what tells the rules that waivers may name under
// the settings of the file. Every error carries its place in the file, and they
// come in its order.
func ParseFile(name string, src []byte, rules func(HostRules) RuleCheck) (File, hcl.Diagnostics) {
	if why := unreadable(name, src); why != "" {
		return File{}, hcl.Diagnostics{{
			Severity: hcl.DiagError, Summary: "Configuration too large", Detail: why,
			Subject: &hcl.Range{Filename: name, Start: hcl.InitialPos, End: hcl.InitialPos},
		}}
	}
	file, diags := hclparse.NewParser().ParseHCL(src, name)
	if diags.HasErrors() {
		return File{}, diags
	}
	attrs, more := file.Body.JustAttributes()
	diags = append(diags, more...)
	out := File{places: map[string]hcl.Range{}}
	values := map[string]cty.Value{}
	for attr, a := range attrs {
		v, more := a.Expr.Value(nil)
		diags = append(diags, more...)
		values[attr], out.places[attr] = v, a.Expr.Range()
	}
	declared := values["waivers"]
	delete(values, "waivers")
	var problems []Problem
	out.Settings, problems = Parse(values)
	diags = append(diags, located(problems, attrs)...)
	var check RuleCheck
	if rules != nil {
		check = rules(out.Settings.HostRules)
	}
	out.Waivers, problems = ParseWaivers(declared, check)
	diags = append(diags, located(problems, attrs)...)
	slices.SortStableFunc(diags, func(a, b *hcl.Diagnostic) int { return cmp.Compare(offset(a), offset(b)) })
	return out, diags
}

// unreadable says why a file is not given to the parser, "" for one that is.
func unreadable(name string, src []byte) string {
	if len(src) > maxFile {
		return fmt.Sprintf("The file has %d bytes; a configuration has at most %d.", len(src), maxFile)
	}
	tokens, _ := hclsyntax.LexConfig(src, name, hcl.InitialPos) // the parser tells what is wrong with them
	depth, operators := 0, 0
	for _, token := range tokens {
		switch token.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
			depth, operators = depth+1, 0
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenTemplateSeqEnd:
			depth, operators = max(depth-1, 0), 0
		case hclsyntax.TokenBang, hclsyntax.TokenMinus:
			operators++
		case hclsyntax.TokenNewline, hclsyntax.TokenComment:
		default:
			operators = 0
		}
		if depth+operators > maxNesting {
			return fmt.Sprintf("Line %d nests values more than %d deep.", token.Range.Start.Line, maxNesting)
		}
	}
	return ""
}

func offset(d *hcl.Diagnostic) int {
	if d.Subject == nil {
		return 0
	}
	return d.Subject.Start.Byte
}

// located turns problems into diagnostics at the values they concern.
func located(problems []Problem, attrs hcl.Attributes) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, p := range problems {
		d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid setting", Detail: p.Error() + "."}
		if a, ok := attrs[p.Path[0]]; ok {
			d.Subject = rangeOf(a.Expr, p.Path[1:]).Ptr()
		}
		diags = append(diags, d)
	}
	return diags
}

// rangeOf returns where the value at a path below an expression stands, as
// deep as the expression is written out.
func rangeOf(expr hcl.Expression, path []string) hcl.Range {
	if len(path) == 0 {
		return expr.Range()
	}
	if pairs, diags := hcl.ExprMap(expr); !diags.HasErrors() {
		for _, pair := range pairs {
			key, diags := pair.Key.Value(nil)
			if !diags.HasErrors() && key.Type() == cty.String && key.IsKnown() && !key.IsNull() && key.AsString() == path[0] {
				return rangeOf(pair.Value, path[1:])
			}
		}
	}
	if items, diags := hcl.ExprList(expr); !diags.HasErrors() {
		if i, err := strconv.Atoi(path[0]); err == nil && i < len(items) {
			return rangeOf(items[i], path[1:])
		}
	}
	return expr.Range()
}
