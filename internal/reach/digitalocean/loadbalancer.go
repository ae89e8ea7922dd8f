package digitalocean

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// loadBalancers returns the addresses of load balancers with the ports of
// their forwarding rules.
func loadBalancers(g *reach.Graph) []reach.Candidate {
	var out []reach.Candidate
	for _, r := range g.Managed("digitalocean_loadbalancer") {
		m := flat.Machine{Resource: r, Identity: identity(r), Kind: "lb", Slots: forwarding(r), Gates: []reach.Gate{network(r)}}
		if len(m.Slots) == 0 {
			m.Gates = append(m.Gates, flat.ClosedGate("listener", flat.Hop(r, "forwarding_rule", r.Address+" has no forwarding rule", "")))
		}
		if rules := sources(r); len(rules) > 0 {
			m.Gates = append(m.Gates, reach.Gate{Name: "firewall", Pass: func(f reach.Flow) reach.Passage { return reach.FirstMatch(rules, f) }})
		}
		addresses := []flat.Address{flat.At(r, r, "ip", reach.IPv4, "ipv4")}
		if flat.HostOf(r.Attr("ipv6")) != "" {
			addresses = append(addresses, flat.At(r, r, "ipv6", reach.IPv6, "ipv6"))
		}
		for i := range tfstate.Elements(r.Attr("domains")) {
			if name := flat.HostOf(reach.Value(r, "domains."+itoa(i)+".name")); name != "" {
				addresses[0].Names = append(addresses[0].Names, name)
			}
		}
		out = append(out, m.Candidates(addresses)...)
	}
	return out
}

// network tells an internal load balancer from one on the internet. The
// argument was called network_type before it was called network.
func network(r *tfstate.Resource) reach.Gate {
	path := "network"
	if tfstate.Null(flat.Value(r, path)) && !tfstate.Null(flat.Value(r, "network_type")) {
		path = "network_type"
	}
	switch v := flat.Value(r, path); {
	case tfstate.Unknown(v):
		return flat.DoubtfulGate("network", reach.Pending, flat.AfterApply(r, path, "whether "+r.Address+" is internal"),
			flat.Hop(r, path, r.Address+" may be on the internet", ""))
	case strings.EqualFold(flat.Text(r, path), "INTERNAL"):
		return flat.ClosedGate("network", flat.Hop(r, path, r.Address+" is internal", ""))
	}
	return flat.OpenGate("network", flat.Hop(r, path, r.Address+" is on the internet", "Set network = \"INTERNAL\" on "+r.Address))
}

func forwarding(r *tfstate.Resource) []reach.Slot {
	blocks := flat.Value(r, "forwarding_rule")
	if tfstate.Unknown(blocks) {
		return flat.Listener{On: r, Declared: r, Path: "forwarding_rule", Port: "entry_port", Protocol: "tcp"}.Slots()
	}
	var out []reach.Slot
	for i := range tfstate.Elements(blocks) {
		path := "forwarding_rule." + itoa(i)
		out = append(out, flat.Listener{On: r, Declared: r, Path: path, Port: "entry_port", Protocol: flat.Text(r, path+".entry_protocol")}.Slots()...)
	}
	if len(out) == 0 && strings.EqualFold(flat.Text(r, "type"), "GLOBAL") {
		// One for the whole world has no rules: it serves HTTP and HTTPS for its domains.
		for _, port := range []uint16{80, 443} {
			out = append(out, flat.Listener{On: r, Declared: r, Port: "glb_settings", Protocol: map[uint16]string{80: "http", 443: "https"}[port], Default: port}.Slots()...)
		}
	}
	return out
}

// sources returns the rules of a load balancer's own firewall: who is denied,
// and then who is allowed, everyone when nobody is named.
func sources(r *tfstate.Resource) []reach.Rule {
	var out []reach.Rule
	for _, list := range []struct {
		path string
		deny bool
	}{{"firewall.0.deny", true}, {"firewall.0.allow", false}} {
		v := untyped(flat.Value(r, list.path))
		if tfstate.Null(v) || !tfstate.Unknown(v) && len(tfstate.Elements(v)) == 0 {
			if !list.deny && len(out) > 0 {
				world, _ := reach.ParseSource("*")
				out = append(out, reach.Rule{Allow: true, Source: reach.Source{Set: world}, Hop: flat.Hop(r, list.path, r.Address+" allows everyone it does not deny", "")})
			}
			continue
		}
		source, shown := flat.SourceOf(r, list.path, v)
		out = append(out, flat.Entry{Resource: r, Path: "firewall.0", Deny: list.deny, Protocol: cty.NullVal(cty.String), Source: source, Shown: shown,
			From: map[bool]string{true: "deny", false: "allow"}[list.deny]}.Rules()...)
	}
	return out
}

// untyped takes the type off entries such as "cidr:10.0.0.0/8" and
// "ip:192.0.2.1".
func untyped(v cty.Value) cty.Value {
	elements := tfstate.Elements(v)
	if len(elements) == 0 {
		return v
	}
	out := make([]cty.Value, len(elements))
	for i, e := range elements {
		out[i] = e
		if text, ok := tfstate.String(e); ok {
			if kind, source, typed := strings.Cut(text, ":"); typed && (kind == "ip" || kind == "cidr") {
				out[i] = cty.StringVal(source).WithSameMarks(e)
			}
		}
	}
	return cty.TupleVal(out)
}
