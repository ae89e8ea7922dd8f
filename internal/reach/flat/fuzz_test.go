package flat_test

import (
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// FuzzEntry reads protocols and ports as clouds write them. What cannot be read
// is one rule about every port with a gap that says so, never no rule at all.
func FuzzEntry(f *testing.F) {
	for _, seed := range [][2]string{{"tcp", "22"}, {"TCP", "8000-8100, 443"}, {"udp", "53:54"}, {"-1", "0"}, {"icmp", ""}, {"tcp", "70000"}, {"gre", "any"}, {"", "-"}} {
		f.Add(seed[0], seed[1])
	}
	r := &tfstate.Resource{Address: "a.b", Type: "a", Name: "b"}
	f.Fuzz(func(t *testing.T, protocol, ports string) {
		e := flat.Entry{Resource: r, Protocol: cty.StringVal(protocol), Ports: flat.ParsePorts(cty.StringVal(ports))}
		rules := e.Rules()
		if len(rules) == 0 {
			t.Fatalf("protocol %q, ports %q: no rule", protocol, ports)
		}
		for _, rule := range rules {
			if rule.Ports.Lo > rule.Ports.Hi {
				t.Errorf("protocol %q, ports %q: ports %v", protocol, ports, rule.Ports)
			}
			if rule.PortDoubt != reach.Sure && (rule.Ports != exposure.AllPorts || rule.Source.Gap.Reason == "") {
				t.Errorf("protocol %q, ports %q: %v with the gap %q, want every port and a reason", protocol, ports, rule.Ports, rule.Source.Gap.Reason)
			}
		}
	})
}
