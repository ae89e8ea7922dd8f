package aws

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// attachment is one elastic IP on something.
type attachment struct {
	eip         *tfstate.Resource // nil when no input holds it
	association *tfstate.Resource // nil when the address names its holder itself
	allocation  string            // id of an address that no input holds
	certain     bool
}

// by returns the resource that makes the attachment.
func (a attachment) by() *tfstate.Resource {
	if a.association != nil {
		return a.association
	}
	return a.eip
}

// host returns the address, empty when it is not known yet.
func (a attachment) host() string {
	if a.eip != nil {
		if host := text(a.eip, "public_ip"); host != "" {
			return host
		}
	}
	if a.association != nil {
		return text(a.association, "public_ip")
	}
	return ""
}

// name returns what a reader calls the address.
func (a attachment) name() string {
	if a.eip != nil {
		return a.eip.Address
	}
	return "elastic IP " + a.allocation
}

// key tells addresses apart, whichever way they were found.
func (a attachment) key() string {
	if a.eip != nil {
		return a.eip.Address
	}
	if a.allocation != "" {
		return a.allocation
	}
	return a.association.Address
}

// hop tells of the attachment.
func (a attachment) hop(holder string) exposure.Hop {
	hop := exposure.Hop{Gate: "address", Resource: a.by().Address, Certainty: exposure.Must,
		Summary: a.by().Address + " gives " + holder + " the public address of " + a.name(),
		Remedy:  "Remove the elastic IP of " + holder}
	if a.association == nil {
		hop.Summary = a.by().Address + " gives " + holder + " its public address"
	}
	if !a.certain {
		hop.Certainty = exposure.May
	}
	return hop
}

var allocationJoins = []reach.Join{{Type: "aws_eip", Attr: "allocation_id"}, {Type: "aws_eip", Attr: "id"}}

// holds returns the elastic IPs on a resource, found through what refers to
// its attribute attr: through associations first, for they tell more.
func (e *estate) holds(holder *tfstate.Resource, attr, associationPath, eipPath string) []attachment {
	var out []attachment
	for _, l := range e.g.Referrers(holder, attr, "aws_eip_association", associationPath) {
		if l.To.Mode == tfstate.Managed {
			out = append(out, e.associated(l.To, l.Certain)...)
		}
	}
	for _, l := range e.g.Referrers(holder, attr, "aws_eip", eipPath) {
		if e.released(l.To) {
			continue
		}
		out = append(out, attachment{eip: l.To, certain: l.Certain})
	}
	return out
}

// associations returns the associations that attach an elastic IP.
func (e *estate) associations(r *tfstate.Resource) []reach.Link {
	return append(e.g.Referrers(r, "allocation_id", "aws_eip_association", "allocation_id"),
		e.g.Referrers(r, "id", "aws_eip_association", "allocation_id")...)
}

// released reports whether the plan deletes the association of an elastic IP.
// The address, refreshed before, still names its holder then.
func (e *estate) released(r *tfstate.Resource) bool {
	if len(e.associations(r)) > 0 {
		return false
	}
	for _, was := range e.g.Prior("aws_eip_association") {
		if id := text(was, "allocation_id"); id != "" && (id == text(r, "allocation_id") || id == text(r, "id")) {
			return true
		}
	}
	return false
}

// takenAway returns the elastic IP with the address, which is known not to be
// on the instance that still tells it as its own: it is on something else, or
// the plan takes it away. It returns nil when there is none.
func (e *estate) takenAway(host string) *tfstate.Resource {
	for _, r := range e.g.Find(reach.Join{Type: "aws_eip", Attr: "public_ip"}, host) {
		holders := len(e.associations(r))
		for _, attribute := range []string{"instance", "network_interface"} {
			holders += len(e.g.Follow(r, attribute).Links)
		}
		if r.Mode == tfstate.Managed && (holders > 0 || e.released(r)) {
			return r
		}
	}
	return nil
}

// associated returns what an association attaches.
func (e *estate) associated(association *tfstate.Resource, certain bool) []attachment {
	links := e.g.Follow(association, "allocation_id", allocationJoins...)
	if len(links.Links) == 0 {
		links = e.g.Follow(association, "public_ip", reach.Join{Type: "aws_eip", Attr: "public_ip"})
	}
	var out []attachment
	for _, l := range links.Links {
		a := attachment{eip: l.To, association: association, certain: certain && l.Certain}
		if l.To == nil {
			a.allocation = l.Name()
		}
		out = append(out, a)
	}
	if len(out) == 0 {
		out = append(out, attachment{association: association, certain: certain})
	}
	return out
}

