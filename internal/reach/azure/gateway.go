package azure

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// gateways returns the endpoints of VPN gateways and bastions, both of which
// no security group of ours keeps the internet from.
func (e *estate) gateways() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed("azurerm_virtual_network_gateway") {
		if strings.EqualFold(text(r, "type"), "Vpn") || pending(r, "type") {
			out = append(out, e.standing(r, "vpn", vpnPorts(r), "")...)
			continue
		}
		for _, at := range expand(r, "ip_configuration.*.public_ip_address_id") {
			e.locations(r, at, r.Address) // in use, though nothing answers there
		}
	}
	for _, r := range e.g.Managed("azurerm_bastion_host") {
		out = append(out, e.standing(r, "bastion", web()[:1], text(r, "dns_name"))...)
	}
	return out
}

// vpnPorts are those of IKE and, for clients over TLS, 443.
func vpnPorts(r *tfstate.Resource) []reach.Slot {
	out := []reach.Slot{port(exposure.UDP, 500, "ike"), port(exposure.UDP, 4500, "ike")}
	for i := range tfstate.Elements(r.Attr("vpn_client_configuration")) {
		protocols, unknown := tfstate.Strings(reach.Value(r, "vpn_client_configuration."+itoa(i)+".vpn_client_protocols"))
		tls := unknown > 0 || len(protocols) == 0
		for _, p := range protocols {
			tls = tls || strings.EqualFold(p, "SSTP") || strings.EqualFold(p, "OpenVPN")
		}
		if tls {
			return append(out, port(exposure.TCP, 443, "https"))
		}
	}
	return out
}

// standing returns a candidate for each public address of a service that lets
// clients in to sign in.
func (e *estate) standing(r *tfstate.Resource, kind string, slots []reach.Slot, name string) []reach.Candidate {
	var out []reach.Candidate
	for i := range tfstate.Elements(r.Attr("ip_configuration")) {
		at := "ip_configuration." + itoa(i)
		for _, l := range e.locations(r, at+".public_ip_address_id", r.Address) {
			key := strings.ToLower(l.family.String())
			if i > 0 {
				key += " " + text(r, at+".name")
			}
			out = append(out, reach.Candidate{Family: l.family, Slots: slots, Gates: []reach.Gate{l.gate}, Endpoint: exposure.Endpoint{
				ResourceAddress: r.Address, Key: key, Kind: kind, Identity: identity(r), Access: exposure.AccessAuthenticated,
				Host: l.host, Names: sortedSet(append(nameList(name), l.names...)), Related: sortedSet(l.related),
			}})
		}
	}
	if len(out) == 0 {
		c := e.unreachable(r, kind)
		c.Slots = slots
		out = append(out, c)
	}
	return out
}
