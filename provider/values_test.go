package provider_test

import (
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/provider"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
)

func TestCtyOfKeepsWhatIsKnownBesideWhatIsNot(t *testing.T) {
	str := tftypes.String
	list := tftypes.List{ElementType: str}
	object := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"a": str, "b": list}}
	text := func(s string) tftypes.Value { return tftypes.NewValue(str, s) }
	unknown := tftypes.NewValue(str, tftypes.UnknownValue)
	tests := []struct {
		name string
		in   tftypes.Value
		want cty.Value
	}{
		{"string", text("x"), cty.StringVal("x")},
		{"number", tftypes.NewValue(tftypes.Number, 1.5), cty.NumberFloatVal(1.5)},
		{"bool", tftypes.NewValue(tftypes.Bool, true), cty.True},
		{"null", tftypes.NewValue(list, nil), cty.NullVal(cty.DynamicPseudoType)},
		{"unknown", tftypes.NewValue(object, tftypes.UnknownValue), cty.DynamicVal},
		{"empty list", tftypes.NewValue(list, []tftypes.Value{}), cty.EmptyTupleVal},
		{"list", tftypes.NewValue(list, []tftypes.Value{text("x"), unknown}), cty.TupleVal([]cty.Value{cty.StringVal("x"), cty.DynamicVal})},
		{"map", tftypes.NewValue(tftypes.Map{ElementType: str}, map[string]tftypes.Value{"k": text("v")}), cty.ObjectVal(map[string]cty.Value{"k": cty.StringVal("v")})},
		{"object", tftypes.NewValue(object, map[string]tftypes.Value{"a": unknown, "b": tftypes.NewValue(list, nil)}),
			cty.ObjectVal(map[string]cty.Value{"a": cty.DynamicVal, "b": cty.NullVal(cty.DynamicPseudoType)})},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := provider.CtyOf(tt.in); !got.RawEquals(tt.want) {
				t.Errorf("CtyOf(%s) = %#v, want %#v", tt.in, got, tt.want)
			}
		})
	}
}

func TestTextsLeavesOutWhatIsNotKnown(t *testing.T) {
	object := cty.ObjectVal(map[string]cty.Value{"ports": cty.TupleVal([]cty.Value{
		cty.StringVal("1"), cty.DynamicVal, cty.NullVal(cty.String), cty.NumberIntVal(2), cty.StringVal("3"),
	})})
	if diff := cmp.Diff([]string{"1", "3"}, provider.Texts(object, "ports")); diff != "" {
		t.Errorf("Texts (-want +got):\n%s", diff)
	}
	for _, name := range []string{"absent", "ports"} {
		if got := provider.Texts(cty.DynamicVal, name); got == nil || len(got) != 0 {
			t.Errorf("Texts(unknown, %q) = %#v, want an empty list", name, got)
		}
	}
}

func TestHosts(t *testing.T) {
	for host, want := range map[string]bool{
		"203.0.113.7": true, "2001:db8::1": true, "www.example.com": true, "db-1.internal": true, "bücher.example": true, "_dmarc.example.com": true,
		"https://example.com": false, "example.com/admin": false, "example.com:443": false, "[2001:db8::1]": false, "*.example.com": false,
		"user@example.com": false, "a b": false, "a\x00b": false, "{name}": false,
	} {
		if got := provider.IsHost(host); got != want {
			t.Errorf("IsHost(%q) = %t, want %t", host, got, want)
		}
	}
}
