package oci

import (
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// balancer is how a type of load balancer names its parts.
type balancer struct {
	resourceType, listener, reference, addresses string
	subnets                                      string
	private                                      bool // when is_private is not set
}

var balancers = []balancer{
	{"oci_load_balancer_load_balancer", "oci_load_balancer_listener", "load_balancer_id", "ip_address_details", "subnet_ids", false},
	{"oci_load_balancer", "oci_load_balancer_listener", "load_balancer_id", "ip_address_details", "subnet_ids", false},
	{"oci_network_load_balancer_network_load_balancer", "oci_network_load_balancer_listener", "network_load_balancer_id", "ip_addresses", "subnet_id", true},
}

// loadBalancers returns the addresses of load balancers, with the ports of
// their listeners.
func (e *estate) loadBalancers() []reach.Candidate {
	var out []reach.Candidate
	for _, b := range balancers {
		for _, r := range e.g.Managed(b.resourceType) {
			out = append(out, e.balanced(b, r)...)
		}
	}
	return out
}

func (e *estate) balanced(b balancer, r *tfstate.Resource) []reach.Candidate {
	n := e.in(r, r, "network_security_group_ids", b.subnets)
	m := flat.Machine{Resource: r, Identity: identity(r), Kind: "lb", Gates: append([]reach.Gate{b.scheme(r)}, e.gates(n)...)}
	for _, l := range e.g.Referrers(r, "id", b.listener, b.reference) {
		m.Related = append(m.Related, l.To.Address)
		listener := flat.Listener{On: r, Declared: l.To, Port: "port", Protocol: flat.Text(l.To, "protocol")}
		if n, ok := tfstate.Int(l.To.Attr("port")); ok && n == 0 {
			listener.Every = true // so it is written for the protocol ANY
		}
		if !l.Certain {
			listener.Doubt, listener.Gap = reach.Pending, flat.AfterApply(l.To, b.reference, "which load balancer "+l.To.Address+" belongs to")
		}
		m.Slots = append(m.Slots, listener.Slots()...)
	}
	if len(m.Slots) == 0 {
		m.Slots = []reach.Slot{{Transport: exposure.TCP, Ports: exposure.AllPorts}}
		m.Gates = append(m.Gates, flat.WithoutListener(r, "listener"))
	}
	var addresses []flat.Address
	for i := range tfstate.Elements(r.Attr(b.addresses)) {
		path := b.addresses + "." + itoa(i)
		if flat.HostOf(reach.Value(r, path+".ip_address")) != "" && flat.FlagAt(r, path+".is_public", true) != flat.No {
			a := flat.At(r, r, path+".ip_address", reach.IPv4, "ipv4")
			if len(addresses) > 0 {
				a.Key += " " + itoa(len(addresses))
			}
			addresses = append(addresses, a)
		}
	}
	if len(addresses) == 0 {
		addresses = []flat.Address{{Key: "ipv4", Family: reach.IPv4, Gate: flat.OpenGate("address", flat.Hop(r, b.addresses, r.Address+" gets an address", ""))}}
	}
	return m.Candidates(addresses)
}

// scheme tells a public load balancer from a private one.
func (b balancer) scheme(r *tfstate.Resource) reach.Gate {
	const path = "is_private"
	switch flat.FlagAt(r, path, b.private) {
	case flat.Yes:
		return flat.ClosedGate("scheme", flat.Hop(r, path, r.Address+" is private", ""))
	case flat.Unsure:
		return flat.DoubtfulGate("scheme", reach.Pending, flat.AfterApply(r, path, "whether "+r.Address+" is private"), flat.Hop(r, path, r.Address+" may be public", ""))
	}
	return flat.OpenGate("scheme", flat.Hop(r, path, r.Address+" is public", "Set is_private = true on "+r.Address))
}

// clusters returns the API endpoints of Kubernetes clusters. Those without an
// endpoint_config have one outside of every network, which nothing guards.
func (e *estate) clusters() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed("oci_containerengine_cluster") {
		const path = "endpoint_config.0.is_public_ip_enabled"
		m := flat.Machine{Resource: r, Identity: identity(r), Kind: "k8s_api", Access: exposure.AccessAuthenticated,
			Slots: []reach.Slot{{Transport: exposure.TCP, Ports: exposure.PortRange{Lo: 6443, Hi: 6443}, App: "https"}}}
		blocks := flat.Value(r, "endpoint_config")
		var gate reach.Gate
		switch enabled := flat.FlagAt(r, path, false); {
		case tfstate.Unknown(blocks) || enabled == flat.Unsure:
			gate = flat.DoubtfulGate("endpoint", reach.Pending, flat.AfterApply(r, path, "whether the API endpoint is public"), flat.Hop(r, path, r.Address+" may have a public API endpoint", ""))
		case len(tfstate.Elements(blocks)) == 0:
			gate = flat.OpenGate("endpoint", flat.Hop(r, "endpoint_config", r.Address+" has a public API endpoint, by the default of endpoint_config", "Declare endpoint_config of "+r.Address))
		case enabled == flat.No:
			gate = flat.ClosedGate("endpoint", flat.Hop(r, path, r.Address+" has no public API endpoint", ""))
		default:
			gate = flat.OpenGate("endpoint", flat.Hop(r, path, r.Address+" has a public API endpoint", "Set is_public_ip_enabled = false on "+r.Address))
			m.Gates = e.gates(e.in(r, r, "endpoint_config.0.nsg_ids", "endpoint_config.0.subnet_id"))
		}
		out = append(out, m.Candidates([]flat.Address{{Key: "api", Family: reach.IPv4, Host: apiHost(r), Gate: gate}})...)
	}
	return out
}
