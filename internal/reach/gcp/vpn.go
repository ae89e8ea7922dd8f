package gcp

import (
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

const (
	classicGateway = "google_compute_vpn_gateway"
	haGateway      = "google_compute_ha_vpn_gateway"
)

// gateways returns the addresses of VPN gateways: those of the interfaces of
// HA gateways, and for classic ones those of their forwarding rules.
func (e *estate) gateways() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed(haGateway) {
		count := max(2, len(tfstate.Elements(r.Attr("vpn_interfaces")))) // a gateway has two, whatever is declared
		if text(r, "gateway_ip_version") == "IPV6" {
			continue // the gateway's own addresses are no IPv4 hosts, and nothing here could be asked over IPv6
		}
		for i := range count {
			out = append(out, e.gateway(r, "interface"+itoa(i), text(r, "vpn_interfaces."+itoa(i)+".ip_address"), []uint16{500, 4500}, r))
		}
	}
	for _, rule := range e.g.Managed("google_compute_forwarding_rule") {
		b := e.objectAt(rule, "target", classicGateway)
		if b.to == nil || text(rule, "ip_protocol") != "UDP" {
			continue
		}
		var ports []uint16
		for _, r := range portsOfRule(rule) {
			if r.Lo == r.Hi {
				ports = append(ports, r.Lo)
			}
		}
		out = append(out, e.gateway(rule, "ipv4", e.addressAt(rule, "ip_address").host, ports, b.to))
	}
	return out
}

func (e *estate) gateway(owner *tfstate.Resource, key, host string, ports []uint16, gateway *tfstate.Resource) reach.Candidate {
	f := front{r: owner, key: key, host: host, kind: "vpn", app: "ike", access: exposure.AccessAuthenticated,
		gates: []reach.Gate{e.peersGate(gateway)}}
	if owner != gateway {
		f.related = []string{gateway.Address}
	}
	c := f.candidate()
	for _, port := range ports {
		c.Slots = append(c.Slots, reach.Slot{Transport: exposure.UDP, Ports: exposure.PortRange{Lo: port, Hi: port}, App: f.app})
	}
	return c
}

// peersGate admits the peers of the tunnels of a gateway.
func (e *estate) peersGate(gateway *tfstate.Resource) reach.Gate {
	var rules []reach.Rule
	for _, tunnel := range e.g.Managed("google_compute_vpn_tunnel") {
		for _, path := range []string{"target_vpn_gateway", "vpn_gateway"} {
			if e.objectAt(tunnel, path, gateway.Type).to == gateway {
				rules = append(rules, e.peer(tunnel))
			}
		}
	}
	return gateOf("peers", func(f reach.Flow) reach.Passage {
		p := reach.AnyMatch(rules, f)
		p.Assumptions = []string{assumePeers}
		if p.May.IsEmpty() && len(p.Hops) == 0 {
			p.Hops = []exposure.Hop{{Resource: gateway.Address, Certainty: exposure.Must, Summary: gateway.Address + " has no tunnel to a peer on the internet"}}
		}
		return p
	})
}

// peer is the far end of a tunnel.
func (e *estate) peer(tunnel *tfstate.Resource) reach.Rule {
	rule := reach.Rule{Allow: true, Hop: exposure.Hop{Resource: tunnel.Address, Attribute: "peer_ip"}}
	v := value(tunnel, "peer_ip")
	switch external := e.objectAt(tunnel, "peer_external_gateway", "google_compute_external_vpn_gateway"); {
	case !tfstate.Null(v) && !tfstate.Unknown(v):
		readRanges(&rule.Source, tunnel, "peer_ip", elementsOf(v))
		rule.Hop.Summary = tunnel.Address + " has the peer " + printable(v)
	case external.to != nil:
		for i := range tfstate.Elements(external.to.Attr("interface")) {
			at := "interface." + itoa(i) + ".ip_address"
			readRanges(&rule.Source, external.to, at, elementsOf(reach.Value(external.to, at)))
		}
		rule.Hop.Attribute, rule.Hop.Summary = "peer_external_gateway", tunnel.Address+" has the peer "+external.to.Address
	case text(tunnel, "peer_gcp_gateway") != "" || e.objectAt(tunnel, "peer_gcp_gateway", haGateway).to != nil:
		rule.Source.Labels = []string{"another Google Cloud VPN gateway"}
		rule.Hop.Attribute, rule.Hop.Summary = "peer_gcp_gateway", tunnel.Address+" has another gateway of Google Cloud as its peer"
	default:
		rule.Source.Doubt, rule.Source.Gap = reach.Pending, afterApply(tunnel, "peer_ip", "the peer of "+tunnel.Address)
		rule.Hop.Summary = tunnel.Address + " has a peer that is known after apply"
	}
	return rule
}
