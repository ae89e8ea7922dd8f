package gcp

import (
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
)

// stage is a list of rules in the order in which they decide. What no rule of
// it decides goes on to the next stage, and after the last one it is denied.
type stage struct {
	name       string
	rules      []rule
	assumption string
}

// firewallGate is all that filters the traffic to an interface.
func (e *estate) firewallGate(n nic) reach.Gate {
	stages := e.stagesOf(n)
	return reach.Gate{
		Name: "firewall",
		Edges: func(t exposure.Transport) []exposure.PortRange {
			var edges []exposure.PortRange
			for _, s := range stages {
				for _, r := range s.rules {
					edges = append(edges, reach.Edges([]reach.Rule{r.Rule})(t)...)
				}
			}
			return edges
		},
		Pass: func(f reach.Flow) reach.Passage { return judge(n, stages, f) },
	}
}

// stagesOf returns the stages in Google's order: hierarchical policies, then
// VPC rules and network policies in the order that the network sets.
func (e *estate) stagesOf(n nic) []stage {
	if known, ok := e.firewall[n.id()]; ok {
		return known
	}
	out := e.hierarchy(n)
	if len(out) == 0 {
		out = []stage{{assumption: assumeNoHierarchy}}
	}
	vpc, policies := e.vpcRules(n), e.networkPolicies(n)
	if n.network.to != nil && text(n.network.to, "network_firewall_policy_enforcement_order") == "BEFORE_CLASSIC_FIREWALL" {
		out = append(append(out, policies...), vpc)
	} else {
		out = append(append(out, vpc), policies...)
	}
	e.firewall[n.id()] = out
	return out
}

// judge reads the stages for one flow.
func judge(n nic, stages []stage, f reach.Flow) reach.Passage {
	var list []reach.Rule
	var assumed []string
	for _, s := range stages {
		list = append(list, s.heard(f)...)
		for _, r := range s.rules {
			if r.assumed {
				assumed = append(assumed, r.Hop.Summary)
			}
		}
	}
	p := reach.FirstMatch(list, f)
	for _, s := range stages {
		if s.assumption != "" {
			p.Assumptions = append(p.Assumptions, s.assumption)
		}
	}
	for i, h := range p.Hops {
		if slices.Contains(assumed, h.Summary) {
			p.Hops[i].Certainty = exposure.Assumed
		}
	}
	if !p.May.IsEmpty() {
		return p
	}
	if len(p.Hops) == 0 {
		p.Hops = []exposure.Hop{{Resource: n.network.address(), Certainty: exposure.Must,
			Summary: "no firewall rule of " + n.networkName() + " admits the internet to these ports of " + n.spec.Address}}
	}
	return p
}

// heard returns the rules that speak of a flow as one list in which the first
// match decides. A rule that sends sources to the next stage takes them from
// the rules behind it; when it is not known whom it sends on, the denies
// behind it are in doubt.
func (s stage) heard(f reach.Flow) []reach.Rule {
	var out []reach.Rule
	var skipped reach.Set
	var perhaps *rule
	for _, r := range s.rules {
		match, sure := speaksOf(r.Rule, f)
		if !match {
			continue
		}
		r.Source.Set = r.Source.Set.Minus(skipped)
		switch {
		case r.skip && sure && r.Source.Doubt == reach.Sure:
			skipped = skipped.Union(r.Source.Set)
		case r.skip:
			perhaps = &r
			out = append(out, inDoubt(r, perhaps))
		case r.inspected:
			out = append(out, underInspection(r)...)
		case !r.Allow && perhaps != nil:
			out = append(out, inDoubt(r, perhaps))
		default:
			out = append(out, r.Rule)
		}
	}
	return out
}

// inDoubt is a deny of which it is not known whom it takes.
func inDoubt(r rule, because *rule) reach.Rule {
	deny := reach.Rule{Transport: r.Transport, Ports: r.Ports, Hop: r.Hop}
	deny.Source.Doubt = max(r.Source.Doubt, r.PortDoubt, because.Source.Doubt, because.PortDoubt)
	deny.Source.Gap = because.Source.Gap
	return deny
}

// underInspection is a rule that admits whom a security profile finds
// harmless: some for sure not, all perhaps.
func underInspection(r rule) []reach.Rule {
	allow, deny := r.Rule, r.Rule
	allow.Allow = true
	if r.PortDoubt == reach.Sure {
		allow.PortDoubt = reach.Unread
		allow.Source.Gap = exposure.Gap{Resource: r.Hop.Resource, Attribute: r.Hop.Attribute,
			Reason: "the traffic is inspected by a security profile", Remedy: "Scan to see what it lets through"}
	}
	deny.Allow = false
	return []reach.Rule{allow, deny}
}

// speaksOf reports whether a rule speaks of a flow, and whether that is
// certain.
func speaksOf(r reach.Rule, f reach.Flow) (match, sure bool) {
	switch {
	case r.PortDoubt != reach.Sure && r.Transport != "" && r.Transport != f.Transport:
		return false, true // it is in doubt for other reasons than its protocol
	case r.PortDoubt != reach.Sure:
		return overlaps(r, f), false
	case r.Transport == "":
		return true, true
	case r.Transport != f.Transport:
		return false, true
	}
	return overlaps(r, f), true
}

// overlaps reports whether the ports of a flow, which never cross an edge of a
// rule, are among those of the rule.
func overlaps(r reach.Rule, f reach.Flow) bool {
	if f.Transport == exposure.ICMP || f.Transport == exposure.ICMPv6 || r.Transport == "" {
		return true
	}
	return r.Ports.Lo <= f.Ports.Lo && f.Ports.Hi <= r.Ports.Hi
}
