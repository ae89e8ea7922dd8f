package linode

import (
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// instances returns the addresses of instances.
func instances(g *reach.Graph) []reach.Candidate {
	var out []reach.Candidate
	for _, r := range g.Managed("linode_instance") {
		m := flat.Machine{Resource: r, Identity: identity(r), Kind: "compute", Dormant: flat.Text(r, "status") == "offline"}
		if gate, ok := interfaces(r); ok {
			m.Gates = append(m.Gates, gate)
		}
		m.Gates = append(m.Gates, guard(g, r, "linodes", "linode"))
		out = append(out, m.Candidates(addresses(g, r))...)
	}
	return out
}

// addresses returns those an instance is made with, and those that are added.
func addresses(g *reach.Graph, r *tfstate.Resource) []flat.Address {
	var out []flat.Address
	if v := r.Attr("ip_address"); tfstate.Unknown(v) || flat.HostOf(v) != "" {
		out = append(out, flat.At(r, r, "ip_address", reach.IPv4, "ipv4"))
	}
	if v := r.Attr("ipv6"); tfstate.Unknown(v) || flat.HostOf(v) != "" {
		out = append(out, flat.At(r, r, "ipv6", reach.IPv6, "ipv6"))
	}
	for _, l := range g.Referrers(r, "id", "linode_instance_ip", "linode_id") {
		if flat.FlagAt(l.To, "public", true) == flat.No {
			continue
		}
		key := "ip " + l.To.Address
		a := flat.At(r, l.To, "address", reach.IPv4, key)
		if !l.Certain {
			a = flat.Perhaps(r, l.To, "address", reach.IPv4, key, reach.Pending, flat.AfterApply(l.To, "linode_id", "which instance has the address of "+l.To.Address))
		}
		out = append(out, a)
	}
	return out
}

// interfaces is the gate of an instance that declares its interfaces: only a
// public one, or one in a VPC with one-to-one NAT, leads to the internet.
func interfaces(r *tfstate.Resource) (reach.Gate, bool) {
	blocks := flat.Value(r, "interface")
	if len(tfstate.Elements(blocks)) == 0 {
		return reach.Gate{}, false
	}
	for i := range tfstate.Elements(blocks) {
		path := "interface." + itoa(i)
		purpose, nat := reach.Value(r, path+".purpose"), flat.Value(r, path+".ipv4.0.nat_1_1")
		switch {
		case tfstate.Unknown(purpose) || tfstate.Unknown(nat):
			return flat.DoubtfulGate("interface", reach.Pending, flat.AfterApply(r, path, "whether "+r.Address+" has a public interface"),
				flat.Hop(r, path, r.Address+" may have a public interface", "")), true
		case flat.Text(r, path+".purpose") == "public", flat.HostOf(nat) != "", flat.Text(r, path+".ipv4.0.nat_1_1") == "any":
			return flat.OpenGate("interface", flat.Hop(r, path, r.Address+" has an interface on the internet", "")), true
		}
	}
	return flat.ClosedGate("interface", flat.Hop(r, "interface", r.Address+" has only private interfaces", "")), true
}

// balancers returns the addresses of NodeBalancers with the ports of their
// configurations.
func balancers(g *reach.Graph) []reach.Candidate {
	var out []reach.Candidate
	for _, r := range g.Managed("linode_nodebalancer") {
		m := flat.Machine{Resource: r, Identity: identity(r), Kind: "lb", Gates: []reach.Gate{guard(g, r, "nodebalancers", "nodebalancer")}}
		for _, l := range g.Referrers(r, "id", "linode_nodebalancer_config", "nodebalancer_id") {
			protocol := flat.Text(l.To, "protocol")
			if protocol == "" {
				protocol = "http"
			}
			listener := flat.Listener{On: r, Declared: l.To, Port: "port", Protocol: protocol, Default: 80}
			if !l.Certain {
				listener.Doubt, listener.Gap = reach.Pending, flat.AfterApply(l.To, "nodebalancer_id", "which NodeBalancer "+l.To.Address+" belongs to")
			}
			m.Related, m.Slots = append(m.Related, l.To.Address), append(m.Slots, listener.Slots()...)
		}
		if len(m.Slots) == 0 {
			m.Slots = []reach.Slot{{Transport: exposure.TCP, Ports: exposure.AllPorts}}
			m.Gates = append(m.Gates, flat.WithoutListener(r, "configuration"))
		}
		addresses := []flat.Address{flat.At(r, r, "ipv4", reach.IPv4, "ipv4")}
		if name := flat.HostOf(r.Attr("hostname")); name != "" {
			addresses[0].Names = []string{name}
		}
		if v := r.Attr("ipv6"); tfstate.Unknown(v) || flat.HostOf(v) != "" {
			addresses = append(addresses, flat.At(r, r, "ipv6", reach.IPv6, "ipv6"))
		}
		out = append(out, m.Candidates(addresses)...)
	}
	return out
}
