package digitalocean

import (
	"strconv"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// reservation is a reserved address with the droplet that has it. Without a
// droplet in the input, elsewhere tells that one has it all the same.
type reservation struct {
	from      *tfstate.Resource // holds the address
	path      string
	family    reach.Family
	key       string
	droplet   *tfstate.Resource
	certain   bool
	elsewhere bool
	related   []string
}

// kinds are the types of reserved addresses. Floating IP is the old name.
var kinds = []struct {
	address, path, assignment string
	family                    reach.Family
}{
	{"digitalocean_floating_ip", "ip_address", "digitalocean_floating_ip_assignment", reach.IPv4},
	{"digitalocean_reserved_ip", "ip_address", "digitalocean_reserved_ip_assignment", reach.IPv4},
	{"digitalocean_reserved_ipv6", "ip", "digitalocean_reserved_ipv6_assignment", reach.IPv6},
}

// reservations returns the reserved addresses. An assignment may be a resource
// of its own, and that of an address which no input holds.
func reservations(g *reach.Graph) []reservation {
	var out []reservation
	for _, kind := range kinds {
		taken := map[*tfstate.Resource]bool{}
		for _, assignment := range g.Managed(kind.assignment) {
			a := reservation{from: assignment, path: kind.path, family: kind.family}
			for _, l := range g.Follow(assignment, kind.path, reach.Join{Type: kind.address, Attr: kind.path}).Links {
				if l.To != nil && l.Certain {
					a.from, a.related = l.To, []string{assignment.Address}
					taken[l.To] = true
				}
			}
			out = append(out, a.given(g, assignment))
		}
		for _, r := range g.Managed(kind.address) {
			if !taken[r] {
				a := reservation{from: r, path: kind.path, family: kind.family}
				out = append(out, a.given(g, r))
			}
		}
	}
	for i := range out {
		out[i].key = "reserved " + out[i].from.Address
	}
	return out
}

// given finds the droplet that holder gives the address to.
func (a reservation) given(g *reach.Graph, holder *tfstate.Resource) reservation {
	links := g.Follow(holder, "droplet_id", reach.Join{Type: "digitalocean_droplet", Attr: "id"})
	for _, l := range links.Links {
		switch {
		case l.To != nil && l.To.Mode == tfstate.Managed:
			a.droplet, a.certain = l.To, l.Certain
		case l.ID != "" && l.ID != "0":
			a.elsewhere = true
		}
	}
	if set, known := holder.Configured("droplet_id"); links.Unknown && a.droplet == nil && (!known || set) {
		a.elsewhere = true
	}
	return a
}

func (a reservation) on(droplet *tfstate.Resource) flat.Address {
	out := flat.At(droplet, a.from, a.path, a.family, a.key)
	if !a.certain {
		gap := flat.AfterApply(a.from, "droplet_id", "whether "+droplet.Address+" has the address of "+a.from.Address)
		out = flat.Perhaps(droplet, a.from, a.path, a.family, a.key, reach.Pending, gap)
	}
	out.Related = append(out.Related, a.related...)
	return out
}

// loose tells of an address that no droplet of the input has.
func (a reservation) loose() []reach.Candidate {
	hop := flat.Hop(a.from, "droplet_id", "no droplet has the address of "+a.from.Address, "")
	gate := flat.ClosedGate("address", hop)
	if a.elsewhere {
		hop.Summary = "a droplet that no input shows has the address of " + a.from.Address
		gate = flat.DoubtfulGate("address", reach.Unread, flat.NotInInput(a.from, "droplet_id", "the droplet with the address of "+a.from.Address), hop)
	}
	host := flat.HostOf(a.from.Attr(a.path))
	return []reach.Candidate{{Family: a.family, Gates: []reach.Gate{gate}, Endpoint: exposure.Endpoint{
		ResourceAddress: a.from.Address, Key: "address", Kind: "address", Identity: identity(a.from), Host: host, Related: flat.Sorted(a.related...),
	}}}
}

func itoa(n int) string { return strconv.Itoa(n) }
