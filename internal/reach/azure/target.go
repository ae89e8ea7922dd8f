package azure

import (
	"net/netip"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// target is what a rule's destination is compared with. Azure translates the
// public address before a security group sees the packet, so a destination
// means the private address.
type target struct {
	private reach.Set    // the private address, or all of the subnet when it is not known; empty when neither is
	address []netip.Addr // public addresses, when known
	groups  reach.Links  // application security groups that it is in
}

// spoken says whether a rule speaks of a target.
type spoken struct {
	match flag
	gap   exposure.Gap
	notes []string
}

// destination compares the destination of a rule with t. A rule without one
// speaks of everything.
func (e *estate) destination(r *tfstate.Resource, prefix string, w wording, t target) spoken {
	out := spoken{match: no}
	named := false
	for _, path := range w.destinations {
		for _, v := range listed(r, prefix+path) {
			named = true
			written, known := tfstate.String(v)
			found := e.unknownDestination(r, prefix+path, t)
			if known {
				found = t.at(r, prefix+path, written)
			}
			out = out.or(found)
		}
	}
	if len(listed(r, prefix+w.destinationGroups)) > 0 {
		named = true
		out = out.or(e.inGroup(r, prefix+w.destinationGroups, t))
	}
	if !named {
		out.match = yes
	}
	return out
}

// or returns what is true of a rule with two destinations.
func (s spoken) or(other spoken) spoken {
	if other.match == yes || s.match == no && other.match == unknown {
		s.match, s.gap = other.match, other.gap
	}
	s.notes = append(s.notes, other.notes...)
	return s
}

// at compares one written destination with t.
func (t target) at(r *tfstate.Resource, path, written string) spoken {
	word := strings.ToLower(strings.TrimSpace(written))
	switch word {
	case "*", "any", "virtualnetwork", "0.0.0.0/0", "::/0":
		return spoken{match: yes}
	}
	set, ok := reach.ParseSource(written)
	switch {
	case word == "internet", !ok && isTag(written):
		return spoken{match: no} // a private address is in no such tag
	case !ok:
		return spoken{match: unknown, gap: exposure.Gap{Resource: r.Address, Attribute: bracketed(path),
			Reason: "the destination of a rule is no address range", Remedy: "Write a prefix or an address"}}
	}
	if t.private.IsEmpty() {
		if t.isPublic(set) {
			return spoken{match: no, notes: []string{publicDestination(r, path)}}
		}
		return spoken{match: unknown, gap: notInInput(r, bracketed(path), "the private address that a destination is compared with")}
	}
	common := set.Intersect(t.private)
	switch {
	case common.Equal(t.private):
		return spoken{match: yes}
	case common.IsEmpty():
		if t.isPublic(set) {
			return spoken{match: no, notes: []string{publicDestination(r, path)}}
		}
		return spoken{match: no}
	}
	return spoken{match: unknown, gap: exposure.Gap{Resource: r.Address, Attribute: bracketed(path),
		Reason: "whether the private address will be in the destination of a rule is not known", Remedy: "Run again after apply"}}
}

func (t target) isPublic(set reach.Set) bool {
	for _, a := range t.address {
		if set.Contains(a) {
			return true
		}
	}
	return false
}

func publicDestination(r *tfstate.Resource, path string) string {
	return bracketed(path) + " of " + r.Address + " is the public address and matches nothing: Azure translates it to the private one first"
}

// unknownDestination compares a destination that is known only after apply, by
// what it refers to.
func (e *estate) unknownDestination(r *tfstate.Resource, path string, t target) spoken {
	for _, ref := range r.References(path) {
		if to := e.g.At(ref.Address); to != nil && to.Type == "azurerm_public_ip" {
			return spoken{match: no, notes: []string{publicDestination(r, path)}}
		}
	}
	return spoken{match: unknown, gap: afterApply(r, bracketed(path), "the destination of a rule")}
}

// inGroup compares the application security groups of a rule with those of t.
func (e *estate) inGroup(r *tfstate.Resource, path string, t target) spoken {
	wanted := e.follow(r, path, ids("azurerm_application_security_group")...)
	out := spoken{match: no}
	for _, w := range wanted.Links {
		for _, has := range t.groups.Links {
			same := w.To != nil && w.To == has.To || w.To == nil && has.To == nil && strings.EqualFold(w.ID, has.ID)
			switch {
			case same && w.Certain && has.Certain:
				return spoken{match: yes}
			case same:
				out.match = unknown
			}
		}
	}
	if wanted.Unknown || t.groups.Unknown {
		out.match = unknown
	}
	if out.match == unknown {
		out.gap = afterApply(r, bracketed(path), "which application security group is meant")
	}
	return out
}
