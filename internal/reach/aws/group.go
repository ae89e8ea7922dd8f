package aws

import (
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// guard is one security group on a path.
type guard struct {
	set         ruleSet
	name        string // of the group, for a reader
	resource    string // resource address to blame
	assumptions []string

	silence []exposure.Hop // what it tells of ports that no rule speaks of, once it has
}

// groupGate is the security groups of a path. A client needs one rule of one
// group. Replies need none: groups keep state.
func (e *estate) groupGate(p path) reach.Gate {
	if p.groups.none {
		return reach.Gate{Name: "security_group", Pass: func(f reach.Flow) reach.Passage { return reach.Open(f) }}
	}
	certain, doubtful := e.guards(p)
	gap := exposure.Gap{Resource: p.grouped().Address, Attribute: p.groups.attribute,
		Reason: "which security groups are used is not known", Remedy: "Run again after apply"}
	return gateOf(certain, doubtful, gap)
}

// gateOf is the gate of the groups that are on a path, and of those of which
// one is; gap says that it is not known which.
func gateOf(certain, doubtful []guard, gap exposure.Gap) reach.Gate {
	return reach.Gate{
		Name: "security_group",
		Edges: func(t exposure.Transport) []exposure.PortRange {
			var edges []exposure.PortRange
			for _, guards := range [][]guard{certain, doubtful} {
				for i := range guards {
					edges = append(edges, reach.Edges(guards[i].set.rules)(t)...)
				}
			}
			return edges
		},
		Pass: func(f reach.Flow) reach.Passage {
			out := pool(passages(certain, f), passages(doubtful, f))
			if len(doubtful) > 1 && !out.Must.Equal(out.May) {
				out.Gaps = appendNew(out.Gaps, gap)
			}
			return out
		},
	}
}

func passages(guards []guard, f reach.Flow) []reach.Passage {
	out := make([]reach.Passage, len(guards))
	for i := range guards {
		out[i] = guards[i].pass(f)
	}
	return out
}

// pass is the answer of one group.
func (g *guard) pass(f reach.Flow) reach.Passage {
	p := reach.AnyMatch(g.set.rules, f)
	p.Assumptions = slices.Concat(g.assumptions, g.set.assumptions)
	p.Notes = g.set.notes
	if !p.May.IsEmpty() {
		return p
	}
	if p.ByDefault {
		if g.silence == nil {
			g.silence = []exposure.Hop{{Resource: g.resource, Certainty: exposure.Must,
				Summary: g.name + " has no rule that admits the internet to these ports"}}
		}
		p.Hops = g.silence
	}
	return p
}

// guards returns the groups of a path: those that are on it, and those of
// which one is.
func (e *estate) guards(p path) (certain, doubtful []guard) {
	seen := map[*tfstate.Resource]bool{}
	for _, l := range slices.Concat(p.groups.links.Links, p.groups.attached) {
		if l.To != nil && seen[l.To] {
			continue
		}
		seen[l.To] = true
		g := e.guardOf(p, l)
		if l.Certain {
			certain = append(certain, g)
		} else {
			doubtful = append(doubtful, g)
		}
	}
	owner := p.grouped()
	switch links := p.groups.links; {
	case omitted(owner, p.groups.attribute, links) && p.groups.omittedIsDefault:
		certain = append(certain, e.defaultGuards(p)...)
	case links.Unknown:
		gap := afterApply(owner, p.groups.attribute, "which security groups "+owner.Address+" has")
		certain = append(certain, e.unreadGuard(owner, reach.Pending, gap))
	case links.Unset && len(p.groups.attached) == 0:
		gap := notInInput(owner, p.groups.attribute, "the list of security groups of "+owner.Address)
		certain = append(certain, e.unreadGuard(owner, reach.Unread, gap))
	}
	return certain, doubtful
}

func (e *estate) unreadGuard(r *tfstate.Resource, d reach.Doubt, gap exposure.Gap) guard {
	rule := e.unreadRule(r, d, gap)
	rule.Hop.Summary = "the security groups of " + r.Address + " may admit everyone"
	rule.Hop.Attribute = gap.Attribute
	return guard{set: ruleSet{rules: []reach.Rule{rule}}, name: "the security groups of " + r.Address, resource: r.Address}
}

// guardOf resolves one group. Rules of a group that no input holds may still
// be in the input, as resources of their own; there may be others.
func (e *estate) guardOf(p path, l reach.Link) guard {
	if l.To != nil && l.To.Mode == tfstate.Managed {
		return guard{set: e.ruleSetOf(l.To), name: l.To.Address, resource: l.To.Address}
	}
	id, label := l.ID, l.Name()
	g := guard{name: "security group " + label, resource: p.grouped().Address}
	if l.To != nil { // the data source tells no rules
		g.set = e.ruleSetOf(l.To)
		g.name, g.resource = l.To.Address, l.To.Address
		if label = id; l.Hidden {
			label = "(sensitive)"
		}
	} else {
		g.set = e.rulesAt(id, g.name)
	}
	what := "aws_security_group " + exposure.CleanLine(label)
	if label == "" {
		what = "the security group that " + g.name + " finds"
	}
	rule := e.unreadRule(p.grouped(), reach.Unread, notInInput(p.grouped(), p.groups.attribute, what))
	rule.Hop.Summary = what + " may admit everyone"
	rule.Hop.Attribute = bracketed(p.groups.attribute)
	g.set.rules = append(slices.Clone(g.set.rules), rule)
	return g
}

// defaultGuards returns the default group of the VPCs of the path.
func (e *estate) defaultGuards(p path) []guard {
	var out []guard
	seen := map[string]bool{}
	for _, at := range e.placesOf(p).all() {
		if g := e.defaultGuard(at); !seen[g.name] {
			seen[g.name] = true
			out = append(out, g)
		}
	}
	return out
}

func (e *estate) defaultGuard(at *place) guard {
	for _, l := range e.pointingAtVPC(at, "id", "aws_default_security_group", "vpc_id") {
		return guard{set: e.ruleSetOf(l.To), name: l.To.Address, resource: l.To.Address}
	}
	if at.defaultVPC {
		for _, r := range e.g.Managed("aws_default_security_group") {
			if links := e.g.Follow(r, "vpc_id", vpcJoins...); omitted(r, "vpc_id", links) {
				return guard{set: e.ruleSetOf(r), name: r.Address, resource: r.Address}
			}
		}
	}
	g := guard{name: "the default security group of the VPC", assumptions: []string{assumeDefaultSG}}
	if at.vpc == nil {
		return g
	}
	g.name, g.resource = "the default security group of "+at.vpc.Address, at.vpc.Address
	var elements []element
	for _, from := range []string{"aws_security_group_rule", "aws_vpc_security_group_ingress_rule"} {
		for _, l := range e.g.Referrers(at.vpc, "default_security_group_id", from, "security_group_id") {
			elements = append(elements, e.ruleResource(l.To, l.Certain)...)
		}
	}
	g.set = e.assemble(g.name, elements)
	return g
}
