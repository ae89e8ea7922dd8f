package aws

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// acl is the network ACL of a subnet.
type acl struct {
	r       *tfstate.Resource // nil for the default ACL of the VPC
	unread  string            // name of one that cannot be read, or may be another's
	certain bool
}

// numbered is a rule with its place in the list.
type numbered struct {
	number int
	egress bool
	rule   reach.Rule
}

// aclsOf returns the network ACLs that the place may have: one, or several of
// which one is used.
func (e *estate) aclsOf(p *place) []acl {
	var out []acl
	for _, from := range []string{"aws_network_acl", "aws_default_network_acl"} {
		for _, l := range e.pointing(p, from, "subnet_ids") {
			out = append(out, acl{r: l.To, certain: l.Certain})
		}
		if len(out) > 0 {
			return out
		}
		if from == "aws_network_acl" {
			if out = e.associatedACLs(p); len(out) > 0 {
				return out
			}
		}
	}
	if loose := e.unresolved("aws_network_acl", "subnet_ids", subnetJoins...); created(p.subnet) && len(loose) > 0 {
		return []acl{{unread: loose[0].Address, certain: true}}
	}
	for _, l := range e.pointingAtVPC(p, "default_network_acl_id", "aws_default_network_acl", "default_network_acl_id") {
		return []acl{{r: l.To, certain: true}}
	}
	for _, l := range e.pointingAtVPC(p, "id", "aws_default_network_acl", "vpc_id") {
		return []acl{{r: l.To, certain: true}}
	}
	return []acl{{certain: true}}
}

func (e *estate) associatedACLs(p *place) []acl {
	var out []acl
	for _, association := range e.pointing(p, "aws_network_acl_association", "subnet_id") {
		for _, l := range e.g.Follow(association.To, "network_acl_id", aclJoins...).Links {
			switch {
			case l.To == nil:
				out = append(out, acl{unread: l.Name(), certain: association.Certain})
			case l.To.Type == "aws_network_acl" || l.To.Type == "aws_default_network_acl":
				out = append(out, acl{r: l.To, certain: association.Certain && l.Certain})
			}
		}
	}
	return out
}

var aclJoins = []reach.Join{
	{Type: "aws_network_acl", Attr: "id"}, {Type: "aws_default_network_acl", Attr: "id"},
	{Type: "aws_vpc", Attr: "default_network_acl_id"}, {Type: "aws_default_vpc", Attr: "default_network_acl_id"},
}

// naclGate is the network ACL of a subnet. It keeps no state: a client must be
// let in by number order, and the reply must be let out to the client's port.
func (e *estate) naclGate(p *place) reach.Gate {
	var lists []aclRules
	for _, a := range e.aclsOf(p) {
		lists = append(lists, e.aclRulesOf(p, a))
	}
	return reach.Gate{
		Name: "nacl",
		Edges: func(t exposure.Transport) []exposure.PortRange {
			var edges []exposure.PortRange
			for _, l := range lists {
				edges = append(edges, reach.Edges(l.in)(t)...)
			}
			return edges
		},
		Pass: func(f reach.Flow) reach.Passage {
			var certain, doubtful []reach.Passage
			for _, l := range lists {
				if passage := l.pass(f); l.certain && len(lists) == 1 {
					certain = append(certain, passage)
				} else {
					doubtful = append(doubtful, passage)
				}
			}
			out := pool(certain, doubtful)
			if len(doubtful) > 1 && !out.Must.Equal(out.May) {
				out.Gaps = appendNew(out.Gaps, exposure.Gap{Resource: p.address(),
					Reason: "which network ACL " + p.name() + " has is not known", Remedy: "Run again after apply"})
			}
			return out
		},
	}
}

// aclRules is what one network ACL says.
type aclRules struct {
	in, out  []reach.Rule
	name     string
	resource string
	certain  bool
	assume   []string
	doubt    reach.Doubt  // whether the list is known
	gap      exposure.Gap // when it is not
}

