package aws

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// passThrough returns the gate of a listener that hands connections on to its
// targets without answering them: somebody gets through when a target admits
// what it sees, which is the client itself or the load balancer.
func (e *estate) passThrough(b *balancer, l *tfstate.Resource, behind reached) reach.Gate {
	named := behind.gate()
	return reach.Gate{Name: "target", Pass: func(f reach.Flow) reach.Passage {
		var certain, doubtful []reach.Passage
		for _, g := range behind.groups {
			for _, t := range g.targets {
				p := e.admits(b, g, t, f)
				if g.certain && t.certain {
					certain = append(certain, p)
				} else {
					doubtful = append(doubtful, p)
				}
			}
			if g.r == nil {
				certain = append(certain, doubt(f.Family, reach.Unread, notInInput(l, "default_action", g.name)))
			}
		}
		if len(certain)+len(doubtful) == 0 {
			return doubt(f.Family, reach.Unread, noTargets(l))
		}
		p := pool(certain, doubtful)
		if p.May.IsEmpty() {
			// The groups of the targets are to blame, even where no rule of them
			// speaks of the port.
			p.ByDefault = false
			return p
		}
		p.Hops = append(named.Pass(f).Hops, p.Hops...)
		return p
	}}
}

func noTargets(l *tfstate.Resource) exposure.Gap {
	return exposure.Gap{
		Resource: l.Address, Attribute: "default_action",
		Reason: "no target of " + l.Address + " is in the input",
		Remedy: "Add the state that registers its targets",
	}
}

// admits says which clients of b the target admits, judged by its security
// groups at the port where it is served.
func (e *estate) admits(b *balancer, g targetGroup, t member, f reach.Flow) reach.Passage {
	if t.to == nil {
		return doubt(f.Family, reach.Unread, notInInput(b.r, "", "target "+exposure.CleanLine(t.name)))
	}
	if strings.HasPrefix(t.to.Type, "aws_lambda_") {
		return reach.Open(f)
	}
	list, known := e.pathsOfTarget(t.to)
	if !known {
		return doubt(f.Family, reach.Unread, notInInput(t.to, "", "any security group of "+t.name))
	}
	if t.port <= 0 || t.port > 65535 {
		return doubt(f.Family, reach.Pending, afterApply(t.to, "", "the port of "+t.name+" behind "+g.name))
	}
	f.Ports = exposure.PortRange{Lo: uint16(t.port), Hi: uint16(t.port)}
	direct := b.kind == network && g.preserve && g.family == f.Family
	var answers []reach.Passage
	for _, on := range list {
		answers = append(answers, e.groupsAdmit(b, on, direct, g.family, f))
	}
	p := pool(answers, nil)
	if p.May.IsEmpty() && len(p.Hops) == 0 {
		p.Hops = []exposure.Hop{refusal(b, t, f)}
	}
	if next := e.listensOn(t); !next {
		return reach.Closed(exposure.Hop{
			Gate: "listener", Resource: t.to.Address, Certainty: exposure.Must,
			Summary: fmt.Sprintf("%s has no listener on port %d", t.name, t.port),
		})
	}
	return p
}

// refusal says that no rule of the target speaks of the port.
func refusal(b *balancer, t member, f reach.Flow) exposure.Hop {
	return exposure.Hop{
		Gate: "security_group", Resource: t.to.Address, Certainty: exposure.Must,
		Summary: fmt.Sprintf("no security group of %s admits %s port %s from the clients of %s", t.name, f.Transport, f.Ports, b.r.Address),
	}
}

// listensOn reports whether a target that is a load balancer has a listener on
// the port, or may have. Other targets are taken to listen.
func (e *estate) listensOn(t member) bool {
	if t.to.Type != "aws_lb" && t.to.Type != "aws_alb" {
		return true
	}
	listeners := e.referring(t.to, "load_balancer_arn", listenerTypes...)
	for _, l := range listeners {
		if ports, _, _ := listenerPort(l.To); ports.Contains(uint16(t.port)) {
			return true
		}
	}
	return len(listeners) == 0
}

// groupsAdmit reads the rules of the security groups on a place of a target.
func (e *estate) groupsAdmit(b *balancer, on path, direct bool, family reach.Family, f reach.Flow) reach.Passage {
	if on.groups.none {
		return reach.Open(f)
	}
	worn := e.worn(b)
	certain, doubtful := e.guards(on)
	for _, list := range [][]guard{certain, doubtful} {
		for i, g := range list {
			list[i].set.rules = e.asSeen(b, g, worn, direct, family)
		}
	}
	return through(f, []reach.Gate{{Name: "security_group", Pass: func(f reach.Flow) reach.Passage {
		return pool(passages(certain, f), passages(doubtful, f))
	}}})
}

