package tfstate_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zclconf/go-cty/cty"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

var (
	null    = cty.NullVal(cty.DynamicPseudoType)
	secret  = cty.StringVal("hunter2").Mark(tfstate.Sensitive)
	object  = cty.ObjectVal(map[string]cty.Value{"port": cty.NumberIntVal(80)})
	strange = cty.MustParseNumberVal("1e400")
)

func TestScalars(t *testing.T) {
	type answer struct {
		String   string
		IsString bool
		Bool     bool
		IsBool   bool
		Int      int
		IsInt    bool
	}
	tests := []struct {
		name  string
		value cty.Value
		want  answer
	}{
		{"string", cty.StringVal("a"), answer{String: "a", IsString: true}},
		{"sensitive", secret, answer{String: "hunter2", IsString: true}},
		{"number", cty.NumberIntVal(443), answer{String: "443", IsString: true, Int: 443, IsInt: true}},
		{"large number", cty.NumberIntVal(1 << 40), answer{String: "1099511627776", IsString: true, Int: 1 << 40, IsInt: true}},
		{"fraction", cty.NumberFloatVal(1.5), answer{String: "1.5", IsString: true}},
		{"number in a string", cty.StringVal("-1"), answer{String: "-1", IsString: true, Int: -1, IsInt: true}},
		{"one", cty.StringVal("1"), answer{String: "1", IsString: true, Bool: true, IsBool: true, Int: 1, IsInt: true}},
		{"zero", cty.StringVal("0"), answer{String: "0", IsString: true, IsBool: true, IsInt: true}},
		{"bool", cty.True, answer{String: "true", IsString: true, Bool: true, IsBool: true}},
		{"bool in a string", cty.StringVal("false"), answer{String: "false", IsString: true, IsBool: true}},
		{"empty", cty.StringVal(""), answer{IsString: true}},
		{"null", null, answer{}},
		{"nothing", cty.NilVal, answer{}},
		{"unknown", cty.DynamicVal, answer{}},
		{"unknown string", cty.UnknownVal(cty.String), answer{}},
		{"object", object, answer{}},
		{"beyond int", cty.StringVal("99999999999999999999"), answer{String: "99999999999999999999", IsString: true}},
	}
	for _, test := range tests {
		var got answer
		got.String, got.IsString = tfstate.String(test.value)
		got.Bool, got.IsBool = tfstate.Bool(test.value)
		got.Int, got.IsInt = tfstate.Int(test.value)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
	if _, ok := tfstate.Int(strange); ok {
		t.Error("Int(1e400) is ok, want it refused")
	}
}

func TestCollections(t *testing.T) {
	tests := []struct {
		name     string
		value    cty.Value
		elements int
		known    []string
		unknown  int
	}{
		{"tuple", cty.TupleVal([]cty.Value{cty.StringVal("b"), cty.NumberIntVal(1), cty.DynamicVal, null}), 4, []string{"b", "1"}, 1},
		{"long tuple", cty.TupleVal(slices.Repeat([]cty.Value{cty.True}, 70)), 70, slices.Repeat([]string{"true"}, 70), 0},
		{"list", cty.ListVal([]cty.Value{cty.StringVal("b"), cty.StringVal("a")}), 2, []string{"b", "a"}, 0},
		{"sensitive", cty.TupleVal([]cty.Value{secret}), 1, []string{"hunter2"}, 0},
		{"sensitive as a whole", cty.TupleVal([]cty.Value{cty.StringVal("x")}).Mark(tfstate.Sensitive), 1, []string{"x"}, 0},
		{"single block", object, 1, []string{}, 0},
		{"string", cty.StringVal("a"), 0, []string{"a"}, 0},
		{"empty", cty.EmptyTupleVal, 0, []string{}, 0},
		{"null", null, 0, []string{}, 0},
		{"nothing", cty.NilVal, 0, []string{}, 0},
		{"unknown", cty.DynamicVal, 0, []string{}, 1},
	}
	for _, test := range tests {
		elements := tfstate.Elements(test.value)
		if got := len(elements); got != test.elements {
			t.Errorf("%s: %d elements, want %d", test.name, got, test.elements)
		}
		for i := -1; i <= len(elements); i++ {
			got, ok := tfstate.Element(test.value, i)
			if inside := 0 <= i && i < len(elements); ok != inside || inside && !got.RawEquals(elements[i]) {
				t.Errorf("%s: Element(%d) = %#v, %t, want as Elements()", test.name, i, got, ok)
			}
		}
		known, unknown := tfstate.Strings(test.value)
		if diff := cmp.Diff(test.known, known); diff != "" || unknown != test.unknown {
			t.Errorf("%s: %d unknown, want %d; known (-want +got):\n%s", test.name, unknown, test.unknown, diff)
		}
	}
	whole := cty.TupleVal([]cty.Value{cty.StringVal("x")}).Mark(tfstate.Sensitive)
	if !tfstate.IsSensitive(tfstate.Elements(whole)[0]) {
		t.Error("an element of a sensitive list is not sensitive")
	}
}

func TestNullUnknownPrintable(t *testing.T) {
	tests := []struct {
		value         cty.Value
		null, unknown bool
		printed       string
	}{
		{null, true, false, "null"},
		{cty.NilVal, true, false, "null"},
		{null.Mark(tfstate.Sensitive), true, false, "(sensitive)"},
		{cty.DynamicVal, false, true, "(known after apply)"},
		{cty.DynamicVal.Mark(tfstate.Sensitive), false, true, "(sensitive)"},
		{secret, false, false, "(sensitive)"},
		{cty.TupleVal([]cty.Value{object, secret}), false, false, "(sensitive)"},
		{cty.TupleVal([]cty.Value{object, cty.DynamicVal}), false, false, "[{port = 80}, (known after apply)]"},
		{cty.MapVal(map[string]cty.Value{"b": cty.True, "a": cty.False}), false, false, "{a = false, b = true}"},
	}
	for _, test := range tests {
		if got := tfstate.Null(test.value); got != test.null {
			t.Errorf("Null(%#v) = %t, want %t", test.value, got, test.null)
		}
		if got := tfstate.Unknown(test.value); got != test.unknown {
			t.Errorf("Unknown(%#v) = %t, want %t", test.value, got, test.unknown)
		}
		if got := tfstate.Printable(test.value); got != test.printed {
			t.Errorf("Printable(%#v) = %s, want %s", test.value, got, test.printed)
		}
	}
}

func TestAttrOfMarkedOrUnknownValues(t *testing.T) {
	tests := []struct {
		values cty.Value
		want   string
	}{
		{cty.NilVal, "null"},
		{cty.DynamicVal, "(known after apply)"},
		{null, "null"},
		{object, "80"},
		{object.Mark(tfstate.Sensitive), "(sensitive)"},
	}
	for _, test := range tests {
		r := tfstate.Resource{Given: test.values}
		if got := tfstate.Printable(r.Attr("port")); got != test.want {
			t.Errorf("Attr(port) of %#v = %s, want %s", test.values, got, test.want)
		}
	}
}
