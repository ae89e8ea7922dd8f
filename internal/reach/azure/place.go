package azure

import (
	"net/netip"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// place is a subnet as a path meets it.
type place struct {
	r       *tfstate.Resource // azurerm_subnet, or the azurerm_virtual_network that declares it inside; nil when no input holds it
	inline  string            // path of the block inside the virtual network, "subnet.0"
	id      string
	label   string
	certain bool
}

func (p place) name() string {
	switch {
	case p.r != nil && p.inline != "":
		return p.r.Address + " " + bracketed(p.inline)
	case p.r != nil:
		return p.r.Address
	}
	return "azurerm_subnet " + p.label
}

// prefixes returns the addresses of the subnet, as far as they are known.
func (p place) prefixes() reach.Set {
	var out reach.Set
	if p.r == nil {
		return out
	}
	at := ""
	if p.inline != "" {
		at = p.inline + "."
	}
	for _, attribute := range []string{"address_prefixes", "address_prefix"} {
		known, unknown := tfstate.Strings(reach.Value(p.r, at+attribute))
		if unknown > 0 {
			return reach.Set{}
		}
		if s := text(p.r, at+attribute); s != "" {
			known = append(known, s)
		}
		for _, s := range known {
			if prefix, err := netip.ParsePrefix(s); err == nil {
				out = out.Union(reach.SetOf(prefix))
			}
		}
	}
	return out
}

// places returns the subnets that r names at path.
func (e *estate) places(r *tfstate.Resource, path string) (found []place, links reach.Links) {
	links = e.follow(r, path, ids("azurerm_subnet", "azurerm_virtual_network")...)
	for _, l := range links.Links {
		switch {
		case l.To == nil:
			found = append(found, e.elsewhere(l))
		case l.To.Type == "azurerm_virtual_network":
			found = append(found, inlineSubnets(l.To, l)...)
		default:
			found = append(found, place{r: l.To, id: l.ID, label: l.Name(), certain: l.Certain})
		}
	}
	return found, links
}

// elsewhere is a subnet whose id is no resource's: one declared inside a
// virtual network of the input, or one that no input holds.
func (e *estate) elsewhere(l reach.Link) place {
	for _, vnet := range e.g.Resources("azurerm_virtual_network") {
		for i := range tfstate.Elements(vnet.Attr("subnet")) {
			at := "subnet." + itoa(i)
			if id := text(vnet, at+".id"); id != "" && strings.EqualFold(id, l.ID) {
				return place{r: vnet, inline: at, id: l.ID, label: l.Name(), certain: l.Certain}
			}
		}
	}
	return place{id: l.ID, label: l.Name(), certain: l.Certain}
}

// inlineSubnets returns the subnets declared inside a virtual network, one of
// which is meant.
func inlineSubnets(vnet *tfstate.Resource, l reach.Link) []place {
	blocks := tfstate.Elements(vnet.Attr("subnet"))
	var out []place
	for i := range blocks {
		out = append(out, place{r: vnet, inline: "subnet." + itoa(i), certain: l.Certain && len(blocks) == 1})
	}
	return out
}

// subnetStation returns the security group of a subnet.
func (e *estate) subnetStation(owner *tfstate.Resource, path string, p place, t target) station {
	switch {
	case p.r == nil:
		links := e.byAssociation(p.id)
		if len(links.Links) == 0 {
			gap := notInInput(owner, bracketed(path), p.name())
			return station{name: p.name(), certain: []guard{{name: "the security group of " + p.name(), resource: owner.Address, doubt: reach.Unread, gap: gap}}}
		}
		return e.stationOf(p.name(), owner, path, links, t)
	case p.inline != "":
		return e.stationOf(p.name(), p.r, p.inline+".security_group", e.follow(p.r, p.inline+".security_group", ids(nsgType)...), t)
	}
	links := e.associatedGroups(p.r)
	if len(links.Links) == 0 && !links.Unknown {
		links = e.follow(p.r, "network_security_group_id", ids(nsgType)...) // of the data source, and of old providers
		if chosenByProvider(p.r, "network_security_group_id", p.r.Attr("network_security_group_id")) {
			links = reach.Links{Unset: true}
		}
	}
	if len(links.Links) == 0 && !links.Unknown && !tfstate.Null(p.r.Attr(writeOnly+"_version")) {
		if links = e.writeOnlyGroup(p.r); links.Unset {
			return hiddenStation(p)
		}
	}
	s := e.stationOf(p.name(), p.r, "network_security_group_id", links, t)
	if p.r.Mode == tfstate.Data && tfstate.Unknown(p.r.Attr("network_security_group_id")) && len(links.Links) == 0 {
		s.certain[0].doubt, s.certain[0].gap = reach.Unread, afterApply(p.r, "network_security_group_id", "the security group of "+p.name())
	}
	return s
}

// associatedGroups returns the groups that associations give to a subnet.
func (e *estate) associatedGroups(subnet *tfstate.Resource) reach.Links {
	return e.associated(e.referrers(subnet, "azurerm_subnet_network_security_group_association", "subnet_id"), nsgType, "network_security_group_id")
}

// associated follows the other end of associations.
func (e *estate) associated(associations []reach.Link, resourceType, path string) reach.Links {
	var out reach.Links
	for _, a := range associations {
		found := e.follow(a.To, path, ids(resourceType)...)
		for _, l := range found.Links {
			l.Certain = l.Certain && a.Certain
			out.Links = append(out.Links, l)
		}
		out.Unknown = out.Unknown || found.Unknown
	}
	out.Unset = len(out.Links) == 0 && !out.Unknown
	return out
}

// byAssociation returns the groups of associations that name a subnet which no
// input holds.
func (e *estate) byAssociation(id string) reach.Links {
	var found []reach.Link
	for _, a := range e.all(reach.Join{Type: "azurerm_subnet_network_security_group_association", Attr: "subnet_id"}, id) {
		found = append(found, reach.Link{To: a, Certain: true})
	}
	return e.associated(found, nsgType, "network_security_group_id")
}

// writeOnly is the argument by which a subnet may name its group without that
// a state shows it.
const writeOnly = "network_security_group_id_wo"

// writeOnlyGroup returns the group in the write-only argument of a subnet,
// which a plan shows by its reference.
func (e *estate) writeOnlyGroup(subnet *tfstate.Resource) reach.Links {
	var out reach.Links
	for _, ref := range subnet.References(writeOnly) {
		if to := e.g.At(ref.Address); to != nil && to.Type == nsgType {
			out.Links = append(out.Links, reach.Link{To: to, Certain: ref.Certain})
		}
	}
	out.Unset = len(out.Links) == 0
	return out
}

// hiddenStation is a subnet that has a group which nothing shows.
func hiddenStation(p place) station {
	name := "the security group of " + p.name()
	return station{name: p.name(), certain: []guard{{name: name, resource: p.r.Address, doubt: reach.Unread, gap: exposure.Gap{
		Resource: p.r.Address, Attribute: writeOnly, Reason: name + " is written by an argument that no state shows",
		Remedy: "Associate it by azurerm_subnet_network_security_group_association"}}}}
}

// vnetOf returns the virtual networks that a place may be in, by name and
// resource group.
func (e *estate) vnetOf(p place) reach.Links {
	switch {
	case p.r == nil:
		return reach.Links{Unknown: true}
	case p.inline != "":
		return reach.Links{Links: []reach.Link{{To: p.r, Certain: p.certain}}}
	}
	return e.named(p.r, "virtual_network_name", "azurerm_virtual_network")
}

// bareHop tells that no security group stands on the path.
func bareHop(resource, summary string) exposure.Hop {
	return exposure.Hop{Gate: "nsg", Resource: resource, Summary: summary, Certainty: exposure.Must}
}
