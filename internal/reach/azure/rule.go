package azure

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// wording says where the rules of a kind name what they speak of.
type wording struct {
	protocol, action  string
	ports, sources    []string
	groups            string // application security groups that are sources
	destinations      []string
	destinationGroups string
}

var nsgWording = wording{
	protocol: "protocol", action: "access",
	ports:             []string{"destination_port_range", "destination_port_ranges"},
	sources:           []string{"source_address_prefix", "source_address_prefixes"},
	groups:            "source_application_security_group_ids",
	destinations:      []string{"destination_address_prefix", "destination_address_prefixes"},
	destinationGroups: "destination_application_security_group_ids",
}

// entry is one rule of an ordered list. One rule with several port ranges is
// several rules of the algebra.
type entry struct {
	name     string // unique in the list, in lower case
	priority int
	action   string
	rules    []reach.Rule
	notes    []string
}

// unordered is the priority of a rule whose place is not known. Read first and
// with a doubt about what it speaks of, it denies where that is worse, and
// admits where that is.
const unordered = -1

// actions are those of security rules and of admin rules, in lower case.
var actions = []string{"allow", "alwaysallow", "deny"}

// readEntry reads the rule that r holds at prefix: "" for a rule resource,
// "security_rule.0." inside a group. list names the list for a reader. ok is
// false for a rule about other traffic than t's inbound.
func (e *estate) readEntry(r *tfstate.Resource, prefix, list string, w wording, t target) (out entry, ok bool) {
	direction := text(r, prefix+"direction")
	if strings.EqualFold(direction, "Outbound") {
		return entry{}, false
	}
	out = entry{name: strings.ToLower(text(r, prefix+"name")), priority: unordered, action: strings.ToLower(text(r, prefix+w.action))}
	speaks := e.destination(r, prefix, w, t)
	out.notes = speaks.notes
	if speaks.match == no {
		return out, true
	}
	rule := reach.Rule{Allow: out.action != "deny", Source: e.source(r, prefix, w)}
	traffic := readTraffic(r, prefix, w)
	rule.PortDoubt = traffic.doubt
	rule.Source.Gap = cmp.Or(rule.Source.Gap, traffic.gap)
	if n, known := number(r, prefix+"priority"); known {
		out.priority = n
	} else {
		rule.PortDoubt, rule.Source.Gap = reach.Pending, untold(r, prefix+"priority", "the priority of a rule")
	}
	if direction != "" && !strings.EqualFold(direction, "Inbound") || tfstate.Unknown(reach.Value(r, prefix+"direction")) {
		rule.PortDoubt, rule.Source.Gap = reach.Pending, untold(r, prefix+"direction", "the direction of a rule")
	}
	mayDeny := !slices.Contains(actions, out.action)
	if mayDeny {
		rule.PortDoubt, rule.Source.Gap = reach.Pending, untold(r, prefix+w.action, "whether a rule allows or denies")
	}
	if speaks.match == unknown && rule.PortDoubt == reach.Sure {
		rule.PortDoubt, rule.Source.Gap = reach.Unread, speaks.gap
	}
	rule.Hop = ruleHop(r, prefix, list, w, out, traffic)
	for _, slice := range traffic.slices {
		rule.Transport, rule.Ports = slice.transport, slice.ports
		out.rules = append(out.rules, rule)
		if mayDeny { // then it may admit its sources, and may take them from the rules behind it
			deny := rule
			deny.Allow = false
			out.rules = append(out.rules, deny)
		}
	}
	return out, true
}

// ordered sorts entries by priority, first those whose place is not known.
func ordered(entries []entry) {
	slices.SortStableFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.priority, b.priority), strings.Compare(a.name, b.name))
	})
}

func ruleHop(r *tfstate.Resource, prefix, list string, w wording, out entry, t traffic) exposure.Hop {
	name := r.Address
	if prefix != "" {
		name += " rule " + exposure.CleanLine(cmp.Or(text(r, prefix+"name"), bracketed(prefix)))
	}
	verb := " allows "
	if out.action == "deny" {
		verb = " denies "
	}
	hop := exposure.Hop{Resource: r.Address, Attribute: bracketed(prefix + w.sources[0])}
	var values []cty.Value
	for _, path := range append(slices.Clone(w.sources), w.groups) {
		found := listed(r, prefix+path)
		if len(found) > 0 && len(values) == 0 {
			hop.Attribute = bracketed(prefix + path)
		}
		values = append(values, found...)
	}
	hop.Summary = name + verb + printable(values...) + " to " + t.name
	if prefix == "" && list != "" {
		hop.Summary += " of " + list
	}
	if out.action != "deny" {
		hop.Remedy = "Narrow " + hop.Attribute + " of " + r.Address
	}
	return hop
}