// distinct returns the attachments with each address once, the first and most
// telling one.
func distinct(list []attachment) []attachment {
	var out []attachment
	at := map[string]int{}
	for _, a := range list {
		i, ok := at[a.key()]
		if !ok {
			at[a.key()] = len(out)
			out = append(out, a)
			continue
		}
		out[i].certain = out[i].certain || a.certain
	}
	return out
}

// addresses returns the elastic IPs whose holder is no instance or network
// interface of the input.
func (e *estate) addresses() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed("aws_eip") {
		if c, ok := e.address(r); ok {
			out = append(out, c)
		}
	}
	return out
}

// usedBy lists where other resources name an elastic IP as their own. Those
// that answer to the internet have endpoints of their own.
var usedBy = []struct{ resourceType, path string }{
	{"aws_nat_gateway", "allocation_id"}, {"aws_nat_gateway", "secondary_allocation_ids"},
	{"aws_lb", "subnet_mapping.*.allocation_id"}, {"aws_alb", "subnet_mapping.*.allocation_id"},
	{"aws_transfer_server", "endpoint_details.0.address_allocation_ids"},
}

// address judges an elastic IP of its own.
func (e *estate) address(r *tfstate.Resource) (reach.Candidate, bool) {
	if e.placed[r] || e.inUse(r) || e.wornBySomebody(r) {
		return reach.Candidate{}, false
	}
	c := reach.Candidate{Family: reach.IPv4, Endpoint: exposure.Endpoint{
		ResourceAddress: r.Address, Key: "ipv4", Kind: "address", Identity: identity(r), Host: text(r, "public_ip"),
	}}
	for _, attribute := range []string{"network_interface", "instance", "association_id"} {
		if e.released(r) {
			break
		}
		links := e.g.Follow(r, attribute, reach.Join{Type: "aws_network_interface", Attr: "id"}, reach.Join{Type: "aws_instance", Attr: "id"})
		if omitted(r, attribute, links) || links.Unset {
			continue
		}
		what := "what " + r.Address + " is attached to"
		d, gap := reach.Unread, notInInput(r, attribute, what)
		if links.Unknown {
			d, gap = reach.Pending, afterApply(r, attribute, what)
		}
		c.Gates = []reach.Gate{doubtGate("address", d, gap)}
		return c, true
	}
	if len(e.associations(r)) > 0 {
		c.Gates = []reach.Gate{doubtGate("address", reach.Unread, notInInput(r, "", "what "+r.Address+" is attached to"))}
		return c, true
	}
	c.Endpoint.Notes = []string{"unattached address"}
	c.Gates = []reach.Gate{closedGate(exposure.Hop{Gate: "address", Resource: r.Address,
		Summary: "unattached address: nothing in the input uses " + r.Address})}
	return c, true
}

// wornBySomebody reports whether an instance tells the address as its own, though
// nothing in the input attaches it: that was done elsewhere.
func (e *estate) wornBySomebody(r *tfstate.Resource) bool {
	host := text(r, "public_ip")
	return host != "" && e.takenAway(host) == nil &&
		len(e.g.Find(reach.Join{Type: "aws_instance", Attr: "public_ip"}, host)) > 0
}

// inUse reports whether a resource that is neither instance nor interface has
// the elastic IP, or an association attaches it to one that no input holds.
func (e *estate) inUse(r *tfstate.Resource) bool {
	if e.users == nil {
		e.users = map[*tfstate.Resource]bool{}
		for _, use := range usedBy {
			for _, user := range e.g.Resources(use.resourceType) {
				for _, path := range expand(user, use.path) {
					for _, l := range e.g.Follow(user, path, allocationJoins...).Links {
						e.users[l.To] = true
					}
				}
			}
		}
		for _, redshift := range e.g.Resources("aws_redshift_cluster") {
			for _, l := range e.g.Follow(redshift, "elastic_ip", reach.Join{Type: "aws_eip", Attr: "public_ip"}).Links {
				e.users[l.To] = true
			}
		}
	}
	return e.users[r]
}

// expand replaces "*" in a path by every index of the list there.
func expand(r *tfstate.Resource, path string) []string {
	list, rest, found := strings.Cut(path, ".*.")
	if !found {
		return []string{path}
	}
	var out []string
	for i := range tfstate.Elements(reach.Value(r, list)) {
		out = append(out, list+"."+itoa(i)+"."+rest)
	}
	return out
}
