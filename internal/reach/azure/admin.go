package azure

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// adminRules are the security admin rules of network managers in the input.
// They are read before any security group: a deny is final, and so is an
// allow that always applies.
type adminRules struct{ rules []*tfstate.Resource }

var adminWording = wording{
	protocol: "protocol", action: "action",
	ports:        []string{"destination_port_ranges"},
	sources:      []string{"source.*.address_prefix"},
	destinations: []string{"destination.*.address_prefix"},
}

// adminEntries returns the admin rules that apply to a place, or may.
func (e *estate) adminEntries(p place, t target) []entry {
	if e.admin == nil {
		e.admin = &adminRules{rules: e.g.Resources("azurerm_network_manager_admin_rule")}
	}
	var out []entry
	for _, r := range e.admin.rules {
		applies := e.adminApplies(r, p)
		if applies == no {
			continue
		}
		w := adminWording
		w.sources, w.destinations = expand(r, w.sources[0]), expand(r, w.destinations[0])
		if len(w.sources) == 0 {
			w.sources = []string{"source"}
		}
		en, ok := e.readEntry(r, "", "", w, t)
		if !ok {
			continue
		}
		for i := range en.rules {
			if applies == unknown {
				en.rules[i].PortDoubt = reach.Unread
				en.rules[i].Source.Gap = exposure.Gap{Resource: r.Address, Attribute: "admin_rule_collection_id",
					Reason: "whether " + r.Address + " applies to " + p.name() + " is not known", Remedy: "Add the state that holds the members of its network groups"}
			}
			if len(listed(r, "source.0.address_prefix")) == 0 {
				en.rules[i].Source = reach.Source{Set: everyone, Gap: en.rules[i].Source.Gap}
			}
		}
		out = append(out, en)
	}
	ordered(out)
	return out
}

// adminApplies reports whether a rule is for the virtual network of p: a
// static member of one of the network groups of its collection is that network
// or subnet. Members may also be chosen by policies, which no input shows.
func (e *estate) adminApplies(r *tfstate.Resource, p place) flag {
	collections := e.follow(r, "admin_rule_collection_id", ids("azurerm_network_manager_admin_rule_collection")...)
	if len(collections.Links) == 0 {
		return unknown
	}
	answer := no
	for _, collection := range collections.Links {
		if collection.To == nil {
			return unknown
		}
		groups := e.follow(collection.To, "network_group_ids", ids("azurerm_network_manager_network_group")...)
		if len(groups.Links) == 0 {
			answer = unknown
		}
		for _, group := range groups.Links {
			switch e.inNetworkGroup(group.To, p) {
			case yes:
				return yes
			case unknown:
				answer = unknown
			}
		}
	}
	return answer
}

// inNetworkGroup reports whether a place is a static member of a network
// group. A group without any in the input chooses its members by a policy, or
// elsewhere.
func (e *estate) inNetworkGroup(group *tfstate.Resource, p place) flag {
	if group == nil {
		return unknown
	}
	members := e.referrers(group, "azurerm_network_manager_static_member", "network_group_id")
	vnets := e.vnetOf(p)
	for _, m := range members {
		for _, l := range e.follow(m.To, "target_virtual_network_id", ids("azurerm_virtual_network", "azurerm_subnet")...).Links {
			switch {
			case l.To != nil && (l.To == p.r || leadsTo(vnets.Links, l.To)):
				return yes
			case l.To == nil && p.id != "" && strings.HasPrefix(strings.ToLower(p.id)+"/", strings.ToLower(l.ID)+"/"):
				return yes
			}
		}
	}
	if len(members) == 0 || len(vnets.Links) == 0 && p.id == "" {
		return unknown
	}
	return no
}

var everyone = reach.Public(reach.IPv4).Union(reach.Public(reach.IPv6))

// underAdmin puts admin rules before the security groups of a path.
func underAdmin(entries []entry, groups reach.Gate) reach.Gate {
	var always, passing []reach.Rule // those that admit past the groups, and those that let the groups decide
	for _, en := range entries {
		for _, rule := range en.rules {
			final := rule
			final.Allow = en.action == "alwaysallow"
			passing, always = append(passing, rule), append(always, final)
		}
	}
	passing = append(passing, reach.Rule{Allow: true, Source: reach.Source{Set: everyone}})
	return reach.Gate{
		Name: "nsg",
		Edges: func(t exposure.Transport) []exposure.PortRange {
			return append(reach.Edges(passing)(t), edgesOf([]reach.Gate{groups})(t)...)
		},
		Pass: func(f reach.Flow) reach.Passage {
			by := groups.Pass(f)
			let, first := told(reach.FirstMatch(speaking(passing, f), f)), told(reach.FirstMatch(speaking(always, f), f))
			decided := through(f, []reach.Gate{answer("admin", let), answer("nsg", by)})
			if first.May.IsEmpty() {
				return decided
			}
			return pool([]reach.Passage{decided, first}, nil)
		},
	}
}

// told marks the hops of admin rules, and drops that of the rule which leaves
// the decision to the security groups.
func told(p reach.Passage) reach.Passage {
	var hops []exposure.Hop
	for _, h := range p.Hops {
		if h.Summary != "" {
			h.Gate = "admin"
			hops = append(hops, h)
		}
	}
	p.Hops = hops
	return p
}

// answer is a gate that was asked already.
func answer(name string, p reach.Passage) reach.Gate {
	return reach.Gate{Name: name, Pass: func(reach.Flow) reach.Passage { return p }}
}
