package provider_test

import (
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/provider"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/zclconf/go-cty/cty"
)

// TestReadGateWaitsForWhatIsNotKnown checks that values which only the apply
// knows are no mistakes at validate time, whatever part of them is unknown.
func TestReadGateWaitsForWhatIsNotKnown(t *testing.T) {
	unknown := cty.DynamicVal
	endpoint := func(host, ports cty.Value) cty.Value {
		return cty.ObjectVal(map[string]cty.Value{"host": host, "ports": ports})
	}
	host, ports := cty.StringVal("203.0.113.7"), cty.TupleVal([]cty.Value{cty.StringVal("443")})
	names := []string{"state", "endpoints", "settings", "fail_on", "fail_on_unscanned", "enforcement", "waivers", "report"}
	values := map[string][]cty.Value{
		"state": {
			cty.ObjectVal(map[string]cty.Value{"path": unknown}),
			cty.ObjectVal(map[string]cty.Value{"path": cty.StringVal("a"), "context": unknown}),
			cty.ObjectVal(map[string]cty.Value{"path": cty.StringVal("a"), "context": cty.TupleVal([]cty.Value{unknown})}),
		},
		"settings": {cty.ObjectVal(map[string]cty.Value{"scan_interval": unknown, "limits": unknown, "http_ports": cty.TupleVal([]cty.Value{unknown}), "request_headers": cty.ObjectVal(map[string]cty.Value{"X": unknown})})},
		"waivers":  {cty.TupleVal([]cty.Value{unknown}), cty.TupleVal([]cty.Value{cty.ObjectVal(map[string]cty.Value{"rule": unknown})})},
		"report":   {cty.ObjectVal(map[string]cty.Value{"json": unknown})},
		"endpoints": {
			cty.ObjectVal(map[string]cty.Value{"a": unknown}),
			cty.ObjectVal(map[string]cty.Value{"a": endpoint(unknown, ports)}),
			cty.ObjectVal(map[string]cty.Value{"a": endpoint(host, unknown)}),
			cty.ObjectVal(map[string]cty.Value{"a": endpoint(host, cty.TupleVal([]cty.Value{unknown}))}),
		},
	}
	for _, name := range names {
		for _, value := range append(values[name], unknown, cty.NullVal(cty.DynamicPseudoType)) {
			var diags diag.Diagnostics
			provider.ReadGate(cty.ObjectVal(map[string]cty.Value{name: value}), &diags)
			if len(diags) > 0 {
				t.Errorf("ReadGate with %s = %#v said %v, want nothing", name, value, diags)
			}
		}
	}
}

func TestReadGateNamesEndpointsByTheirKeys(t *testing.T) {
	var diags diag.Diagnostics
	g := provider.ReadGate(cty.ObjectVal(map[string]cty.Value{"endpoints": cty.ObjectVal(map[string]cty.Value{
		"b": cty.ObjectVal(map[string]cty.Value{"host": cty.StringVal(" 203.0.113.7 "), "ports": cty.TupleVal([]cty.Value{cty.StringVal("81"), cty.StringVal("80")})}),
		"a": cty.ObjectVal(map[string]cty.Value{"host": cty.StringVal("203.0.113.7"), "ports": cty.TupleVal([]cty.Value{cty.StringVal("443")}), "resource_address": cty.StringVal("aws_lb.web")}),
	})}), &diags)
	type named struct{ Key, Address, HostPort string }
	var got []named
	for _, e := range g.Endpoints() {
		got = append(got, named{g.KeyOf(e.ID), e.ResourceAddress, e.HostPort()})
		if e.Verdict != exposure.Exposed || e.Transport != exposure.TCP {
			t.Errorf("endpoint %s is %s over %s, want it declared exposed over tcp", e.HostPort(), e.Verdict, e.Transport)
		}
	}
	want := []named{{"a", "aws_lb.web", "203.0.113.7:443"}, {"b", "b", "203.0.113.7:80-81"}}
	if diff := cmp.Diff(want, got); diff != "" || diags.HasError() {
		t.Errorf("endpoints (-want +got):\n%s%v", diff, diags)
	}
}
