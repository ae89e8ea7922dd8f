package hetzner

import (
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// loadBalancers returns the addresses of load balancers with the ports of
// their services. No firewall can stand before them.
func loadBalancers(g *reach.Graph) []reach.Candidate {
	var out []reach.Candidate
	for _, r := range g.Managed("hcloud_load_balancer") {
		m := flat.Machine{Resource: r, Identity: identity(r), Kind: "lb", Gates: []reach.Gate{public(g, r)}}
		for _, l := range g.Referrers(r, "id", "hcloud_load_balancer_service", "load_balancer_id") {
			m.Related = append(m.Related, l.To.Address)
			m.Slots = append(m.Slots, listeners(r, l)...)
		}
		targets := g.Referrers(r, "id", "hcloud_load_balancer_target", "load_balancer_id")
		for _, l := range targets {
			m.Related = append(m.Related, l.To.Address)
		}
		if len(targets) == 0 && len(m.Slots) > 0 {
			m.Notes = []string{"no target of the load balancer is in the input"}
		}
		if len(m.Slots) == 0 {
			m.Slots = []reach.Slot{{Transport: exposure.TCP, Ports: exposure.AllPorts}}
			m.Gates = append(m.Gates, flat.WithoutListener(r, "service"))
		}
		var addresses []flat.Address
		for _, family := range []reach.Family{reach.IPv4, reach.IPv6} {
			key := map[reach.Family]string{reach.IPv4: "ipv4", reach.IPv6: "ipv6"}[family]
			if v := r.Attr(key); tfstate.Unknown(v) || flat.HostOf(v) != "" {
				addresses = append(addresses, flat.At(r, r, key, family, key))
			}
		}
		out = append(out, m.Candidates(addresses)...)
	}
	return out
}

// public tells whether the public interface is on, which an attachment to a
// network may switch off.
func public(g *reach.Graph, r *tfstate.Resource) reach.Gate {
	const path = "enable_public_interface"
	for _, l := range g.Referrers(r, "id", "hcloud_load_balancer_network", "load_balancer_id") {
		hop := flat.Hop(l.To, path, l.To.Address+" switches the public interface of "+r.Address+" off", "")
		gap := flat.AfterApply(l.To, path, "whether the public interface of "+r.Address+" is on")
		switch enabled := flat.FlagAt(l.To, path, true); {
		case enabled == flat.No && l.Certain:
			return flat.ClosedGate("interface", hop)
		case enabled != flat.Yes:
			hop.Summary = r.Address + " may have its public interface on"
			return flat.DoubtfulGate("interface", reach.Pending, gap, hop)
		}
	}
	return flat.OpenGate("interface", flat.Hop(r, "", r.Address+" has its public interface on", "Set enable_public_interface = false on its hcloud_load_balancer_network"))
}

// listeners returns the ports of a service. One for HTTPS may listen for HTTP
// as well, to redirect.
func listeners(r *tfstate.Resource, l reach.Link) []reach.Slot {
	protocol := flat.Text(l.To, "protocol")
	base := flat.Listener{On: r, Declared: l.To, Port: "listen_port", Protocol: protocol, Default: map[string]uint16{"http": 80, "https": 443}[protocol]}
	if !l.Certain {
		base.Doubt, base.Gap = reach.Pending, flat.AfterApply(l.To, "load_balancer_id", "which load balancer "+l.To.Address+" belongs to")
	}
	out := base.Slots()
	if flat.FlagAt(l.To, "http.0.redirect_http", false) == flat.Yes {
		base.Port, base.Protocol, base.Default = "http", "http", 80
		out = append(out, base.Slots()...)
	}
	return out
}
