package aws

import (
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// Gates returns the gates of this package that entries of the catalogue may
// name.
//
// aws_vpc is the way through a VPC to the network interfaces of a managed
// service: block public access, route, network ACL and security groups. Its
// arguments are security_groups and subnets, paths of attributes; through, a
// path that names a subnet group, the type of that and the attributes by which
// it is named, when subnets is an attribute of the group; and placed, "one_of"
// when each host is in one of the subnets and "all" when it is in all of them.
func Gates() []reach.GraphGate {
	return []reach.GraphGate{{Name: "aws_vpc", Gates: serviceGates}}
}

func serviceGates(g *reach.Graph, r *tfstate.Resource, args map[string][]string) []reach.Gate {
	e := newEstate(g)
	first := func(name string) string {
		if len(args[name]) == 0 {
			return ""
		}
		return args[name][0]
	}
	p := path{owner: r, family: reach.IPv4, groups: e.groupsOf(r, first("security_groups"))}
	single := first("placed") == "one_of"
	if through := args["through"]; len(through) > 2 {
		p.subnets = e.subnetsThrough(r, first("subnets"), through)
	} else {
		p.subnets = e.subnetsOf(r, first("subnets"), single)
	}
	p.subnets.oneOf = single && len(p.subnets.links.Links) > 1
	return e.gates(p)
}

// subnetsThrough returns the subnets of the subnet group that r names.
func (e *estate) subnetsThrough(r *tfstate.Resource, subnets string, through []string) placement {
	var joins []reach.Join
	for _, key := range through[2:] {
		joins = append(joins, reach.Join{Type: through[1], Attr: key})
	}
	out := placement{attribute: through[0]}
	groups := e.g.Follow(r, through[0], joins...)
	out.links.Unset, out.links.Unknown = groups.Unset, groups.Unknown
	for _, l := range groups.Links {
		if l.To == nil {
			out.links.Links = append(out.links.Links, reach.Link{ID: "of the subnet group " + l.Name(), Certain: true})
			continue
		}
		found := e.g.Follow(l.To, subnets, subnetJoins...)
		out.links.Links = append(out.links.Links, found.Links...)
		out.links.Unknown = out.links.Unknown || found.Unknown
	}
	return out
}
