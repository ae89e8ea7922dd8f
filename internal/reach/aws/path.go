package aws

import (
	"cmp"
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// path is a place in a VPC that traffic from the internet must reach.
type path struct {
	owner   *tfstate.Resource // whose path it is
	family  reach.Family
	subnets placement // where the network interfaces are
	groups  groups    // the security groups on them
}

// placement is the subnets of a path. Without a subnet it is the default VPC
// when a configuration leaves the subnet out, and else unknown.
type placement struct {
	links     reach.Links // to aws_subnet and aws_default_subnet by id
	oneOf     bool        // only one of the subnets is used, and it is not known which
	attribute string      // of the owner, that names the subnets

	// inDefaultVPC says that a subnet of the default VPC is used, or may be.
	inDefaultVPC bool
}

// groups is the security groups of a path.
type groups struct {
	links     reach.Links // to aws_security_group and aws_default_security_group by id
	none      bool        // no group applies at all, so everyone is admitted: an NLB without groups
	attribute string      // that names the groups

	// owner is the resource that has the attribute; nil when it is the owner of
	// the path.
	owner *tfstate.Resource

	// attached are groups beside those that the attribute names.
	attached []reach.Link

	// omittedIsDefault says that AWS takes the default group of the VPC when
	// no group is named.
	omittedIsDefault bool
}

var (
	subnetJoins = []reach.Join{{Type: "aws_subnet", Attr: "id"}, {Type: "aws_default_subnet", Attr: "id"}}
	groupJoins  = []reach.Join{{Type: "aws_security_group", Attr: "id"}, {Type: "aws_default_security_group", Attr: "id"}}
	vpcJoins    = []reach.Join{{Type: "aws_vpc", Attr: "id"}, {Type: "aws_default_vpc", Attr: "id"}}
)

// subnetsOf returns the placement that an attribute of r names. A single
// valued attribute that may refer to several subnets uses one of them.
func (e *estate) subnetsOf(r *tfstate.Resource, attribute string, single bool) placement {
	links := e.g.Follow(r, attribute, subnetJoins...)
	return placement{links: links, oneOf: single && len(links.Links) > 1, attribute: attribute}
}

// groupsOf returns the security groups that an attribute of r names.
func (e *estate) groupsOf(r *tfstate.Resource, attribute string) groups {
	return groups{links: e.g.Follow(r, attribute, groupJoins...), attribute: attribute, owner: r, omittedIsDefault: true}
}

// grouped returns the resource that names the security groups of a path.
func (p path) grouped() *tfstate.Resource {
	if p.groups.owner != nil {
		return p.groups.owner
	}
	return p.owner
}

// gates returns the VPC gates of a path from the outside in: block public
// access, route, NACL, security group.
func (e *estate) gates(p path) []reach.Gate { return append(e.vpcGates(p), e.groupGate(p)) }

// vpcGates is gates without the security group. It is one gate, because a
// path through several subnets must find all that it needs in one of them: a
// route in one subnet does not help an open NACL in another.
func (e *estate) vpcGates(p path) []reach.Gate {
	places := e.placesOf(p)
	return []reach.Gate{{
		Name: "vpc",
		Edges: func(t exposure.Transport) []exposure.PortRange {
			var edges []exposure.PortRange
			for _, at := range places.all() {
				for _, g := range at.gates {
					if g.Edges != nil {
						edges = append(edges, g.Edges(t)...)
					}
				}
			}
			return edges
		},
		Pass: func(f reach.Flow) reach.Passage { return places.pass(f) },
	}}
}

// through sends a flow through gates in turn, as the walk does: the first that
// leaves nobody gives the reason.
func through(f reach.Flow, gates []reach.Gate) reach.Passage {
	total := reach.Open(f)
	for _, g := range gates {
		p := g.Pass(f)
		hops := slices.Clone(p.Hops)
		for i := range hops {
			hops[i].Gate = cmp.Or(hops[i].Gate, g.Name)
		}
		total.Bound = total.And(p.Bound)
		total.Assumptions = append(total.Assumptions, p.Assumptions...)
		if total.May.IsEmpty() {
			return reach.Passage{Hops: hops, ByDefault: p.ByDefault, Labels: p.Labels, Notes: p.Notes,
				Assumptions: total.Assumptions}
		}
		total.Hops = append(total.Hops, hops...)
		total.Gaps = append(total.Gaps, p.Gaps...)
		total.Labels = append(total.Labels, p.Labels...)
		total.Hidden = total.Hidden || p.Hidden
		total.Notes = append(total.Notes, p.Notes...)
	}
	return total
}

// pool combines the answers of alternatives. All of certain are in use. Of
// doubtful one is, and it is not known which.
func pool(certain, doubtful []reach.Passage) reach.Passage {
	var bound reach.Bound
	for _, p := range certain {
		bound = bound.Or(p.Bound)
	}
	if len(doubtful) > 0 {
		bounds := make([]reach.Bound, len(doubtful))
		for i, p := range doubtful {
			bounds[i] = p.Bound
		}
		bound = bound.Or(reach.OneOf(bounds...))
	}
	return tell(bound, certain, doubtful)
}

// tell gives a combined bound the reasons of the alternatives that admit
// somebody, or when none does, of all.
func tell(bound reach.Bound, certain, doubtful []reach.Passage) reach.Passage {
	out := reach.Passage{Bound: bound, ByDefault: true}
	closed := bound.May.IsEmpty()
	for i := range len(certain) + len(doubtful) {
		p := passageAt(i, certain, doubtful)
		if !closed && p.May.IsEmpty() {
			continue
		}
		hops := p.Hops
		if !closed && i >= len(certain) && bound.Must.IsEmpty() {
			hops = slices.Clone(hops)
			for j := range hops {
				hops[j].Certainty = exposure.May
			}
		}
		out.Hops = appendNew(out.Hops, hops...)
		out.Gaps = appendNew(out.Gaps, p.Gaps...)
		out.Assumptions = appendNew(out.Assumptions, p.Assumptions...)
		out.Labels = appendNew(out.Labels, p.Labels...)
		out.Hidden = out.Hidden || p.Hidden
		out.Notes = appendNew(out.Notes, p.Notes...)
		out.ByDefault = out.ByDefault && p.ByDefault
	}
	out.ByDefault = closed && out.ByDefault
	return out
}

// passageAt returns the passage at i of both lists in a row.
func passageAt(i int, certain, doubtful []reach.Passage) *reach.Passage {
	if i < len(certain) {
		return &certain[i]
	}
	return &doubtful[i-len(certain)]
}

// appendNew appends the elements that list does not hold yet.
func appendNew[T comparable](list []T, more ...T) []T {
	for _, v := range more {
		if !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}
