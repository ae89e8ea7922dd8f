package reach_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/zclconf/go-cty/cty"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// firewalled is a cloud with one host, which a switch makes public, behind the
// sources that firewalls list for a port.
var firewalled = reach.Cloud{Name: "test", Prefix: "test_", Covers: func(t string) bool { return t != "test_other" }, Candidates: func(g *reach.Graph) []reach.Candidate {
	var out []reach.Candidate
	for _, host := range g.Managed("test_host") {
		public := reach.Gate{Name: "address", Pass: func(f reach.Flow) reach.Passage {
			hop := exposure.Hop{Resource: host.Address, Attribute: "public", Summary: host.Address + " is public", Certainty: exposure.Must}
			if on, _ := tfstate.Bool(host.Attr("public")); !on {
				return reach.Closed(hop)
			}
			hop.Remedy = "Set public of " + host.Address + " to false"
			return reach.Open(f, hop)
		}}
		c := candidate(host.Address, "203.0.113.1", public, listGate("firewall", false, firewallRules(g)...))
		out = append(out, c)
	}
	return out
}}

func firewallRules(g *reach.Graph) []reach.Rule {
	var rules []reach.Rule
	for _, r := range g.Managed("test_firewall") {
		for i, element := range tfstate.Elements(r.Attr("rules")) {
			port, _ := tfstate.Int(element.GetAttr("port"))
			sources, _ := tfstate.Strings(element.GetAttr("sources"))
			for _, text := range sources {
				set, _ := reach.ParseSource(text)
				at := "rules[" + string(rune('0'+i)) + "].sources"
				rules = append(rules, reach.Rule{Allow: true, Transport: exposure.TCP, Ports: exposure.PortRange{Lo: uint16(port), Hi: uint16(port)},
					Source: reach.Source{Set: set}, Hop: exposure.Hop{Resource: r.Address, Attribute: at,
						Summary: r.Address + " allows " + text, Remedy: "Narrow " + at + " of " + r.Address}})
			}
		}
	}
	return rules
}

func firewall(name string, rules ...cty.Value) tfstate.Resource {
	return tfstate.Resource{Address: "test_firewall." + name, Mode: tfstate.Managed, Type: "test_firewall",
		Given: cty.ObjectVal(map[string]cty.Value{"rules": cty.TupleVal(rules)})}
}

func onPort(port int64, sources ...string) cty.Value {
	var list []cty.Value
	for _, s := range sources {
		list = append(list, cty.StringVal(s))
	}
	return cty.ObjectVal(map[string]cty.Value{"port": cty.NumberIntVal(port), "sources": cty.ListVal(list)})
}

func host(address string, public bool) tfstate.Resource {
	return tfstate.Resource{Address: address, Mode: tfstate.Managed, Type: "test_host",
		Given: cty.ObjectVal(map[string]cty.Value{"public": cty.BoolVal(public).Mark(tfstate.Sensitive)})}
}

func explainAt(t *testing.T, address string, resources ...tfstate.Resource) exposure.Explanation {
	t.Helper()
	slices.SortFunc(resources, func(a, b tfstate.Resource) int { return cmp.Compare(a.Address, b.Address) })
	e, err := reach.Explain(&tfstate.Input{Name: "x.tfstate", Resources: resources}, nil, address, firewalled)
	if err != nil {
		t.Fatalf("Explain(%s): %v", address, err)
	}
	return e
}

// told sums traces up: where each ends, and what closes it.
func told(e exposure.Explanation) []string {
	out := []string{}
	for _, trace := range e.Traces {
		line := string(trace.Endpoint.Verdict) + " " + string(trace.Endpoint.Transport) + " " + exposure.FormatPorts(trace.Endpoint.Ports)
		for _, s := range trace.Steps {
			line += "; " + s.Gate + ": " + string(s.Scope)
			if s.Stops {
				line += " stops"
			}
		}
		for _, c := range trace.Closings {
			line += "; close " + c.Gate
			if !c.Tried {
				line += " untried"
			}
			for _, h := range c.Hops {
				line += " " + h.Resource + " " + h.Attribute
			}
		}
		out = append(out, line)
	}
	return out
}

func TestExplainTellsEveryGateAndWhatClosesThePath(t *testing.T) {
	nothing := []string{"; address: world; firewall: none stops"}
	tests := map[string]struct {
		resources []tfstate.Resource
		want      []string
	}{
		"one rule": {
			[]tfstate.Resource{host("test_host.a", true), firewall("a", onPort(22, "0.0.0.0/0"))},
			[]string{
				"exposed tcp 22; address: world; firewall: world; close firewall test_firewall.a rules[0].sources; close address test_host.a public",
				"not_exposed tcp 0-21, 23-65535" + nothing[0], "not_exposed udp 0-65535" + nothing[0],
			},
		},
		"two rules have to change together": {
			[]tfstate.Resource{host("test_host.a", true), firewall("a", onPort(22, "0.0.0.0/0"), onPort(22, "0.0.0.0/1"))},
			[]string{
				"exposed tcp 22; address: world; firewall: world; close firewall test_firewall.a rules[0].sources test_firewall.a rules[1].sources; close address test_host.a public",
				"not_exposed tcp 0-21, 23-65535" + nothing[0], "not_exposed udp 0-65535" + nothing[0],
			},
		},
		"the narrow one of two rules may stay": {
			[]tfstate.Resource{host("test_host.a", true), firewall("a", onPort(22, "198.51.100.0/24")), firewall("b", onPort(22, "::/0", "0.0.0.0/0"))},
			[]string{
				"exposed tcp 22; address: world; firewall: world; close firewall test_firewall.b rules[0].sources; close address test_host.a public",
				"not_exposed tcp 0-21, 23-65535" + nothing[0], "not_exposed udp 0-65535" + nothing[0],
			},
		},
		"a restricted path": {
			[]tfstate.Resource{host("test_host.a", true), firewall("a", onPort(22, "198.51.100.0/24"))},
			[]string{
				"not_exposed tcp 22; address: world; firewall: restricted; close firewall test_firewall.a rules[0].sources; close address test_host.a public",
				"not_exposed tcp 0-21, 23-65535" + nothing[0], "not_exposed udp 0-65535" + nothing[0],
			},
		},
		"gates behind the stop are told too": {
			[]tfstate.Resource{host("test_host.a", false), firewall("a", onPort(22, "0.0.0.0/0"))},
			[]string{
				"not_exposed tcp 22; address: none stops; firewall: world",
				"not_exposed tcp 0-21, 23-65535; address: none stops; firewall: none", "not_exposed udp 0-65535; address: none stops; firewall: none",
			},
		},
	}
	for name, test := range tests {
		if diff := gocmp.Diff(test.want, told(explainAt(t, "test_host.a", test.resources...))); diff != "" {
			t.Errorf("%s: Explain() (-want +got):\n%s", name, diff)
		}
	}
}

