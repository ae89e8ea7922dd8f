package provider

import (
	"math/big"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
)

// ctyOf turns a value of the plugin protocol into the same value in cty, which
// the packages below internal speak. Collections become tuples and objects, so
// that one unknown element does not hide the others.
func ctyOf(v tftypes.Value) cty.Value {
	switch {
	case !v.IsKnown():
		return cty.DynamicVal
	case v.IsNull():
		return cty.NullVal(cty.DynamicPseudoType)
	}
	switch t := v.Type(); {
	case t.Is(tftypes.String):
		return cty.StringVal(read[string](v))
	case t.Is(tftypes.Bool):
		return cty.BoolVal(read[bool](v))
	case t.Is(tftypes.Number):
		return cty.NumberVal(read[*big.Float](v))
	case t.Is(tftypes.List{}), t.Is(tftypes.Set{}), t.Is(tftypes.Tuple{}):
		elements := []cty.Value{}
		for _, e := range read[[]tftypes.Value](v) {
			elements = append(elements, ctyOf(e))
		}
		return cty.TupleVal(elements)
	}
	attrs := map[string]cty.Value{}
	for name, a := range read[map[string]tftypes.Value](v) {
		attrs[name] = ctyOf(a)
	}
	return cty.ObjectVal(attrs)
}

// read takes the Go value out of a known, non-null value whose type was just
// looked at, so that it cannot fail.
func read[T any](v tftypes.Value) T {
	var to T
	if err := v.As(&to); err != nil {
		panic(err)
	}
	return to
}

// attribute returns the attribute of an object, null when it is absent and
// unknown when the object is.
func attribute(object cty.Value, name string) cty.Value {
	if !object.IsKnown() {
		return cty.DynamicVal
	}
	if !object.IsNull() && object.Type().IsObjectType() && object.Type().HasAttribute(name) {
		return object.GetAttr(name)
	}
	return cty.NullVal(cty.DynamicPseudoType)
}

// text returns a known, non-null string, and else the empty string.
func text(object cty.Value, name string) string {
	v := attribute(object, name)
	if v.IsKnown() && !v.IsNull() && v.Type() == cty.String {
		return v.AsString()
	}
	return ""
}

// truth returns a known, non-null boolean, and else false.
func truth(object cty.Value, name string) bool {
	v := attribute(object, name)
	return v.IsKnown() && !v.IsNull() && v.Type() == cty.Bool && v.True()
}

// texts returns the known strings of a list.
func texts(object cty.Value, name string) []string {
	v := attribute(object, name)
	out := []string{}
	if !v.IsKnown() || v.IsNull() || !v.CanIterateElements() {
		return out
	}
	for _, e := range v.AsValueSlice() {
		if e.IsKnown() && !e.IsNull() && e.Type() == cty.String {
			out = append(out, e.AsString())
		}
	}
	return out
}

// present reports whether the attribute is set, be it to something unknown.
func present(object cty.Value, name string) bool {
	v := attribute(object, name)
	return !v.IsKnown() || !v.IsNull()
}

// under returns the path of a name below a base, as diagnostics want it. Engines
// show the exact line of a top-level attribute, and of what one step of an index
// or a map key finds in it, be it written as an object; for anything deeper
// they show the block header. So that is as deep as the path goes.
func under(base path.Path, parts []string) path.Path {
	if len(base.Steps()) == 0 && len(parts) > 0 {
		base, parts = path.Root(parts[0]), parts[1:]
	}
	if len(base.Steps()) != 1 || len(parts) == 0 {
		return base
	}
	if i, err := strconv.Atoi(parts[0]); err == nil {
		return base.AtListIndex(i)
	}
	return base.AtMapKey(parts[0])
}
