package aws

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// ruleSet is what a security group says of inbound traffic.
type ruleSet struct {
	rules       []reach.Rule
	assumptions []string
	notes       []string // on rules that admit nobody because they hold no port
}

// element is one source of one rule: the unit in which rules are compared. A
// refreshed group lists the rules of rule resources too.
type element struct {
	transport exposure.Transport
	all       bool // every protocol and port
	ports     exposure.PortRange
	doubt     reach.Doubt // about protocol or ports
	member    reach.Doubt // whether the rule is one of the group
	void      string      // why the rule holds no port
	resource  *tfstate.Resource
	attribute string // "ingress.0.cidr_blocks"
	kind      string // "cidr", "list", "group"
	value     cty.Value
	shown     []cty.Value // what a reader sees in place of value
	source    reach.Source
}

// elementKey is what an element says, wherever it is written.
type elementKey struct {
	member     reach.Doubt
	transport  exposure.Transport
	all        bool
	ports      exposure.PortRange
	void, kind string
	source     string
}

// key identifies what the element says. ok is false when that is not known:
// nothing equals it.
func (el *element) key() (k elementKey, ok bool) {
	text, known := tfstate.String(el.value)
	if !known {
		return elementKey{}, false
	}
	if el.kind == "cidr" {
		text = canonical(text)
	}
	return elementKey{el.member, el.transport, el.all, el.ports, el.void, el.kind, text}, true
}

// canonical returns the same text for all ways to write a source.
func canonical(source string) string {
	set, ok := reach.ParseSource(source)
	if !ok {
		return source
	}
	prefixes := set.Prefixes()
	texts := make([]string, len(prefixes))
	for i, prefix := range prefixes {
		texts[i] = prefix.String()
	}
	return strings.Join(texts, " ")
}

// ruleSetOf returns the inbound rules of a security group, of all three ways
// to write them, each once.
func (e *estate) ruleSetOf(group *tfstate.Resource) ruleSet {
	if known, ok := e.rules[group]; ok {
		return known
	}
	var elements []element
	seen := map[elementKey]bool{}
	keep := func(list []element, gone map[elementKey]bool) {
		for i := range list {
			k, ok := list[i].key()
			if ok && (seen[k] || gone[k]) {
				continue
			}
			if ok {
				seen[k] = true
			}
			elements = append(elements, list[i])
		}
	}
	keep(e.standaloneRules(group), nil)
	loose, assumptions := e.looseRules(group)
	keep(loose, nil)
	keep(e.inlineRules(group), e.priorRules(group))
	out := e.assemble(group.Address, elements)
	out.assumptions = assumptions
	if gap, odd := oddRules(group, "ingress"); odd {
		out.rules = append(out.rules, e.unreadRule(group, reach.Pending, gap))
	}
	switch v := group.Attr("ingress"); {
	case tfstate.Unknown(v) && !chosenByProvider(group, "ingress", v):
		out.rules = append(out.rules, e.unreadRule(group, reach.Pending, afterApply(group, "ingress", "the rule list of "+group.Address)))
	case tfstate.Unknown(v) && len(elements) == 0:
		// A group with rule resources has no rules inside it. One without any may
		// have a dynamic block of something unknown, which a plan does not show.
		gap := afterApply(group, "ingress", "")
		gap.Reason = "the plan does not tell whether " + group.Address + " has no rule, or gets some by a dynamic block of what is known only after apply"
		out.rules = append(out.rules, e.unreadRule(group, reach.Pending, gap))
	}
	e.rules[group] = out
	return out
}

// oddRules returns the gap of a rule list that holds something other than
// rules, and whether it does.
func oddRules(r *tfstate.Resource, attribute string) (gap exposure.Gap, odd bool) {
	shown, odd := reach.NoBlocks(r.Attr(attribute))
	return reach.Misread(r, attribute, "a rule of "+r.Address, shown), odd
}

// unreadRule stands for rules that are not known.
func (e *estate) unreadRule(group *tfstate.Resource, d reach.Doubt, gap exposure.Gap) reach.Rule {
	return reach.Rule{Allow: true, Source: reach.Source{Doubt: d, Gap: gap}, Hop: exposure.Hop{
		Resource: group.Address, Attribute: "ingress", Summary: group.Address + " may hold rules that the input does not show"}}
}

// standaloneRules returns the rules of the resources that refer to the group.
func (e *estate) standaloneRules(group *tfstate.Resource) []element {
	var out []element
	for _, from := range []string{"aws_security_group_rule", "aws_vpc_security_group_ingress_rule"} {
		links := e.g.Referrers(group, "id", from, "security_group_id")
		for _, l := range links {
			out = append(out, e.ruleResource(l.To, l.Certain)...)
		}
	}
	return out
}

// looseRules returns the rules whose group cannot be followed, as far as they
// may belong to the group. In a module that creates one group, which is how
// modules for security groups are written, they are taken for that group's.
func (e *estate) looseRules(group *tfstate.Resource) (out []element, assumptions []string) {
	if !created(group) {
		return nil, nil
	}
	for _, from := range []string{"aws_security_group_rule", "aws_vpc_security_group_ingress_rule"} {
		for _, r := range e.unresolved(from, "security_group_id", ruleGroupJoins...) {
			beside := e.createdGroups(r.Module)
			if len(beside) > 0 && r.Module != group.Module {
				continue
			}
			found := e.ruleResource(r, len(beside) == 1)
			if len(beside) == 1 && len(found) > 0 {
				assumptions = []string{assumeModuleRule}
			}
			out = append(out, found...)
		}
	}
	return out, assumptions
}