// A path without any remedy is closed by taking a part of it away.
func TestExplainWithoutARemedyRemoves(t *testing.T) {
	mute := firewalled
	mute.Candidates = func(g *reach.Graph) []reach.Candidate {
		rules := firewallRules(g)
		for i := range rules {
			rules[i].Hop.Remedy = ""
		}
		return []reach.Candidate{candidate("test_host.a", "203.0.113.1", listGate("firewall", false, rules...))}
	}
	in := &tfstate.Input{Resources: []tfstate.Resource{firewall("a", onPort(22, "0.0.0.0/0")), firewall("b", onPort(80, "0.0.0.0/0")), host("test_host.a", true)}}
	e, err := reach.Explain(in, nil, "test_host.a", mute)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"Remove test_firewall.a", "Remove test_firewall.b"} {
		if c := e.Traces[i].Closings; len(c) != 1 || !c[0].Tried || c[0].Hops[0].Remedy != want {
			t.Errorf("closings of %s = %+v, want %s", exposure.FormatPorts(e.Traces[i].Endpoint.Ports), c, want)
		}
	}
}

// The verdicts are those of the analysis: nobody is told two stories.
func TestExplainAgreesWithTheAnalysis(t *testing.T) {
	in := &tfstate.Input{Resources: []tfstate.Resource{
		firewall("a", onPort(22, "198.51.100.0/24"), onPort(80, "0.0.0.0/0"), onPort(443, "0.0.0.0/0")), host("test_host.a", true),
	}}
	e, err := reach.Explain(in, nil, "test_host.a", firewalled)
	if err != nil {
		t.Fatal(err)
	}
	passing := []exposure.Endpoint{}
	for _, trace := range e.Traces {
		if trace.Stop() < 0 {
			passing = append(passing, trace.Endpoint)
		}
	}
	exposure.SortEndpoints(passing)
	want := reach.Analyze(in, firewalled).Endpoints
	for i := range want {
		want[i].Confidence = "" // which only the whole analysis tells
	}
	if diff := gocmp.Diff(want, passing); diff != "" {
		t.Errorf("endpoints of Explain (-Analyze +Explain):\n%s", diff)
	}
}

func TestExplainAResourceWithoutAnEndpoint(t *testing.T) {
	other := tfstate.Resource{Address: "test_other.a", Mode: tfstate.Managed, Type: "test_other"}
	all := []tfstate.Resource{host("test_host.a", true), firewall("a", onPort(22, "0.0.0.0/0")), other}
	e := explainAt(t, "test_firewall.a", all...)
	if len(e.Traces) != 0 || e.Uncovered || len(e.PartOf) != 1 || e.PartOf[0].ResourceAddress != "test_host.a" {
		t.Errorf("Explain(test_firewall.a) = %+v, want a part of test_host.a", e)
	}
	if e := explainAt(t, "test_other.a", all...); !e.Uncovered || len(e.PartOf) != 0 {
		t.Errorf("Explain(test_other.a) = %+v, want a type that is not understood", e)
	}
}

func TestExplainAnAddressThatIsNotThere(t *testing.T) {
	in := &tfstate.Input{Name: "x.tfstate", Prior: []tfstate.Resource{{Address: "test_host.gone"}}, Resources: []tfstate.Resource{
		host("module.m[\"a]\\\"b\"].test_host.web[0]", true), host("test_host.web[0]", true), host("test_host.web[1]", true), host("test_host.wobble", true),
	}}
	tests := map[string]string{
		"test_host.web":          "x.tfstate holds no resource test_host.web; those spelt alike are test_host.web[0], test_host.web[1], module.m[\"a]\\\"b\"].test_host.web[0]",
		"test_host.wobbel":       "those spelt alike are test_host.wobble",
		"module.m.test_host.web": "those spelt alike are module.m[\"a]\\\"b\"].test_host.web[0], ",
		"unlike.anything":        "x.tfstate holds no resource unlike.anything",
		"test_host.gone":         "the plan in x.tfstate deletes test_host.gone",
	}
	for address, want := range tests {
		_, err := reach.Explain(in, nil, address, firewalled)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Explain(%s) = %v, want an error with %q", address, err, want)
		}
	}
}
