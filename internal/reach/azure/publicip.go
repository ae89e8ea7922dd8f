package azure

import (
	"net/netip"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// location is a public address that something has, or may have.
type location struct {
	family  reach.Family
	host    string // empty when it is not known yet
	names   []string
	related []string
	sku     string // in lower case, empty when not known
	pip     *tfstate.Resource
	gate    reach.Gate
}

// address returns the public address, when it is known.
func (l location) address() []netip.Addr {
	if a, err := netip.ParseAddr(l.host); err == nil {
		return []netip.Addr{a}
	}
	return nil
}

// locations returns the public addresses that r names at path; none when it
// names none for certain. name is what has the address, for a reader.
func (e *estate) locations(r *tfstate.Resource, path, name string) []location {
	links := e.follow(r, path, ids("azurerm_public_ip")...)
	if links.Unset || links.Unknown && chosenByProvider(r, path, reach.Value(r, path)) {
		return nil
	}
	var out []location
	for _, l := range links.Links {
		out = append(out, e.location(r, path, name, l))
	}
	if links.Unknown {
		out = append(out, location{family: reach.IPv4,
			gate: doubtGate("address", reach.Pending, afterApply(r, bracketed(path), "whether "+name+" gets a public address"))})
	}
	return out
}

func (e *estate) location(r *tfstate.Resource, path, name string, l reach.Link) location {
	out := location{family: reach.IPv4, pip: l.To}
	hop := exposure.Hop{Gate: "address", Resource: r.Address, Attribute: bracketed(path),
		Summary: name + " has the public address " + l.Name(), Remedy: "Remove " + bracketed(path) + " of " + r.Address}
	if l.To != nil {
		e.used[l.To] = true
		out.host, out.names = text(l.To, "ip_address"), nameList(text(l.To, "fqdn"))
		out.sku = strings.ToLower(text(l.To, "sku"))
		out.related = []string{l.To.Address}
		if strings.EqualFold(text(l.To, "ip_version"), "IPv6") {
			out.family = reach.IPv6
		}
	}
	out.gate = openGate(hop)
	if !l.Certain {
		out.gate = doubtGate("address", reach.Unread, afterApply(r, bracketed(path), "whether "+name+" has "+l.Name()))
	}
	return out
}

func nameList(name string) []string {
	if name == "" {
		return nil
	}
	return []string{name}
}

// noAddress is the gate of something without a public address.
func noAddress(r *tfstate.Resource, name string) reach.Gate {
	return closedGate(exposure.Hop{Gate: "address", Resource: r.Address, Summary: "no public address: " + name + " has none"})
}

// addresses judges the public addresses that nothing in the input has, and
// NAT gateways, which use theirs only outwards.
func (e *estate) addresses() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed("azurerm_nat_gateway") {
		c := reach.Candidate{Family: reach.IPv4, Endpoint: exposure.Endpoint{ResourceAddress: r.Address, Key: "ipv4", Kind: "nat", Identity: identity(r)}}
		for _, l := range e.referrers(r, "azurerm_nat_gateway_public_ip_association", "nat_gateway_id") {
			for _, pip := range e.locations(l.To, "public_ip_address_id", r.Address) {
				c.Endpoint.Host = pip.host
				c.Endpoint.Related = append(c.Endpoint.Related, pip.related...)
			}
		}
		c.Gates = []reach.Gate{closedGate(exposure.Hop{Gate: "address", Resource: r.Address,
			Summary: "a NAT gateway lets nobody in: " + r.Address + " only carries traffic out"})}
		out = append(out, c)
	}
	e.noteOtherUses()
	for _, r := range e.g.Managed("azurerm_public_ip") {
		if !e.used[r] {
			out = append(out, unattached(r))
		}
	}
	return out
}

// otherUses are the places where a public address is in use and nothing of
// ours answers at it, or what answers is told elsewhere.
var otherUses = []struct{ resourceType, path string }{
	{"azurerm_api_management", "public_ip_address_id"},
	{"azurerm_kubernetes_cluster", "network_profile.0.load_balancer_profile.0.outbound_ip_address_ids"},
	{"azurerm_nat_gateway", "public_ip_address_ids"},
	{"azurerm_route_server", "public_ip_address_id"},
}

func (e *estate) noteOtherUses() {
	for _, use := range otherUses {
		for _, r := range e.g.Resources(use.resourceType) {
			for _, l := range e.follow(r, use.path, ids("azurerm_public_ip")...).Links {
				e.used[l.To] = true
			}
		}
	}
}

// unattached is a public address that nothing in the input has. One that is
// there already may be on something else, which its attributes do not tell.
func unattached(r *tfstate.Resource) reach.Candidate {
	c := reach.Candidate{Family: reach.IPv4, Endpoint: exposure.Endpoint{
		ResourceAddress: r.Address, Key: "ipv4", Kind: "address", Identity: identity(r), Host: text(r, "ip_address"), Names: nameList(text(r, "fqdn")),
	}}
	if strings.EqualFold(text(r, "ip_version"), "IPv6") {
		c.Family, c.Endpoint.Key = reach.IPv6, "ipv6"
	}
	if r.Action == tfstate.Create {
		c.Endpoint.Notes = []string{"unattached address"}
		c.Gates = []reach.Gate{closedGate(exposure.Hop{Gate: "address", Resource: r.Address,
			Summary: "unattached address: nothing in the input uses " + r.Address})}
		return c
	}
	c.Gates = []reach.Gate{doubtGate("address", reach.Pending, exposure.Gap{Resource: r.Address,
		Reason: "what uses " + r.Address + " is in no input", Remedy: "Add the state that holds what uses it, or remove the address"})}
	return c
}