var ruleGroupJoins = append([]reach.Join{
	{Type: "aws_vpc", Attr: "default_security_group_id"}, {Type: "aws_default_vpc", Attr: "default_security_group_id"},
}, groupJoins...)

// createdGroups returns the groups that a module instance creates.
func (e *estate) createdGroups(module string) []*tfstate.Resource {
	return slices.DeleteFunc(e.g.Managed("aws_security_group"), func(r *tfstate.Resource) bool {
		return r.Module != module || !created(r)
	})
}

// rulesAt returns the rules of the resources that hold the id of a group which
// no input holds.
func (e *estate) rulesAt(id, name string) ruleSet {
	var elements []element
	for _, from := range []string{"aws_security_group_rule", "aws_vpc_security_group_ingress_rule"} {
		for _, l := range e.pointingAt(id, from, "security_group_id") {
			elements = append(elements, e.ruleResource(l.To, true)...)
		}
	}
	return e.assemble(name, elements)
}

// ruleResource reads a rule that is a resource of its own. certain is false
// when it may belong to another group.
func (e *estate) ruleResource(r *tfstate.Resource, certain bool) []element {
	var out []element
	if r.Type == "aws_vpc_security_group_ingress_rule" {
		out = e.elementsOf(r, "", "ip_protocol", vpcRuleSources)
	} else if v := r.Attr("type"); tfstate.Unknown(v) || text(r, "type") == "ingress" {
		out = e.elementsOf(r, "", "protocol", ruleSources)
	}
	for i := range out {
		if !certain {
			out[i].member = reach.Unread
			out[i].source.Gap = afterApply(r, "security_group_id", "the group of "+r.Address)
		}
	}
	return out
}

// inlineRules returns the rules inside the group.
func (e *estate) inlineRules(group *tfstate.Resource) []element {
	var out []element
	for i := range tfstate.Elements(group.Attr("ingress")) {
		out = append(out, e.elementsOf(group, "ingress."+itoa(i)+".", "protocol", inlineSources)...)
	}
	return out
}

// priorRules returns the keys of the rules that rule resources gave to the
// group before the plan. A refreshed group lists them, though the plan may
// delete or change them; those that stay are read from their resources. A
// group that the plan creates anew says only what its configuration says.
func (e *estate) priorRules(group *tfstate.Resource) map[elementKey]bool {
	id := text(group, "id")
	if id == "" || group.Action == tfstate.Create || group.Action == tfstate.Replace {
		return nil
	}
	gone := map[elementKey]bool{}
	for _, from := range []string{"aws_security_group_rule", "aws_vpc_security_group_ingress_rule"} {
		for _, r := range e.priorOf(from, "security_group_id")[id] {
			for _, el := range e.ruleResource(r, true) {
				if k, ok := el.key(); ok {
					gone[k] = true
				}
			}
		}
	}
	return gone
}

// ruleOf returns the rule of elements that are written in one attribute.
func ruleOf(group string, elements []element) reach.Rule {
	first := &elements[0]
	rule := reach.Rule{Allow: true, Ports: first.ports, PortDoubt: first.doubt, Doubt: first.member, Transport: first.transport}
	var shown []cty.Value
	for i := range elements {
		el := &elements[i]
		rule.Source.Set = rule.Source.Set.Union(el.source.Set)
		rule.Source.Doubt = max(rule.Source.Doubt, el.source.Doubt)
		rule.Source.Gap = cmp.Or(rule.Source.Gap, el.source.Gap)
		rule.Source.Labels = append(rule.Source.Labels, el.source.Labels...)
		rule.Source.Hidden = rule.Source.Hidden || el.source.Hidden
		rule.Source.Internal = append(rule.Source.Internal, el.source.Internal...)
		if len(el.shown) > 0 {
			shown = append(shown, el.shown...)
			continue
		}
		shown = append(shown, el.value)
	}
	rule.Hop = exposure.Hop{
		Resource:  first.resource.Address,
		Attribute: bracketed(first.attribute),
		Summary:   first.resource.Address + " allows " + printable(shown...) + " to " + trafficOf(first),
		Remedy:    "Narrow " + bracketed(first.attribute) + " of " + first.resource.Address,
	}
	if first.resource.Address != group {
		rule.Hop.Summary += " of " + group
	}
	return rule
}

// assemble turns elements into rules, one for each attribute of each rule.
func (e *estate) assemble(group string, elements []element) ruleSet {
	var out ruleSet
	taken := make([]bool, len(elements))
	for i := range elements {
		if taken[i] {
			continue
		}
		first, same := &elements[i], slices.Clip(elements[i:i+1])
		for j := i + 1; j < len(elements); j++ {
			if el := &elements[j]; el.resource == first.resource && el.attribute == first.attribute {
				same, taken[j] = append(same, *el), true
			}
		}
		if first.void != "" {
			out.notes = append(out.notes, ruleOf(group, same).Hop.Summary+", "+first.void)
			continue
		}
		if !skipICMP(first) {
			out.rules = append(out.rules, ruleOf(group, same))
		}
	}
	return out
}
