package aws

import (
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// loadBalancerTypes are the types that the builders of load balancers
// understand, as endpoints or as parts of a path.
var loadBalancerTypes = []string{
	"aws_lb", "aws_alb", "aws_elb",
	"aws_lb_listener", "aws_alb_listener", "aws_lb_listener_rule", "aws_alb_listener_rule",
	"aws_lb_listener_certificate", "aws_alb_listener_certificate",
	"aws_lb_target_group", "aws_alb_target_group",
	"aws_lb_target_group_attachment", "aws_alb_target_group_attachment",
	"aws_autoscaling_attachment", "aws_autoscaling_traffic_source_attachment", "aws_elb_attachment",
	"aws_wafv2_web_acl_association", "aws_wafregional_web_acl_association",
}

// front is a load balancer as the internet sees it: the hosts at which it
// answers, and the doors on which it listens.
type front struct {
	owner  *tfstate.Resource // whose endpoints they are
	scheme scheme
	hosts  []frontHost
	doors  []door
	notes  []string
}

// frontHost is one name or address of a front, with its path to the internet.
type frontHost struct {
	key    string
	host   string // empty when not known yet
	names  []string
	family reach.Family
	path   path
}

// door is what a front listens on, with all that stands behind it.
type door struct {
	declared   *tfstate.Resource // the listener; nil for the load balancer itself
	transports []exposure.Transport
	ports      exposure.PortRange
	app        string
	access     exposure.Access
	related    []string
	notes      []string
	gates      []reach.Gate
}

// scheme says whether a front has public addresses at all.
type scheme struct {
	closed bool
	doubt  reach.Doubt
	hop    exposure.Hop
	gap    exposure.Gap
}

func (s scheme) gate() reach.Gate {
	return reach.Gate{Name: "address", Pass: func(f reach.Flow) reach.Passage {
		if s.closed {
			return reach.Closed(s.hop)
		}
		return believed(f, s.doubt, s.hop, s.gap)
	}}
}

// believed admits everyone of the family, as far as the doubt allows.
func believed(f reach.Flow, doubt reach.Doubt, hop exposure.Hop, gap exposure.Gap) reach.Passage {
	everyone := reach.Public(f.Family)
	if doubt == reach.Sure {
		hop.Certainty = exposure.Must
		return reach.Open(f, hop)
	}
	hop.Certainty = exposure.May
	p := reach.Passage{Bound: reach.Bound{May: everyone}, Hops: []exposure.Hop{hop}, Gaps: []exposure.Gap{gap}}
	if doubt == reach.Unread {
		p.Likely = everyone
	}
	return p
}

// frontCandidates returns a candidate for each host and door of a front. A
// front without public addresses has one for each host, which tells why.
func (e *estate) frontCandidates(f front) []reach.Candidate {
	var out []reach.Candidate
	for _, host := range f.hosts {
		if f.scheme.closed {
			c := f.candidate(host, door{declared: f.doors[0].declared})
			c.Slots, c.Gates = closedSlots(f.doors), []reach.Gate{f.scheme.gate()}
			out = append(out, c)
			continue
		}
		gates := append([]reach.Gate{f.scheme.gate()}, e.balancerGates(host.path)...)
		for _, d := range f.doors {
			c := f.candidate(host, d)
			c.Slots, c.Gates = d.slots(), slices.Clone(gates)
			out = append(out, c)
		}
	}
	return out
}

// candidate returns a door of a host as an endpoint of the load balancer, or
// of the listener when the load balancer is only read as a data source.
func (f front) candidate(host frontHost, d door) reach.Candidate {
	owner, related := f.owner, d.related
	if owner.Mode == tfstate.Data && d.declared != nil {
		owner, related = d.declared, append(slices.Clone(related), f.owner.Address)
	}
	related = slices.DeleteFunc(sortedSet(related), func(address string) bool { return address == owner.Address })
	return reach.Candidate{
		Family: host.family,
		Endpoint: exposure.Endpoint{
			ResourceAddress: owner.Address,
			Key:             host.key,
			Related:         related,
			Identity:        identity(f.owner),
			Host:            host.host,
			Names:           sortedSet(host.names),
			App:             d.app,
			Kind:            "lb",
			Access:          d.access,
			Notes:           slices.Concat(f.notes, d.notes),
		},
	}
}

func (d door) slots() []reach.Slot {
	slots := []reach.Slot{}
	for _, t := range d.transports {
		slots = append(slots, reach.Slot{Transport: t, Ports: d.ports, App: d.app, Gates: d.gates})
	}
	return slots
}

// closedSlots are the ports of a front that nobody reaches. What stands behind
// them does not matter any more.
func closedSlots(doors []door) []reach.Slot {
	slots := []reach.Slot{}
	for _, d := range doors {
		for _, t := range d.transports {
			slots = append(slots, reach.Slot{Transport: t, Ports: d.ports})
		}
	}
	if len(slots) == 0 {
		slots = append(slots, reach.Slot{Transport: exposure.TCP, Ports: exposure.AllPorts})
	}
	return slots
}

// sortedSet returns the distinct, non-empty elements in order, never nil.
func sortedSet(list []string) []string {
	out := slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == "" })
	slices.Sort(out)
	return append([]string{}, slices.Compact(out)...)
}