// aclRulesOf reads a network ACL: the rules inside it and those that are
// resources of their own, by number.
func (e *estate) aclRulesOf(p *place, a acl) aclRules {
	out := aclRules{certain: a.certain, name: "the default network ACL", resource: p.address()}
	var list []numbered
	if a.unread != "" {
		out.doubt = reach.Unread
		out.gap = exposure.Gap{Resource: p.address(), Reason: "network ACL " + a.unread + " is in no input",
			Remedy: "Add the state that holds it"}
		if e.g.At(a.unread) != nil {
			out.gap.Reason = "whether " + a.unread + " is that of " + p.name() + " is known only after apply"
			out.gap.Remedy = "Run again after apply"
		}
		return out
	}
	if a.r == nil {
		out.assume = []string{assumeDefaultNACL}
		for _, l := range e.pointingAtVPC(p, "default_network_acl_id", "aws_network_acl_rule", "network_acl_id") {
			list = append(list, e.aclRule(l.To, "", l.Certain)...)
		}
		list = append(list, factoryRules()...)
	} else {
		out.name, out.resource = a.r.Address, a.r.Address
		list = e.declaredRules(a.r)
		for _, attribute := range []string{"ingress", "egress"} {
			if gap, odd := oddRules(a.r, attribute); odd {
				out.doubt, out.gap = reach.Pending, gap
			}
			if v := a.r.Attr(attribute); tfstate.Unknown(v) && !chosenByProvider(a.r, attribute, v) {
				out.doubt, out.gap = reach.Pending, afterApply(a.r, attribute, "the rule list of "+a.r.Address)
			}
		}
	}
	slices.SortStableFunc(list, func(x, y numbered) int { return cmp.Compare(x.number, y.number) })
	for _, n := range list {
		if n.egress {
			out.out = append(out.out, n.rule)
		} else {
			out.in = append(out.in, n.rule)
		}
	}
	return out
}

// factoryRules are those of a default network ACL as AWS makes it.
func factoryRules() []numbered {
	all, _ := reach.ParseSource("any")
	rule := reach.Rule{Allow: true, Source: reach.Source{Set: all}}
	return []numbered{{number: 100, rule: rule}, {number: 100, egress: true, rule: rule}}
}

// declaredRules returns the rules of a declared ACL. A number is unique in
// each direction, so a rule resource says the same as the refreshed list, or
// what the plan will make of it; one that the plan deletes is only in the list.
func (e *estate) declaredRules(r *tfstate.Resource) []numbered {
	type slot struct {
		egress bool
		number int
	}
	taken := map[slot]bool{}
	var out []numbered
	for _, l := range e.g.Referrers(r, "id", "aws_network_acl_rule", "network_acl_id") {
		for _, n := range e.aclRule(l.To, "", l.Certain) {
			taken[slot{n.egress, n.number}] = n.number != unnumbered
			out = append(out, n)
		}
	}
	if id := text(r, "id"); id != "" && r.Action != tfstate.Create && r.Action != tfstate.Replace {
		for _, was := range e.g.Prior("aws_network_acl_rule") {
			if text(was, "network_acl_id") == id {
				for _, n := range e.aclRule(was, "", true) {
					taken[slot{n.egress, n.number}] = true
				}
			}
		}
	}
	for _, direction := range []string{"ingress", "egress"} {
		for i := range tfstate.Elements(r.Attr(direction)) {
			for _, n := range e.aclRule(r, direction+"."+itoa(i)+".", true) {
				if !taken[slot{n.egress, n.number}] {
					out = append(out, n)
				}
			}
		}
	}
	return out
}

// unnumbered is the place of a rule whose number is known after apply: before
// all others, where a doubtful deny takes everything for certain and a
// doubtful allow gives everything possibly.
const unnumbered = -1

