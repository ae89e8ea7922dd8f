package flat_test

import (
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/google/go-cmp/cmp"
	"github.com/zclconf/go-cty/cty"
)

var thing = &tfstate.Resource{Address: "x_thing.a", Type: "x_thing", Mode: tfstate.Managed}

func list(values ...cty.Value) cty.Value { return cty.TupleVal(values) }

func TestPortsAreReadAsCloudsWriteThem(t *testing.T) {
	tests := []struct{ written, want string }{
		{"80", "0.0.0.0/0 to tcp port 80"},
		{"8000-9000", "0.0.0.0/0 to tcp ports 8000-9000"},
		{"8000:9000", "0.0.0.0/0 to tcp ports 8000-9000"},
		{"22, 80-90", "0.0.0.0/0 to tcp ports 22, 80-90"},
		{"all", "0.0.0.0/0 to every tcp port"},
		{"any", "0.0.0.0/0 to every tcp port"},
		{"0", "0.0.0.0/0 to every tcp port"},
		{"1-65535", "0.0.0.0/0 to every tcp port"},
		{"", "0.0.0.0/0 to every tcp port"},
		{"http", "0.0.0.0/0 to tcp ports that are not known"},
		{"90-80", "0.0.0.0/0 to tcp ports that are not known"},
	}
	source, shown := flat.SourceOf(thing, "sources", list(cty.StringVal("0.0.0.0/0")))
	for _, tt := range tests {
		rules := flat.Entry{Resource: thing, Protocol: cty.StringVal("tcp"), Ports: flat.ParsePorts(cty.StringVal(tt.written)), Source: source, Shown: shown, From: "sources"}.Rules()
		if got := strings.TrimPrefix(rules[0].Hop.Summary, "x_thing.a allows "); got != tt.want {
			t.Errorf("rule for ports %q = %q, want %q", tt.written, got, tt.want)
		}
	}
}

func TestHostsAreTakenFromWhatAttributesHold(t *testing.T) {
	tests := []struct{ written, want string }{
		{"203.0.113.7", "203.0.113.7"},
		{"2001:db8::7/128", "2001:db8::7"},
		{"lb.example.com", "lb.example.com"},
		{"0.0.0.0", ""},
		{"::", ""},
		{"", ""},
		{"fe80::1%eth0", ""},
		{"a\x1bb", ""},
		{"https://a", ""},
	}
	for _, tt := range tests {
		if got := flat.HostOf(cty.StringVal(tt.written)); got != tt.want {
			t.Errorf("HostOf(%q) = %q, want %q", tt.written, got, tt.want)
		}
	}
}

func TestSensitiveSourcesCountAndAreNotShown(t *testing.T) {
	source, shown := flat.SourceOf(thing, "sources", list(cty.StringVal("198.51.100.0/24").Mark(tfstate.Sensitive)))
	if !source.Hidden || source.Set.IsEmpty() || strings.Contains(shown, "198.51") {
		t.Errorf("SourceOf = %+v, %q, want a hidden set and no address shown", source, shown)
	}
}

func TestUnknownSourcesAdmitNobodyForCertain(t *testing.T) {
	for name, v := range map[string]cty.Value{
		"whole list":       cty.DynamicVal,
		"one element":      list(cty.UnknownVal(cty.String)),
		"no address range": list(cty.StringVal("office")),
	} {
		source, shown := flat.SourceOf(thing, "sources", v)
		rules := flat.Entry{Resource: thing, Protocol: cty.StringVal("tcp"), Ports: flat.PortsIn(exposure.AllPorts), Source: source, Shown: shown}.Rules()
		p := reach.AnyMatch(rules, reach.Flow{Family: reach.IPv4, Transport: exposure.TCP, Ports: exposure.AllPorts})
		if !p.Must.IsEmpty() || p.May.IsEmpty() || len(p.Gaps) != 1 {
			t.Errorf("%s: AnyMatch = %+v, want nobody for certain, everyone perhaps, and one gap", name, p)
		}
	}
}

// What a firewall adds to another can only open more, and what is not known to
// be attached opens nothing for certain.
func TestGuardOfSeveralFirewalls(t *testing.T) {
	world, _ := reach.ParseSource("*")
	open := []reach.Rule{{Allow: true, Source: reach.Source{Set: world}, Hop: exposure.Hop{Summary: "a allows everyone"}}}
	none := flat.Undeclared{Hop: exposure.Hop{Summary: "no firewall"}, Assumption: "x.none"}
	tests := []struct {
		name string
		list []flat.Firewall
		want exposure.Verdict
	}{
		{"none", nil, exposure.Exposed},
		{"closed", []flat.Firewall{{Name: "a"}}, exposure.NotExposed},
		{"closed and open", []flat.Firewall{{Name: "a"}, {Name: "b", Rules: open}}, exposure.Exposed},
		{"closed, perhaps", []flat.Firewall{{Name: "a", Doubt: reach.Pending}}, exposure.Unknown},
		{"open, perhaps", []flat.Firewall{{Name: "a", Rules: open, Doubt: reach.Pending}}, exposure.Exposed},
		{"closed, and one open perhaps", []flat.Firewall{{Name: "a"}, {Name: "b", Rules: open, Doubt: reach.Pending}}, exposure.Unknown},
		{"closed and not read", []flat.Firewall{{Name: "a"}, flat.Unread(thing, "firewalls", "firewall b")}, exposure.Unknown},
	}
	for _, tt := range tests {
		p := flat.Guard(thing, tt.list, none).Pass(reach.Flow{Family: reach.IPv4, Transport: exposure.TCP, Ports: exposure.PortRange{Lo: 22, Hi: 22}})
		got, _ := p.Verdict()
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: Guard (-want +got):\n%s", tt.name, diff)
		}
		if got == exposure.NotExposed && len(p.Hops) == 0 {
			t.Errorf("%s: Guard blocks and does not say why", tt.name)
		}
		if got == exposure.Unknown && len(p.Gaps) == 0 {
			t.Errorf("%s: Guard does not know and does not say why", tt.name)
		}
	}
}
