package tfsource

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// literal returns the value of an expression that is written out, with neither
// variables nor functions.
func literal(e hcl.Expression) (cty.Value, bool) {
	if e == nil || !writtenOut(e) {
		return cty.NilVal, false
	}
	v, diags := e.Value(nil)
	if diags.HasErrors() || !v.IsWhollyKnown() {
		return cty.NilVal, false
	}
	return v, true
}

// writtenOut reports whether e consists of literals, so that its value costs
// no more than its text: a for expression within another could run for hours.
func writtenOut(e hcl.Expression) bool {
	switch e := e.(type) {
	case *hclsyntax.LiteralValueExpr:
		return true
	case *hclsyntax.TemplateExpr:
		return every(e.Parts, func(e hclsyntax.Expression) bool { return writtenOut(e) })
	case *hclsyntax.TupleConsExpr:
		return every(e.Exprs, func(e hclsyntax.Expression) bool { return writtenOut(e) })
	case *hclsyntax.ObjectConsExpr:
		return every(e.Items, func(item hclsyntax.ObjectConsItem) bool {
			key, ok := item.KeyExpr.(*hclsyntax.ObjectConsKeyExpr)
			return ok && (hcl.ExprAsKeyword(key.Wrapped) != "" && !key.ForceNonLiteral || writtenOut(key.Wrapped)) && writtenOut(item.ValueExpr)
		})
	case *hclsyntax.UnaryOpExpr:
		return writtenOut(e.Val)
	case *hclsyntax.ParenthesesExpr:
		return writtenOut(e.Expression)
	case hclsyntax.Expression:
		return false
	}
	return !hasTemplate(e)
}

func every[T any](of []T, is func(T) bool) bool {
	return !slices.ContainsFunc(of, func(e T) bool { return !is(e) })
}

// hasTemplate reports whether a JSON expression holds a string that terraform
// would evaluate.
func hasTemplate(e hcl.Expression) bool {
	v, diags := e.Value(nil) // which takes strings as they stand
	if diags.HasErrors() {
		return true
	}
	found := false
	_ = cty.Walk(v, func(_ cty.Path, v cty.Value) (bool, error) { // the function returns no error
		if v.Type() == cty.String && v.IsKnown() && !v.IsNull() {
			found = found || strings.Contains(v.AsString(), "${") || strings.Contains(v.AsString(), "%{")
		}
		return !found, nil
	})
	return found
}

// contradicts reports whether a value of the state cannot come from a literal.
// What the state leaves out, and what the two do not write alike enough to be
// compared, contradicts nothing. Lists are compared without their order, which
// a set does not keep.
func contradicts(written, is cty.Value) bool {
	if written.IsNull() || is == cty.NilVal || is.IsNull() || !is.IsWhollyKnown() {
		return false
	}
	a, primitive := plain(written)
	b, same := plain(is)
	switch {
	case primitive && same:
		return a != b
	case primitive || same:
		return false
	case written.Type().IsObjectType():
		return object(written, is)
	}
	return !sameSet(written, is)
}

func object(written, is cty.Value) bool {
	if !is.Type().IsObjectType() && !is.Type().IsMapType() {
		return false
	}
	values := is.AsValueMap()
	for key, v := range written.AsValueMap() {
		if other, ok := values[key]; ok && contradicts(v, other) {
			return true
		}
	}
	return false
}

// sameSet reports whether two collections have the same elements; they have
// when it cannot be told.
func sameSet(written, is cty.Value) bool {
	a, okA := texts(written)
	b, okB := texts(is)
	if !okA || !okB {
		return true
	}
	for text := range a {
		if !b[text] {
			return false
		}
	}
	return len(a) == len(b)
}

func texts(v cty.Value) (map[string]bool, bool) {
	if !v.CanIterateElements() || v.Type().IsObjectType() || v.Type().IsMapType() {
		return nil, false
	}
	out := map[string]bool{}
	for _, e := range v.AsValueSlice() {
		text, ok := plain(e)
		if !ok {
			return nil, false
		}
		out[text] = true
	}
	return out, true
}

// plain returns a string, number or boolean as text.
func plain(v cty.Value) (string, bool) {
	if v.IsNull() || !v.IsKnown() {
		return "", false
	}
	switch v.Type() {
	case cty.String:
		return v.AsString(), true
	case cty.Bool:
		return strconv.FormatBool(v.True()), true
	case cty.Number:
		n := v.AsBigFloat()
		if i, accuracy := n.Int64(); accuracy == big.Exact { // far cheaper than all digits of the float
			return strconv.FormatInt(i, 10), true
		}
		return n.Text('g', 17), true
	}
	return "", false
}