// aclRule reads the rule that r holds at prefix: "" for a rule resource,
// "ingress.0." inside an ACL.
func (e *estate) aclRule(r *tfstate.Resource, prefix string, certain bool) []numbered {
	number, action := "rule_no", "action"
	egress := strings.HasPrefix(prefix, "egress.")
	if prefix == "" {
		number, action = "rule_number", "rule_action"
		egress = flagOf(r.Attr("egress"), no) == yes
	}
	el := element{resource: r}
	gap := readTraffic(&el, blockAt(r, prefix), "protocol")
	if el.transport == exposure.ICMP || el.transport == exposure.ICMPv6 {
		// An ACL has the type in a field of its own, and the reply has another type.
		el.ports = exposure.PortRange{}
		if !icmpTypeMatches(el.transport, reach.Value(r, prefix+"icmp_type"), egress) {
			return nil
		}
	}
	if el.void != "" {
		return nil
	}
	out := numbered{number: unnumbered, egress: egress}
	if n, ok := tfstate.Int(reach.Value(r, prefix+number)); ok {
		out.number = n
	}
	verb, _ := tfstate.String(reach.Value(r, prefix+action))
	out.rule = reach.Rule{Allow: strings.EqualFold(verb, "allow"), Transport: el.transport, Ports: el.ports, PortDoubt: el.doubt}
	out.rule.Source = e.aclSource(r, prefix)
	if el.doubt != reach.Sure {
		out.rule.Source.Gap = gap
	}
	switch {
	case out.number == unnumbered:
		out.rule.PortDoubt = reach.Pending
		out.rule.Source.Gap = afterApply(r, bracketed(prefix+number), "the place of a rule in the network ACL")
	case !certain:
		out.rule.Doubt = reach.Pending
		out.rule.Source.Gap = afterApply(r, "network_acl_id", "the network ACL of "+r.Address)
	}
	denies := strings.EqualFold(verb, "deny")
	if out.rule.Allow || denies {
		out.rule.Hop = aclHop(r, prefix, el, out, verb)
		return []numbered{out}
	}
	// Whether it allows or denies is not known: read as both, it admits nobody
	// for certain and its sources possibly.
	out.rule.Doubt, out.rule.Source.Gap = reach.Pending, verbGap(r, prefix+action)
	allow, deny := out, out
	allow.rule.Allow = true
	allow.rule.Hop, deny.rule.Hop = aclHop(r, prefix, el, allow, "allow"), aclHop(r, prefix, el, deny, "deny")
	return []numbered{allow, deny}
}

// verbGap is why the action of a rule is not known.
func verbGap(r *tfstate.Resource, path string) exposure.Gap {
	const what = "whether a rule of the network ACL allows or denies"
	v := reach.Value(r, path)
	if tfstate.Unknown(v) {
		return afterApply(r, path, what)
	}
	return reach.Misread(r, bracketed(path), what, printable(v))
}

func aclHop(r *tfstate.Resource, prefix string, el element, n numbered, verb string) exposure.Hop {
	direction, verbs := "from", "denies "
	if n.egress {
		direction = "to"
	}
	if strings.EqualFold(verb, "allow") {
		verbs = "allows "
	}
	source := reach.Value(r, prefix+"cidr_block")
	if s, _ := tfstate.String(source); s == "" && !tfstate.Unknown(source) {
		source = reach.Value(r, prefix+"ipv6_cidr_block")
	}
	hop := exposure.Hop{
		Resource:  r.Address,
		Attribute: bracketed(prefix),
		Summary:   r.Address + " rule " + itoa(n.number) + " " + verbs + trafficOf(&el) + " " + direction + " " + printable(source),
	}
	if n.rule.Allow {
		hop.Remedy = "Narrow rule " + itoa(n.number) + " of " + r.Address
	}
	return hop
}

// aclSource reads the one network of an ACL rule.
func (e *estate) aclSource(r *tfstate.Resource, prefix string) reach.Source {
	for _, attribute := range []string{"cidr_block", "ipv6_cidr_block"} {
		v := reach.Value(r, prefix+attribute)
		if tfstate.Unknown(v) {
			return reach.Source{Doubt: reach.Pending, Gap: afterApply(r, bracketed(prefix+attribute), "the network of a rule")}
		}
		if written, _ := tfstate.String(v); written != "" {
			set, ok := reach.ParseSource(written)
			if !ok {
				return reach.Source{Doubt: reach.Pending, Gap: noRange(r, bracketed(prefix+attribute), printable(v))}
			}
			return reach.Source{Set: set, Hidden: tfstate.IsSensitive(v)}
		}
	}
	return reach.Source{}
}
