package catalogue

import (
	"errors"
	"reflect"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// maxWork is how many steps the expressions of an entry may take for one
// resource: values that a for expression makes, and parts of the values that
// functions are given or that let keeps. Lists of thousands of rules need a
// tenth of it. HCL itself has no bound: a for in a for in a for runs for hours.
const maxWork = 1 << 18

// maxExponent bounds numbers to what can be written out: converting one with a
// billion digits to text would take as many bytes.
const maxExponent = 1 << 12

var (
	errWork   = errors.New("the entry takes too many steps")
	errNumber = errors.New("a number is out of range")
)

// work counts the steps that are left.
type work struct {
	left    int
	stopped string // where there were none left, empty as long as there are
}

func (w *work) spend(steps int) error {
	if w.left -= steps; w.left < 0 {
		w.left = 0
		return errWork
	}
	return nil
}

// workName is a name that no expression can write.
const workName = "work left"

var workType = cty.Capsule("work", reflect.TypeFor[work]())

func workIn(ctx *hcl.EvalContext) *work {
	for ; ctx != nil; ctx = ctx.Parent() {
		if v, ok := ctx.Variables[workName]; ok {
			return v.EncapsulatedValue().(*work)
		}
	}
	return nil
}

// counted is a part of a for expression, evaluated once for each element.
type counted struct{ hclsyntax.Expression }

func (x counted) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	w := workIn(ctx)
	if w == nil || w.left == 0 {
		return cty.DynamicVal, x.tooMuch()
	}
	v, diags := x.Expression.Value(ctx)
	if w.spend(1+lengthOf(v)) != nil {
		return cty.DynamicVal, x.tooMuch()
	}
	return v, diags
}

func (x counted) tooMuch() hcl.Diagnostics {
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Too many steps", Detail: "The entry takes too many steps.", Subject: x.Range().Ptr()}}
}

// count makes the for expressions in a tree count their steps.
func count(root hclsyntax.Node) {
	for _, f := range loops(root) {
		f.ValExpr = counted{f.ValExpr}
		if f.KeyExpr != nil {
			f.KeyExpr = counted{f.KeyExpr}
		}
		if f.CondExpr != nil {
			f.CondExpr = counted{f.CondExpr}
		}
	}
}

func loops(root hclsyntax.Node) []*hclsyntax.ForExpr {
	var out []*hclsyntax.ForExpr
	_ = hclsyntax.VisitAll(root, func(node hclsyntax.Node) hcl.Diagnostics {
		if f, ok := node.(*hclsyntax.ForExpr); ok {
			out = append(out, f)
		}
		return nil
	})
	return out
}

// lengthOf is how many parts a value has, its characters in sixteens.
func lengthOf(v cty.Value) int {
	v, _ = v.Unmark()
	switch t := v.Type(); {
	case !v.IsKnown() || v.IsNull():
		return 0
	case t == cty.String:
		return len(v.AsString()) / 16
	case t.IsTupleType():
		return t.Length()
	case t.IsObjectType():
		return len(t.AttributeTypes())
	case t.IsCollectionType():
		return v.LengthInt()
	}
	return 0
}

// weigh spends a step for everything in a value, and refuses numbers that are
// out of range.
func (w *work) weigh(v cty.Value) error {
	return cty.Walk(v, func(_ cty.Path, part cty.Value) (bool, error) {
		part, _ = part.Unmark()
		if part.Type() == cty.Number && part.IsKnown() && !part.IsNull() && !writable(part) {
			return false, errNumber
		}
		return true, w.spend(1 + lengthOf(part))
	})
}

// writable reports whether a number has so few digits that it can be written
// out.
func writable(number cty.Value) bool {
	f := number.AsBigFloat()
	exponent := f.MantExp(nil)
	return !f.IsInf() && exponent <= maxExponent && exponent >= -maxExponent
}

// metered returns f with its arguments counted.
func metered(w *work, f function.Function) function.Function {
	return function.New(&function.Spec{
		Params:   f.Params(),
		VarParam: f.VarParam(),
		Type: func(args []cty.Value) (cty.Type, error) {
			for _, arg := range args {
				if err := w.spend(1 + lengthOf(arg)); err != nil {
					return cty.NilType, err
				}
			}
			return f.ReturnTypeForValues(args)
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return f.Call(args) },
	})
}
