package gcp

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// isDefault reports whether the network is the one that Google makes with a
// project. A network that the configuration creates under this name comes
// without rules.
func (o object) isDefault() bool {
	if o.to != nil && o.to.Mode == tfstate.Managed {
		return text(o.to, "description") == "Default network for the project" // imported
	}
	return o.doubt == reach.Sure && o.ref.name == "default"
}

// ours reports whether the input manages the network, so that its rules are
// taken to be in the input too.
func (o object) ours() bool {
	return o.doubt == reach.Sure && o.to != nil && o.to.Mode == tfstate.Managed
}

// vpcRules returns the VPC firewall rules that apply to an interface, the
// deciding ones first: by priority, a deny before an allow.
func (e *estate) vpcRules(n nic) stage {
	out := stage{name: n.networkName()}
	if n.network.doubt != reach.Sure {
		gap := gapOf(n.spec, n.path("network"), "the network of "+n.spec.Address, n.network.doubt)
		out.rules = []rule{unreadRule(n.spec, n.network.doubt, gap)}
		return out
	}
	declared := false // the input manages rules of the network
	for _, r := range e.g.Managed("google_compute_firewall") {
		on := e.objectAt(r, "network", networkType).same(n.network)
		declared = declared || on == yes
		if on != no {
			out.rules = append(out.rules, e.vpcRule(n, r, on)...)
		}
	}
	slices.SortStableFunc(out.rules, func(a, b rule) int {
		return cmp.Or(cmp.Compare(a.priority, b.priority), cmp.Compare(rank(a), rank(b)))
	})
	switch {
	case n.network.isDefault():
		out.rules = append(out.rules, factoryRules(n, declared)...)
		if !declared {
			out.assumption = assumeDefaultNetwork
		}
	case !n.network.ours():
		d := reach.Unread
		if len(out.rules) > 0 {
			d = reach.Pending // some rules are here; that there are more elsewhere is possible
		}
		gap := notInInput(n.spec, n.path("network"), n.networkName()+" with its firewall rules")
		out.rules = append(out.rules, unreadRule(n.spec, d, gap))
	}
	return out
}

func rank(r rule) int {
	if r.Allow {
		return 1
	}
	return 0
}

// unreadRule stands for rules that are not known.
func unreadRule(r *tfstate.Resource, d reach.Doubt, gap exposure.Gap) rule {
	return rule{priority: math.MaxInt, Rule: reach.Rule{Allow: true, Source: reach.Source{Doubt: d, Gap: gap},
		Hop: exposure.Hop{Resource: r.Address, Attribute: gap.Attribute, Summary: gap.Reason + ": it may admit everyone"}}}
}

// factoryRules are those that Google made with the network default. Where the
// input manages rules of this network, they may well have been removed, so
// that they are only likely.
func factoryRules(n nic, managed bool) []rule {
	world, _ := reach.ParseSource("0.0.0.0/0")
	list := []struct {
		name      string
		transport exposure.Transport
		port      uint16
	}{{"default-allow-ssh", exposure.TCP, 22}, {"default-allow-rdp", exposure.TCP, 3389}, {"default-allow-icmp", exposure.ICMP, 0}}
	var out []rule
	for _, made := range list {
		r := rule{priority: 65534, assumed: !managed, Rule: reach.Rule{
			Allow: true, Transport: made.transport, Ports: exposure.PortRange{Lo: made.port, Hi: made.port}, Source: reach.Source{Set: world},
			Hop: exposure.Hop{Resource: n.spec.Address, Attribute: bracketed(n.path("network")),
				Summary: "the rule " + made.name + " of the network default allows 0.0.0.0/0 to " + traffic(made.transport, []exposure.PortRange{{Lo: made.port, Hi: made.port}}),
				Remedy:  "Remove the rule " + made.name + " or put " + n.spec.Address + " in a network of your own"},
		}}
		if managed {
			r.PortDoubt = reach.Unread
			r.Source.Gap = exposure.Gap{Resource: n.spec.Address, Attribute: bracketed(n.path("network")),
				Reason: "whether the network default still has its rule " + made.name + " is in no input",
				Remedy: "Run gcloud compute firewall-rules list --filter=network:default, or declare the rule"}
		}
		out = append(out, r)
	}
	return out
}