// worn returns the names of the groups on a load balancer, as guards have them.
func (e *estate) worn(b *balancer) []string {
	if b.groups.none {
		return nil
	}
	certain, _ := e.guards(path{owner: b.r, groups: b.groups, subnets: b.subnets})
	var names []string
	for _, g := range certain {
		names = append(names, g.name)
	}
	return names
}

// asSeen returns the rules of g as they meet the clients of b: a rule for the
// load balancer itself, by its group or by its addresses, is one for everybody
// who reaches it. Where targets see the load balancer only, a rule for the
// addresses of the clients is one for nobody.
func (e *estate) asSeen(b *balancer, g guard, worn []string, direct bool, family reach.Family) []reach.Rule {
	seen := slices.Clone(g.set.rules)
	for i, r := range seen {
		from := r.Source
		if !direct {
			from.Labels, from.Set = nil, reach.Set{}
			switch e.standsIn(b, r.Source.Set, family) {
			case yes:
				from.Set = everyone
			case unknown:
				from.Doubt = max(from.Doubt, reach.Unread)
				from.Gap = exposure.Gap{Resource: b.r.Address, Attribute: b.subnets.attribute,
					Reason: "which addresses the nodes of " + b.r.Address + " have in their subnets is not in the input",
					Remedy: "Admit a security group of " + b.r.Address + " or its subnets as a whole"}
			}
		}
		switch e.speaksOf(b, g, worn, r) {
		case yes:
			from.Set, from.Doubt = everyone, reach.Sure
		case unknown:
			from.Doubt = max(from.Doubt, reach.Unread)
			from.Gap = afterApply(e.g.At(r.Hop.Resource), r.Hop.Attribute, "the group that a rule admits")
		}
		seen[i].Source = from
	}
	if len(g.assumptions) > 0 && slices.Contains(worn, g.name) {
		// The undeclared default group admits its own members, of which the
		// load balancer is one.
		seen = append(seen, reach.Rule{Allow: true, Source: reach.Source{Set: everyone}, Hop: exposure.Hop{
			Resource: g.resource, Summary: g.name + " admits its own members"}})
	}
	return seen
}

var everyone = reach.Public(reach.IPv4).Union(reach.Public(reach.IPv6))

// speaksOf reports whether a rule admits a group that b wears.
func (e *estate) speaksOf(b *balancer, g guard, worn []string, r reach.Rule) flag {
	owner := e.g.At(r.Hop.Resource)
	switch {
	case len(r.Source.Internal) == 0 || owner == nil:
		return no
	case strings.HasSuffix(r.Hop.Attribute, "self"):
		return flagIf(slices.Contains(worn, g.name))
	}
	links := e.g.Follow(owner, dotted(r.Hop.Attribute), groupJoins...)
	answer := no
	for _, l := range links.Links {
		switch {
		case l.To != nil && slices.Contains(worn, l.To.Address), l.To == nil && wearsID(b, l.ID):
			if l.Certain {
				return yes
			}
			answer = unknown
		}
	}
	if links.Unknown {
		return unknown
	}
	return answer
}

// wearsID reports whether b names a group by its id.
func wearsID(b *balancer, id string) bool {
	return slices.ContainsFunc(b.groups.links.Links, func(l reach.Link) bool { return l.ID == id })
}

func flagIf(b bool) flag {
	if b {
		return yes
	}
	return no
}

// dotted turns "ingress[0].self" into the path "ingress.0.self".
func dotted(attribute string) string {
	return strings.NewReplacer("[", ".", "]", "").Replace(attribute)
}

// standsIn reports whether set holds the addresses of nodes of b: yes when it
// holds all of a subnet, for the node there is then among them, and unknown
// when it holds a part of one.
func (e *estate) standsIn(b *balancer, set reach.Set, family reach.Family) flag {
	set = set.Only(family)
	switch {
	case set.IsEmpty():
		return no
	case covers(set, wholeFamily(family)):
		return yes
	}
	attribute := "cidr_block"
	if family == reach.IPv6 {
		attribute = "ipv6_cidr_block"
	}
	answer := no
	for _, l := range b.subnets.links.Links {
		prefix, ok := subnetPrefix(l.To, attribute)
		switch {
		case ok && covers(set, reach.SetOf(prefix)):
			return yes
		case !ok, !set.Intersect(reach.SetOf(prefix)).IsEmpty():
			answer = unknown
		}
	}
	if len(b.subnets.links.Links) == 0 {
		return unknown
	}
	return answer
}

func covers(set, part reach.Set) bool { return part.In(set) }

func wholeFamily(family reach.Family) reach.Set {
	if family == reach.IPv6 {
		return reach.SetOf(netip.MustParsePrefix("::/0"))
	}
	return reach.SetOf(netip.MustParsePrefix("0.0.0.0/0"))
}

func subnetPrefix(subnet *tfstate.Resource, attribute string) (netip.Prefix, bool) {
	if subnet == nil {
		return netip.Prefix{}, false
	}
	prefix, err := netip.ParsePrefix(text(subnet, attribute))
	return prefix, err == nil
}