// listed returns the elements of a list, or a single value, that are set.
func listed(r *tfstate.Resource, path string) []cty.Value {
	v := reach.Value(r, path)
	if path == "" || tfstate.Null(v) || chosenByProvider(r, path, v) {
		return nil
	}
	values := tfstate.Elements(v)
	if _, single := tfstate.String(v); single || tfstate.Unknown(v) {
		values = []cty.Value{v}
	}
	return slices.DeleteFunc(slices.Clone(values), func(v cty.Value) bool {
		s, known := tfstate.String(v)
		return tfstate.Null(v) || known && strings.TrimSpace(s) == ""
	})
}

// traffic is the protocol and ports that a rule speaks of.
type traffic struct {
	slices []trafficSlice
	name   string
	doubt  reach.Doubt
	gap    exposure.Gap
}

type trafficSlice struct {
	transport exposure.Transport // "" for every protocol
	ports     exposure.PortRange
}

// readTraffic reads protocol and ports. Unlike in other clouds a rule for
// every protocol still speaks only of the ports that it names.
func readTraffic(r *tfstate.Resource, prefix string, w wording) traffic {
	name := text(r, prefix+w.protocol)
	transport, every, ok := reach.ParseProtocol(name)
	t := traffic{slices: []trafficSlice{{"", exposure.AllPorts}}, name: "ports that are not known"}
	if !ok {
		t.doubt, t.gap = reach.Pending, untold(r, prefix+w.protocol, "the protocol of a rule")
		return t
	}
	ranges, all, known := portsAt(r, prefix, w.ports)
	switch {
	case !known:
		t.doubt, t.gap = reach.Pending, untold(r, prefix+w.ports[0], "the port range of a rule")
		for _, path := range w.ports {
			if v := reach.Value(r, prefix+path); len(listed(r, prefix+path)) > 0 && !tfstate.Unknown(v) {
				t.gap = untold(r, prefix+path, "the port range of a rule")
			}
		}
		return t
	case every && all:
		t.name = "every port and protocol"
		return t
	case all, !every && transport != exposure.TCP && transport != exposure.UDP:
		t.slices, t.name = []trafficSlice{{transport, exposure.AllPorts}}, protocolName(transport, every)+" on every port"
		if transport != exposure.TCP && transport != exposure.UDP {
			t.name = protocolName(transport, every)
		}
		return t
	}
	t.slices = nil
	for _, ports := range ranges {
		if every {
			t.slices = append(t.slices, trafficSlice{exposure.TCP, ports}, trafficSlice{exposure.UDP, ports})
			continue
		}
		t.slices = append(t.slices, trafficSlice{transport, ports})
	}
	t.name = protocolName(transport, every) + portsName(ranges)
	return t
}

func protocolName(t exposure.Transport, every bool) string {
	if every {
		return "tcp and udp"
	}
	if number, other := strings.CutPrefix(string(t), "other:"); other {
		return "protocol " + number
	}
	return string(t)
}

func portsName(ranges []exposure.PortRange) string {
	if len(ranges) == 1 && ranges[0].Lo == ranges[0].Hi {
		return " port " + ranges[0].String()
	}
	return " ports " + exposure.FormatPorts(ranges)
}

// portsAt reads port ranges. all is true when every port is meant, and when
// none is named; known is false when one of them is not known.
func portsAt(r *tfstate.Resource, prefix string, paths []string) (ranges []exposure.PortRange, all, known bool) {
	named := false
	for _, path := range paths {
		for _, v := range listed(r, prefix+path) {
			named = true
			s, ok := tfstate.String(v)
			if !ok {
				return nil, false, false
			}
			for part := range strings.SplitSeq(s, ",") {
				if part = strings.TrimSpace(part); part == "*" || part == "0-65535" {
					all = true
					continue
				}
				ports, err := exposure.ParsePortRange(strings.ReplaceAll(part, " ", ""))
				if err != nil {
					return nil, false, false
				}
				ranges = append(ranges, ports)
			}
		}
	}
	return exposure.MergePortRanges(ranges), all || !named, true
}
