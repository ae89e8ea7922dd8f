package linode

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

var firewallID = reach.Join{Type: "linode_firewall", Attr: "id"}

// guard is the gate of the firewalls of a device. list is the argument of a
// firewall that names devices of its kind.
func guard(g *reach.Graph, device *tfstate.Resource, list, kind string) reach.Gate {
	return flat.Guard(device, firewallsOf(g, device, list, kind), flat.Undeclared{
		Hop:        flat.Hop(device, "", "no firewall is declared for "+device.Address+", so that every port is open", "Attach a linode_firewall to "+device.Address),
		Assumption: assumeNoFirewall,
	})
}

func firewallsOf(g *reach.Graph, device *tfstate.Resource, list, kind string) []flat.Firewall {
	var out []flat.Firewall
	own := reach.Links{}
	if v := flat.Value(device, "firewall_id"); !tfstate.Null(v) && flat.Text(device, "firewall_id") != "0" {
		own = g.Follow(device, "firewall_id", firewallID)
	}
	for _, l := range own.Links {
		if l.To == nil {
			out = append(out, flat.Unread(device, "firewall_id", "firewall "+l.Name()))
		}
	}
	if own.Unknown {
		fw := flat.Unread(device, "firewall_id", "the firewall of "+device.Address)
		fw.Doubt, fw.Gap = reach.Pending, flat.AfterApply(device, "firewall_id", "the firewall of "+device.Address)
		out = append(out, fw)
	}
	for _, r := range g.Resources("linode_firewall") {
		if flat.FlagAt(r, "disabled", false) == flat.Yes {
			continue // its rules are not enforced
		}
		on := flat.No
		for _, l := range own.Links {
			if l.To == r {
				on = flat.Either(on, flat.FlagIf(l.Certain))
			}
		}
		on = flat.Either(on, names(g, r, list, device))
		for _, l := range g.Referrers(r, "id", "linode_firewall_device", "firewall_id") {
			if is := flat.Text(l.To, "entity_type"); is != "" && !strings.EqualFold(is, kind) {
				continue
			}
			found := names(g, l.To, "entity_id", device)
			if found == flat.Yes && !l.Certain {
				found = flat.Unsure
			}
			on = flat.Either(on, found)
		}
		if on == flat.No {
			continue
		}
		fw := flat.Firewall{Name: r.Address, Rules: inbound(r), Ordered: true}
		if on == flat.Unsure || flat.FlagAt(r, "disabled", false) == flat.Unsure {
			fw.Doubt, fw.Gap = reach.Pending, flat.AfterApply(r, list, "whether "+r.Address+" guards "+device.Address)
		}
		out = append(out, fw)
	}
	return out
}

// names reports whether the ids at path of r name the device. Ids of instances
// and NodeBalancers are counted apart, so that the type must match.
func names(g *reach.Graph, r *tfstate.Resource, path string, device *tfstate.Resource) flat.Flag {
	if tfstate.Null(flat.Value(r, path)) {
		return flat.No
	}
	answer := flat.No
	links := g.Follow(r, path, reach.Join{Type: device.Type, Attr: "id"})
	for _, l := range links.Links {
		if l.To == device {
			answer = flat.Either(answer, flat.FlagIf(l.Certain))
		}
	}
	if links.Unknown && len(r.References(path)) == 0 {
		answer = flat.Either(answer, flat.Unsure)
	}
	return answer
}

// inbound returns the inbound rules in their order, and behind them what holds
// for everything else.
func inbound(r *tfstate.Resource) []reach.Rule {
	if unlisted, ok := flat.Unlisted(r, "inbound"); ok {
		return []reach.Rule{unlisted}
	}
	var out []reach.Rule
	for i := range tfstate.Elements(flat.Value(r, "inbound")) {
		path := "inbound." + itoa(i)
		source, shown := sources(r, path)
		entry := flat.Entry{Resource: r, Path: path, Protocol: reach.Value(r, path+".protocol"), Ports: flat.ParsePorts(reach.Value(r, path+".ports")),
			Source: source, Shown: shown, From: "ipv4"}
		switch action := flat.Text(r, path+".action"); {
		case strings.EqualFold(action, "DROP"):
			entry.Deny = true
		case action == "":
			entry.Source = reach.Source{Doubt: reach.Pending, Gap: flat.AfterApply(r, path+".action", "the action of a rule")}
		}
		out = append(out, entry.Rules()...)
	}
	return append(flat.BothICMP(out), policy(r))
}

// sources joins the addresses of both families. A rule without any speaks of
// everyone.
func sources(r *tfstate.Resource, path string) (reach.Source, string) {
	v4, shown4 := flat.SourceAt(r, path+".ipv4")
	v6, shown6 := flat.SourceAt(r, path+".ipv6")
	out := reach.Source{Set: v4.Set.Union(v6.Set), Doubt: max(v4.Doubt, v6.Doubt), Gap: v4.Gap, Hidden: v4.Hidden || v6.Hidden}
	if v4.Doubt == reach.Sure {
		out.Gap = v6.Gap
	}
	switch none := "nobody"; {
	case shown4 == none && shown6 == none:
		out.Set, _ = reach.ParseSource("*")
		return out, "everyone"
	case shown6 == none:
		return out, shown4
	case shown4 == none:
		return out, shown6
	}
	return out, shown4 + " and " + shown6
}

// policy is the rule for everything that no other speaks of.
func policy(r *tfstate.Resource) reach.Rule {
	const path = "inbound_policy"
	world, _ := reach.ParseSource("*")
	rule := reach.Rule{Ports: exposure.AllPorts, Source: reach.Source{Set: world}, Hop: flat.Hop(r, path, r.Address+" drops what no rule accepts", "")}
	switch v := reach.Value(r, path); {
	case tfstate.Unknown(v):
		rule.Allow, rule.Source = true, reach.Source{Doubt: reach.Pending, Gap: flat.AfterApply(r, path, "what "+r.Address+" does without a rule")}
		rule.Hop.Summary = r.Address + " may accept what no rule drops"
	case strings.EqualFold(flat.Text(r, path), "ACCEPT"):
		rule.Allow = true
		rule.Hop = flat.Hop(r, path, r.Address+" accepts what no rule drops", "Set inbound_policy = \"DROP\" on "+r.Address)
	}
	return rule
}
