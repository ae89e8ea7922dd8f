package azure

import (
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

const nsgType = "azurerm_network_security_group"

// guard is one security group as it meets one target.
type guard struct {
	name     string // of the group, for a reader
	resource string // resource address to blame
	rules    []reach.Rule
	notes    []string
	doubt    reach.Doubt // about the list as a whole
	gap      exposure.Gap
}

// guardOf resolves one security group. holder names it at attribute.
func (e *estate) guardOf(holder *tfstate.Resource, attribute string, l reach.Link, t target) guard {
	if l.To == nil {
		name := nsgType + " " + l.Name()
		return guard{name: name, resource: holder.Address, doubt: reach.Unread, gap: notInInput(holder, attribute, name)}
	}
	g := guard{name: l.To.Address, resource: l.To.Address}
	if pending(l.To, "security_rule") {
		g.doubt, g.gap = reach.Pending, afterApply(l.To, "security_rule", "the rule list of "+l.To.Address)
		return g
	}
	if shown, odd := reach.NoBlocks(l.To.Attr("security_rule")); odd {
		g.doubt, g.gap = reach.Pending, reach.Misread(l.To, "security_rule", "a rule of "+l.To.Address, shown)
		return g
	}
	entries := e.entriesOf(l.To, t)
	if len(entries) == 0 && chosenByProvider(l.To, "security_rule", l.To.Attr("security_rule")) {
		g.doubt, g.gap = reach.Pending, unshown(l.To)
		return g
	}
	ordered(entries)
	for _, en := range entries {
		g.rules = append(g.rules, en.rules...)
		g.notes = appendNew(g.notes, en.notes...)
	}
	return g
}

// unshown is the gap of a group for which a plan shows no rule at all: one that
// is left without rules, and one whose rules a dynamic block makes of something
// unknown, look the same.
func unshown(group *tfstate.Resource) exposure.Gap {
	gap := afterApply(group, "security_rule", "the rule list of "+group.Address)
	gap.Reason = "the plan does not tell whether " + group.Address + " has no rule, or gets some by a dynamic block of what is known only after apply"
	return gap
}

// entriesOf returns the inbound rules of a security group, of both ways to
// write them, each once. A refreshed group lists the rules of rule resources
// too, even those that the plan deletes.
func (e *estate) entriesOf(group *tfstate.Resource, t target) []entry {
	var out []entry
	standalone := map[string]bool{}
	for _, l := range e.children(group, "azurerm_network_security_rule", "network_security_group_name") {
		en, ok := e.readEntry(l.To, "", group.Address, nsgWording, t)
		standalone[strings.ToLower(text(l.To, "name"))] = true
		if !ok {
			continue
		}
		if !l.Certain {
			for i := range en.rules {
				en.rules[i].PortDoubt = reach.Pending
				en.rules[i].Source.Gap = afterApply(l.To, "network_security_group_name", "the security group of "+l.To.Address)
			}
		}
		out = append(out, en)
	}
	for name := range e.deletedRules(group) {
		standalone[name] = true
	}
	for i := range tfstate.Elements(group.Attr("security_rule")) {
		en, ok := e.readEntry(group, "security_rule."+itoa(i)+".", "", nsgWording, t)
		if ok && (en.name == "" || !standalone[en.name]) {
			out = append(out, en)
		}
	}
	return out
}

// deletedRules returns the names of the rule resources that the group had
// before the plan. Those that stay are read from their resources.
func (e *estate) deletedRules(group *tfstate.Resource) map[string]bool {
	gone := map[string]bool{}
	for _, was := range e.g.Prior("azurerm_network_security_rule") {
		if strings.EqualFold(text(was, "network_security_group_name"), text(group, "name")) && sameGroup(was, group) {
			gone[strings.ToLower(text(was, "name"))] = true
		}
	}
	return gone
}

// pass is the answer of the group to a flow.
func (g guard) pass(f reach.Flow) reach.Passage {
	if g.doubt != reach.Sure {
		return believed(f, g.doubt, exposure.Hop{Resource: g.resource, Summary: g.name + " may admit everyone"}, g.gap)
	}
	p := reach.FirstMatch(speaking(g.rules, f), f)
	p.Notes = g.notes
	if !p.May.IsEmpty() {
		return p
	}
	if p.ByDefault || len(p.Hops) == 0 {
		p.Hops = []exposure.Hop{{Resource: g.resource, Certainty: exposure.Must,
			Summary: g.name + " has no rule that admits the internet to these ports"}}
	}
	return p
}

// speaking leaves out the doubtful rules that are, for certain, about other
// traffic than f: the doubt is then about where a rule applies.
func speaking(rules []reach.Rule, f reach.Flow) []reach.Rule {
	return slices.DeleteFunc(slices.Clone(rules), func(r reach.Rule) bool {
		other := r.Transport != f.Transport || f.Ports.Lo < r.Ports.Lo || r.Ports.Hi < f.Ports.Hi
		return r.PortDoubt != reach.Sure && r.Transport != "" && other
	})
}

// station is a place on the path where a security group may stand: the subnet,
// or the network interface.
type station struct {
	name     string
	resource string // resource address to blame
	certain  []guard
	doubtful []guard // of which one is there; a single one may also be missing
	bare     bool    // there is none, for certain
}

// stationOf reads the links to the groups of a place.
func (e *estate) stationOf(name string, holder *tfstate.Resource, attribute string, links reach.Links, t target) station {
	s := station{name: name, resource: holder.Address, bare: len(links.Links) == 0 && !links.Unknown}
	for _, l := range links.Links {
		if g := e.guardOf(holder, attribute, l, t); l.Certain {
			s.certain = append(s.certain, g)
		} else {
			s.doubtful = append(s.doubtful, g)
		}
	}
	if links.Unknown {
		s.certain = append(s.certain, guard{name: "the security group of " + name, resource: holder.Address, doubt: reach.Pending,
			gap: afterApply(holder, bracketed(attribute), "the security group of "+name)})
	}
	return s
}

func (s station) gate() reach.Gate {
	guards := slices.Concat(s.certain, s.doubtful)
	return reach.Gate{
		Name: "nsg",
		Edges: func(t exposure.Transport) (edges []exposure.PortRange) {
			for _, g := range guards {
				edges = append(edges, reach.Edges(g.rules)(t)...)
			}
			return edges
		},
		Pass: s.pass,
	}
}

func (s station) pass(f reach.Flow) reach.Passage {
	var gates []reach.Gate
	for _, g := range s.certain {
		gates = append(gates, reach.Gate{Name: "nsg", Pass: g.pass})
	}
	if len(s.doubtful) == 0 {
		return through(f, gates)
	}
	gap := exposure.Gap{Resource: s.resource, Reason: "which security group " + s.name + " has is not known", Remedy: "Run again after apply"}
	var answers []reach.Passage
	for _, g := range s.doubtful {
		answers = append(answers, g.pass(f))
	}
	if len(answers) == 1 {
		answers = append(answers, doubt(f, reach.Unread, gap))
	}
	one := pool(nil, answers)
	if !one.Must.Equal(one.May) {
		one.Gaps = appendNew(one.Gaps, gap)
	}
	return through(f, append(gates, answer("nsg", one)))
}
