package oci

import (
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// interfaces is what stands before network interfaces: the subnets they are
// in, all of which are in use, and their network security groups.
type interfaces struct {
	r       *tfstate.Resource // the endpoint is its
	subnets []reach.Link
	path    string            // of the argument that names the subnets
	spec    *tfstate.Resource // declares them
	groups  []flat.Firewall
}

// in finds the subnets and groups that spec names for an endpoint of r.
func (e *estate) in(r, spec *tfstate.Resource, groupsPath string, subnetPaths ...string) interfaces {
	n := interfaces{r: r, spec: spec, path: subnetPaths[0]}
	for _, path := range subnetPaths {
		if tfstate.Null(flat.Value(spec, path)) {
			continue
		}
		links := e.g.Follow(spec, path, join("oci_core_subnet"))
		n.path, n.subnets = path, links.Links
		if len(n.subnets) > 0 {
			break
		}
	}
	n.groups = e.groups(spec, groupsPath)
	return n
}

// gates are those behind the address: the subnet, the route, the rules.
func (e *estate) gates(n interfaces) []reach.Gate {
	return []reach.Gate{e.subnetGate(n), e.routeGate(n), e.securityGate(n)}
}

// subnetGate tells whether the subnets let the internet in at all.
func (e *estate) subnetGate(n interfaces) reach.Gate {
	for _, l := range n.subnets {
		if l.To == nil {
			continue
		}
		for _, path := range []string{"prohibit_internet_ingress", "prohibit_public_ip_on_vnic"} {
			switch flat.FlagAt(l.To, path, false) {
			case flat.Yes:
				return flat.ClosedGate("subnet", flat.Hop(l.To, path, l.To.Address+" is a private subnet ("+path+")", ""))
			case flat.Unsure:
				return flat.DoubtfulGate("subnet", reach.Pending, flat.AfterApply(l.To, path, "whether "+l.To.Address+" is private"),
					flat.Hop(l.To, path, l.To.Address+" may be a public subnet", ""))
			}
		}
	}
	return reach.Gate{Name: "subnet", Pass: func(f reach.Flow) reach.Passage { return reach.Open(f) }}
}

// addressed tells whether an interface gets a public address: by its own
// argument, or else because the subnet is a public one.
func (e *estate) addressed(n interfaces, path string) (flat.Flag, exposure.Gap) {
	v := flat.Value(n.spec, path)
	gap := flat.AfterApply(n.spec, path, "whether "+n.r.Address+" has a public address")
	if b, ok := tfstate.Bool(v); ok {
		return map[bool]flat.Flag{true: flat.Yes, false: flat.No}[b], gap
	}
	if tfstate.Unknown(v) {
		return flat.Unsure, gap
	}
	if len(n.subnets) == 0 {
		return flat.Unsure, gap
	}
	l := n.subnets[0]
	if l.To == nil {
		return flat.Unsure, flat.NotInInput(n.spec, n.path, "subnet "+l.Name())
	}
	return []flat.Flag{flat.No: flat.Yes, flat.Yes: flat.No, flat.Unsure: flat.Unsure}[flat.FlagAt(l.To, "prohibit_public_ip_on_vnic", false)], gap
}
