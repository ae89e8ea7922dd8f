package azure

import (
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

var machineTypes = []string{"azurerm_linux_virtual_machine", "azurerm_virtual_machine", "azurerm_windows_virtual_machine"}

const nicType = "azurerm_network_interface"

// machines returns the addresses of virtual machines, on all their interfaces.
func (e *estate) machines() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed(machineTypes...) {
		out = append(out, e.machine(r)...)
	}
	return out
}

func (e *estate) machine(r *tfstate.Resource) []reach.Candidate {
	links := e.follow(r, "network_interface_ids", ids(nicType)...)
	var out []reach.Candidate
	elsewhere := links.Unknown
	for i, l := range links.Links {
		if l.To == nil {
			elsewhere = true
			continue
		}
		e.faced[l.To] = true
		suffix := ""
		if i > 0 {
			suffix = " " + l.To.Address
		}
		for _, fc := range e.facesOf(l.To) {
			out = append(out, e.faceCandidates(r, fc, suffix, "compute", l.Certain)...)
		}
	}
	if elsewhere {
		out = append(out, e.unseen(r, links)...)
	}
	if len(out) == 0 {
		out = append(out, e.unreachable(r, "compute"))
	}
	return out
}

// interfaces returns the addresses of network interfaces that no virtual
// machine of the input has.
func (e *estate) interfaces() []reach.Candidate {
	var out []reach.Candidate
	for _, nic := range e.g.Managed(nicType) {
		if e.faced[nic] {
			continue
		}
		var own []reach.Candidate
		for _, fc := range e.facesOf(nic) {
			own = append(own, e.faceCandidates(nic, fc, "", "network_interface", true)...)
		}
		if len(own) == 0 {
			own = append(own, e.unreachable(nic, "network_interface"))
		}
		out = append(out, own...)
	}
	return out
}

// faceCandidates returns a candidate for each public address of a face.
func (e *estate) faceCandidates(owner *tfstate.Resource, fc face, suffix, kind string, certain bool) []reach.Candidate {
	var out []reach.Candidate
	pips := e.locations(fc.holder, fc.config+".public_ip_address_id", fc.name())
	for _, l := range pips {
		what := "the public address of " + fc.name()
		if l.pip != nil {
			what = l.pip.Address
		}
		related := slices.Clone(l.related)
		if fc.holder != owner {
			related = append(related, fc.holder.Address)
		}
		key := strings.ToLower(l.family.String()) + suffix
		if !strings.HasSuffix(fc.config, ".0") {
			key += " " + text(fc.holder, fc.config+".name")
		}
		c := reach.Candidate{Family: l.family, Gates: []reach.Gate{l.gate}, Endpoint: exposure.Endpoint{
			ResourceAddress: owner.Address, Key: key, Kind: kind, Identity: identity(owner),
			Host: l.host, Names: l.names, Related: sortedSet(related),
		}}
		if !certain {
			c.Gates = append(c.Gates, doubtGate("address", reach.Unread, afterApply(owner, "network_interface_ids", "whether "+owner.Address+" has "+fc.name())))
		}
		c.Gates = append(c.Gates, e.gates(fc, pips, bySKU(fc.holder, what, l.sku))...)
		out = append(out, c)
	}
	return out
}

// unseen is a machine with an interface that no input holds. What the machine
// itself says of its address is all there is.
func (e *estate) unseen(r *tfstate.Resource, links reach.Links) []reach.Candidate {
	const path = "network_interface_ids"
	v := r.Attr("public_ip_address")
	host, known := tfstate.String(v)
	if known && host == "" {
		return nil
	}
	d, gap := reach.Unread, notInInput(r, path, "a network interface of "+r.Address)
	if links.Unknown {
		d, gap = reach.Pending, afterApply(r, path, "the network interfaces of "+r.Address)
	}
	c := e.unreachable(r, "compute")
	c.Endpoint.Host = host
	c.Gates = []reach.Gate{{Name: "nsg", Pass: func(f reach.Flow) reach.Passage {
		return believed(f, d, exposure.Hop{Resource: r.Address, Attribute: path, Summary: "the network interfaces of " + r.Address + " may admit everyone"}, gap)
	}}}
	return []reach.Candidate{c}
}

// unreachable is the candidate of something without a public address.
func (e *estate) unreachable(r *tfstate.Resource, kind string) reach.Candidate {
	return reach.Candidate{Family: reach.IPv4, Gates: []reach.Gate{noAddress(r, r.Address)}, Endpoint: exposure.Endpoint{
		ResourceAddress: r.Address, Key: "ipv4", Kind: kind, Identity: identity(r),
	}}
}
