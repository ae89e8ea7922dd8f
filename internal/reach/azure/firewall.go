package azure

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// natRule is a rule by which a firewall lets traffic in, with the two
// spellings that exist.
type natRule struct {
	r            *tfstate.Resource
	path         string // "rule.0" or "nat_rule_collection.0.rule.0"
	destinations string // attribute
	certain      bool
}

// firewalls returns the endpoints of firewalls: they drop what no translating
// rule lets in, and hand on what one does, under an address of their own.
func (e *estate) firewalls() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed("azurerm_firewall") {
		rules := e.natRules(r)
		var own []reach.Candidate
		for i := range tfstate.Elements(r.Attr("ip_configuration")) {
			for _, l := range e.locations(r, "ip_configuration."+itoa(i)+".public_ip_address_id", r.Address) {
				for _, rule := range rules {
					if match, gap := e.translates(rule, l); match != no {
						own = append(own, e.natCandidate(r, rule, l, match, gap))
					}
				}
			}
		}
		for i := range tfstate.Elements(r.Attr("management_ip_configuration")) {
			e.locations(r, "management_ip_configuration."+itoa(i)+".public_ip_address_id", r.Address) // nothing of ours answers there
		}
		if len(own) == 0 {
			c := e.unreachable(r, "firewall")
			c.Gates = []reach.Gate{closedGate(exposure.Hop{Gate: "listener", Resource: r.Address,
				Summary: "no rule of the input translates traffic from the internet to something behind " + r.Address})}
			own = append(own, c)
		}
		out = append(out, own...)
	}
	return out
}

// natRules returns the translating rules of a firewall and of its policy.
func (e *estate) natRules(r *tfstate.Resource) []natRule {
	var out []natRule
	for _, l := range e.children(r, "azurerm_firewall_nat_rule_collection", "azure_firewall_name") {
		if strings.EqualFold(text(l.To, "action"), "Snat") {
			continue
		}
		for i := range tfstate.Elements(l.To.Attr("rule")) {
			out = append(out, natRule{r: l.To, path: "rule." + itoa(i), destinations: "destination_addresses", certain: l.Certain})
		}
	}
	for _, policy := range e.follow(r, "firewall_policy_id", ids("azurerm_firewall_policy")...).Links {
		if policy.To == nil {
			continue
		}
		for _, l := range e.referrers(policy.To, "azurerm_firewall_policy_rule_collection_group", "firewall_policy_id") {
			for i := range tfstate.Elements(l.To.Attr("nat_rule_collection")) {
				at := "nat_rule_collection." + itoa(i) + ".rule"
				for j := range tfstate.Elements(reach.Value(l.To, at)) {
					out = append(out, natRule{r: l.To, path: at + "." + itoa(j), destinations: "destination_address", certain: l.Certain && policy.Certain})
				}
			}
		}
	}
	return out
}

// translates reports whether a rule is for the public address l.
func (e *estate) translates(rule natRule, l location) (match flag, gap exposure.Gap) {
	path := rule.path + "." + rule.destinations
	for _, v := range listed(rule.r, path) {
		written, known := tfstate.String(v)
		addresses, _ := reach.ParseSource(written)
		switch a, err := netip.ParseAddr(l.host); {
		case written == "*", known && err == nil && addresses.Contains(a):
			return yes, gap
		case known && err == nil:
			continue
		}
		for _, ref := range rule.r.References(path) {
			if to := e.g.At(ref.Address); to != nil && to.Type == "azurerm_public_ip" {
				if to == l.pip && ref.Certain {
					return yes, gap
				}
				known = true
			}
		}
		if !known || l.host == "" {
			match, gap = unknown, afterApply(rule.r, bracketed(path), "the address that a rule translates")
		}
	}
	return match, gap
}