// vpcRule reads a firewall resource as far as it speaks of the interface.
func (e *estate) vpcRule(n nic, r *tfstate.Resource, on flag) []rule {
	disabled := flagOf(value(r, "disabled"), no)
	if disabled == yes {
		return nil
	}
	applies := both(on, inbound(r, ""), e.tagged(n, r, "target_tags"), e.runsAs(n, r, "target_service_accounts"), e.destined(n, r))
	if applies == no {
		return nil
	}
	priority, doubt, gap := 1000, reach.Sure, exposure.Gap{}
	switch v := value(r, "priority"); {
	case tfstate.Unknown(v):
		priority, doubt, gap = -1, reach.Pending, afterApply(r, "priority", "the priority of "+r.Address)
	case reach.Senseless(v):
		priority, doubt, gap = -1, reach.Pending, reach.Misread(r, "priority", "the priority of a rule", printable(v))
	case !tfstate.Null(v):
		priority, _ = tfstate.Int(v)
	}
	if applies == unknown || disabled == unknown {
		attribute := "target_tags"
		if on == unknown {
			attribute = "network"
		}
		doubt, gap = reach.Pending, afterApply(r, attribute, "whether "+r.Address+" applies to "+n.spec.Address)
		if v := value(r, "direction"); inbound(r, "") == unknown && !tfstate.Unknown(v) {
			gap = reach.Misread(r, "direction", "the direction of a rule", printable(v))
		}
	}
	source, shown := e.vpcSource(r)
	var out []rule
	for _, block := range []string{"allow", "deny"} {
		base := spoken{r: r, allow: block == "allow", priority: priority, doubt: doubt, gap: gap, source: source, shown: shown,
			sourceAttribute: "source_ranges"}
		out = append(out, base.rules(block, "protocol")...)
	}
	return out
}

// destined reports whether a rule that names destination ranges speaks of the
// machine. It sees the internal address: Google translates before it filters.
func (e *estate) destined(n nic, r *tfstate.Resource) flag {
	ranges := value(r, "destination_ranges")
	known, doubts := tfstate.Strings(ranges)
	if len(known) == 0 && doubts == 0 {
		return yes
	}
	host, ok := reach.ParseSource(text(n.spec, n.path("network_ip")))
	var set reach.Set
	for _, text := range known {
		if part, valid := reach.ParseSource(text); valid {
			set = set.Union(part)
		}
	}
	world, _ := reach.ParseSource("0.0.0.0/0")
	switch {
	case world.In(set), ok && host.In(set):
		return yes
	case !ok || doubts > 0:
		return unknown
	}
	return no
}

// vpcSource reads who a firewall resource speaks of. Tags and service accounts
// name machines inside, whose internal addresses are no internet hosts.
func (e *estate) vpcSource(r *tfstate.Resource) (reach.Source, string) {
	ranges := value(r, "source_ranges")
	var out reach.Source
	var shown []string
	for _, inside := range []string{"source_tags", "source_service_accounts"} {
		if v := value(r, inside); len(tfstate.Elements(v)) > 0 || tfstate.Unknown(v) {
			what := strings.ReplaceAll(strings.TrimPrefix(inside, "source_"), "_", " ") + " " + printable(tfstate.Elements(v)...)
			out.Internal = append(out.Internal, what)
			shown = append(shown, "instances with the "+what)
		}
	}
	elements := tfstate.Elements(ranges)
	switch {
	case tfstate.Unknown(ranges):
		out.Doubt, out.Gap = reach.Pending, afterApply(r, "source_ranges", "the source of "+r.Address)
		return out, enumerate(append([]string{"(known after apply)"}, shown...))
	case len(elements) == 0 && len(out.Internal) == 0:
		out.Set, _ = reach.ParseSource("0.0.0.0/0")
		return out, "0.0.0.0/0"
	case len(elements) == 0:
		return out, enumerate(shown)
	}
	readRanges(&out, r, "source_ranges", elements)
	return out, enumerate(append([]string{printable(elements...)}, shown...))
}

// readRanges adds a list of address ranges to a source.
func readRanges(out *reach.Source, r *tfstate.Resource, attribute string, elements []cty.Value) {
	for _, element := range elements {
		written, known := tfstate.String(element)
		set, ok := reach.ParseSource(written)
		switch {
		case known && ok:
			out.Set = out.Set.Union(set)
			out.Hidden = out.Hidden || tfstate.IsSensitive(element)
		case !known:
			out.Doubt, out.Gap = reach.Pending, afterApply(r, attribute, "a source of "+r.Address)
		default:
			out.Doubt = reach.Pending
			out.Gap = exposure.Gap{Resource: r.Address, Attribute: bracketed(attribute),
				Reason: printable(element) + " is no address range", Remedy: "Correct " + bracketed(attribute)}
		}
	}
}
