package gcp

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// rule is one rule of a stage.
type rule struct {
	reach.Rule
	priority  int
	skip      bool // who it matches goes on to the next stage
	inspected bool // who it matches is admitted only after inspection
	assumed   bool
}

// sortRules puts the rules in the order in which they decide.
func sortRules(rules []rule) {
	slices.SortStableFunc(rules, func(a, b rule) int { return cmp.Compare(a.priority, b.priority) })
}

func plainRules(rules []rule) []reach.Rule {
	out := make([]reach.Rule, len(rules))
	for i, r := range rules {
		out[i] = r.Rule
	}
	return out
}

// spoken is what a rule says beside protocol and ports.
type spoken struct {
	r               *tfstate.Resource
	prefix          string // of the rule inside the resource: "" or "rule.2."
	allow           bool
	skip, inspected bool
	undecided       bool // the action is not known
	priority        int
	doubt           reach.Doubt // whether the rule applies
	gap             exposure.Gap
	source          reach.Source
	shown           string // the source for a reader
	sourceAttribute string
}

// rules returns a rule for each range of ports in the blocks at path, which
// name a protocol and a list of ports.
func (s spoken) rules(path, protocol string) []rule {
	blocks := reach.Value(s.r, path)
	if tfstate.Unknown(blocks) { // a provider never fills in blocks: a dynamic one makes them of something unknown
		s.doubt, s.gap = reach.Pending, afterApply(s.r, path, "what "+s.r.Address+" speaks of")
		return []rule{s.rule(path, "", exposure.AllPorts, "ports that are not known")}
	}
	if shown, odd := reach.NoBlocks(blocks); odd {
		s.doubt, s.gap = reach.Pending, reach.Misread(s.r, bracketed(path), "what "+s.r.Address+" speaks of", shown)
		return []rule{s.rule(path, "", exposure.AllPorts, "ports that are not known")}
	}
	var out []rule
	for i, block := range tfstate.Elements(blocks) {
		out = append(out, s.block(path+"."+itoa(i), reach.Attr(block, protocol), reach.Attr(block, "ports"))...)
	}
	return out
}

// block reads one protocol with its ports.
func (s spoken) block(path string, protocol, ports cty.Value) []rule {
	name, known := tfstate.String(protocol)
	transport, all, ok := reach.ParseProtocol(name)
	switch {
	case !known || !ok:
		s.doubt, s.gap = reach.Pending, afterApply(s.r, path, "the protocol of a rule")
		if known {
			s.gap = reach.Misread(s.r, bracketed(path), "the protocol of a rule", printable(protocol))
		}
		return []rule{s.rule(path, "", exposure.AllPorts, "ports that are not known")}
	case all:
		return []rule{s.rule(path, "", exposure.AllPorts, "every port and protocol")}
	case transport != exposure.TCP && transport != exposure.UDP:
		return []rule{s.rule(path, transport, exposure.AllPorts, traffic(transport, nil))}
	}
	elements := tfstate.Elements(ports)
	if tfstate.Unknown(ports) {
		s.doubt, s.gap = reach.Pending, afterApply(s.r, path+".ports", "the ports of a rule")
	}
	if len(elements) == 0 {
		return []rule{s.rule(path, transport, exposure.AllPorts, traffic(transport, []exposure.PortRange{exposure.AllPorts}))}
	}
	var ranges []exposure.PortRange
	for _, element := range elements {
		written, known := tfstate.String(element)
		r, err := exposure.ParsePortRange(strings.TrimSpace(written))
		if !known || err != nil {
			s.doubt, s.gap = reach.Pending, afterApply(s.r, path+".ports", "the ports of a rule")
			if known {
				s.gap = reach.Misread(s.r, bracketed(path+".ports"), "a port range of a rule", printable(element))
			}
			r = exposure.AllPorts
		}
		ranges = append(ranges, r)
	}
	var out []rule
	for _, r := range ranges {
		out = append(out, s.rule(path, transport, r, traffic(transport, ranges)))
	}
	return out
}

// rule returns a rule with the words for it.
func (s spoken) rule(path string, transport exposure.Transport, ports exposure.PortRange, words string) rule {
	out := rule{priority: s.priority, skip: s.skip, inspected: s.inspected, Rule: reach.Rule{
		Allow: s.allow, Transport: transport, Ports: ports, PortDoubt: s.doubt, Source: s.source}}
	if s.doubt != reach.Sure {
		out.Source.Gap = s.gap
	}
	out.Hop = exposure.Hop{Resource: s.r.Address, Attribute: bracketed(path)}
	switch {
	case s.skip:
		out.Hop.Summary = s.r.Address + " leaves " + s.shown + " to " + words + " to what comes next"
	case s.undecided:
		out.Hop.Summary = s.r.Address + " may allow " + s.shown + " to " + words
	case s.inspected:
		out.Hop.Summary = s.r.Address + " has a security profile inspect " + s.shown + " to " + words
	case s.allow:
		out.Hop.Summary = s.r.Address + " allows " + s.shown + " to " + words
		out.Hop.Remedy = "Narrow " + bracketed(s.prefix+s.sourceAttribute) + " of " + s.r.Address
	default:
		out.Hop.Summary = s.r.Address + " denies " + s.shown + " to " + words + " (priority " + itoa(s.priority) + ")"
	}
	return out
}

// traffic names ports of a transport: "tcp port 443", "udp ports 53, 8000-8100".
func traffic(t exposure.Transport, ports []exposure.PortRange) string {
	name := strings.TrimPrefix(string(t), "other:")
	switch {
	case t == exposure.ICMP || t == exposure.ICMPv6:
		return name
	case t != exposure.TCP && t != exposure.UDP:
		return "protocol " + name
	}
	merged := exposure.MergePortRanges(ports)
	switch {
	case len(merged) == 1 && merged[0] == exposure.AllPorts:
		return "every " + name + " port"
	case len(merged) == 1 && merged[0].Lo == merged[0].Hi:
		return name + " port " + merged[0].String()
	}
	return name + " ports " + exposure.FormatPorts(merged)
}