func (e *estate) natCandidate(fw *tfstate.Resource, rule natRule, l location, match flag, gap exposure.Gap) reach.Candidate {
	at := rule.path + "."
	where := text(rule.r, at+"translated_address")
	if where == "" {
		where = text(rule.r, at+"translated_fqdn")
	}
	name := text(rule.r, at+"name")
	c := reach.Candidate{Family: l.family, Gates: []reach.Gate{l.gate}, Endpoint: exposure.Endpoint{
		ResourceAddress: fw.Address, Key: name + " " + strings.ToLower(l.family.String()), Kind: "firewall", Identity: identity(fw), Host: l.host, Names: l.names,
		Related: sortedSet(append(append(slices.Clone(l.related), rule.r.Address), e.holdersOf(where)...)),
	}}
	if where != "" {
		translated := reach.Value(rule.r, at+"translated_port")
		c.Endpoint.Notes = []string{"continues at " + exposure.CleanLine(where) + " port " + printable(translated)}
	}
	ranges, all, known := portsAt(rule.r, at, []string{"destination_ports"})
	if all || !known {
		ranges = []exposure.PortRange{exposure.AllPorts}
	}
	protocols, _ := tfstate.Strings(reach.Value(rule.r, at+"protocols"))
	for _, p := range protocols {
		t, every, ok := reach.ParseProtocol(p)
		for _, transport := range []exposure.Transport{exposure.TCP, exposure.UDP} {
			if ok && (every || t == transport) {
				for _, ports := range ranges {
					c.Slots = append(c.Slots, reach.Slot{Transport: transport, Ports: ports})
				}
			}
		}
	}
	if len(c.Slots) == 0 {
		c.Slots = []reach.Slot{{Transport: exposure.TCP, Ports: ranges[0]}}
	}
	source := reach.Rule{Allow: true, Source: e.natSource(rule), Hop: exposure.Hop{Resource: rule.r.Address, Attribute: bracketed(at + "source_addresses"),
		Summary: rule.r.Address + " rule " + exposure.CleanLine(name) + " allows " + natSources(rule) + " and translates to " + exposure.CleanLine(where),
		Remedy:  "Narrow " + bracketed(at+"source_addresses") + " of " + rule.r.Address}}
	switch {
	case !known:
		source.PortDoubt, source.Source.Gap = reach.Pending, afterApply(rule.r, bracketed(at+"destination_ports"), "the ports of a rule")
	case match == unknown:
		source.PortDoubt, source.Source.Gap = reach.Pending, gap
	case !rule.certain:
		source.PortDoubt, source.Source.Gap = reach.Pending, afterApply(rule.r, "", "the firewall of "+rule.r.Address)
	}
	c.Gates = append(c.Gates, anyOf("dnat", rule.r, []reach.Rule{source}, "admits nobody"))
	return c
}

// natSource reads who a rule admits: addresses, and groups of addresses.
func (e *estate) natSource(rule natRule) reach.Source {
	var out reach.Source
	path := rule.path + ".source_addresses"
	for _, v := range listed(rule.r, path) {
		e.addSource(&out, rule.r, path, v)
	}
	groups := rule.path + ".source_ip_groups"
	links := e.follow(rule.r, groups, ids("azurerm_ip_group")...)
	for _, l := range links.Links {
		if l.To == nil {
			out.Doubt, out.Gap = reach.Unread, notInInput(rule.r, bracketed(groups), "azurerm_ip_group "+l.Name())
			continue
		}
		for _, v := range listed(l.To, "cidrs") {
			e.addSource(&out, l.To, "cidrs", v)
		}
		for _, member := range e.referrers(l.To, "azurerm_ip_group_cidr", "ip_group_id") {
			e.addSource(&out, member.To, "cidr", member.To.Attr("cidr"))
		}
	}
	if links.Unknown && pending(rule.r, groups) {
		out.Doubt, out.Gap = reach.Pending, afterApply(rule.r, bracketed(groups), "the IP groups of a rule")
	}
	return out
}

func natSources(rule natRule) string {
	values := listed(rule.r, rule.path+".source_addresses")
	if len(values) == 0 {
		return "IP groups"
	}
	return printable(values...)
}

// holdersOf returns the addresses of the interfaces with a private address.
func (e *estate) holdersOf(private string) []string {
	var out []string
	for _, nic := range e.g.Resources(nicType) {
		for _, fc := range e.facesOf(nic) {
			if private != "" && text(nic, fc.config+".private_ip_address") == private {
				out = append(out, nic.Address)
			}
		}
	}
	return out
}
