package vultr

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// loadBalancers returns the addresses of load balancers with the ports of
// their forwarding rules. With firewall rules only what one of them allows
// gets in; without any everyone does.
func loadBalancers(g *reach.Graph) []reach.Candidate {
	var out []reach.Candidate
	for _, r := range g.Managed("vultr_load_balancer") {
		m := flat.Machine{Resource: r, Identity: identity(r), Kind: "lb", Slots: forwarding(r)}
		if len(m.Slots) == 0 {
			m.Gates = append(m.Gates, flat.ClosedGate("listener", flat.Hop(r, "forwarding_rules", r.Address+" has no forwarding rule", "")))
		}
		if v := flat.Value(r, "firewall_rules"); tfstate.Unknown(v) || len(tfstate.Elements(v)) > 0 {
			fw := flat.Firewall{Name: r.Address, Rules: filter(r, v)}
			if tfstate.Unknown(v) {
				fw.Doubt, fw.Gap = reach.Pending, flat.AfterApply(r, "firewall_rules", "who "+r.Address+" admits")
			}
			m.Gates = append(m.Gates, flat.Guard(r, []flat.Firewall{fw}, flat.Undeclared{}))
		}
		addresses := []flat.Address{flat.At(r, r, "ipv4", reach.IPv4, "ipv4")}
		if v := r.Attr("ipv6"); tfstate.Unknown(v) || flat.HostOf(v) != "" {
			addresses = append(addresses, flat.At(r, r, "ipv6", reach.IPv6, "ipv6"))
		}
		out = append(out, m.Candidates(addresses)...)
	}
	return out
}

func forwarding(r *tfstate.Resource) []reach.Slot {
	blocks := flat.Value(r, "forwarding_rules")
	if tfstate.Unknown(blocks) {
		return flat.Listener{On: r, Declared: r, Path: "forwarding_rules", Port: "frontend_port", Protocol: "tcp"}.Slots()
	}
	var out []reach.Slot
	for i := range tfstate.Elements(blocks) {
		path := "forwarding_rules." + itoa(i)
		out = append(out, flat.Listener{On: r, Declared: r, Path: path, Port: "frontend_port", Protocol: flat.Text(r, path+".frontend_protocol")}.Slots()...)
	}
	return out
}

// filter returns the firewall rules of a load balancer.
func filter(r *tfstate.Resource, blocks cty.Value) []reach.Rule {
	var out []reach.Rule
	for i := range tfstate.Elements(blocks) {
		path := "firewall_rules." + itoa(i)
		source, shown := flat.SourceAt(r, path+".source")
		if strings.EqualFold(flat.Text(r, path+".source"), cloudflare) {
			source, shown = reach.Source{Labels: []string{cloudflare}, Internal: []string{cloudflare}}, "addresses of Cloudflare"
		}
		entry := flat.Entry{Resource: r, Path: path, Ports: flat.ParsePorts(reach.Value(r, path+".port")), Source: source, Shown: shown, From: "source"}
		for _, protocol := range []string{"tcp", "udp"} {
			entry.Protocol = cty.StringVal(protocol)
			out = append(out, entry.Rules()...)
		}
	}
	return out
}
