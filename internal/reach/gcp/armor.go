package gcp

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// armed is a backend service with the rules of the security policies before
// it, each list to be passed.
type armed struct {
	service *tfstate.Resource
	lists   [][]rule
}

const policyType = "google_compute_security_policy"

// armedBy returns the rules of the security policies of a backend service or
// bucket. An edge policy comes before the other.
func (e *estate) armedBy(service *tfstate.Resource) armed {
	out := armed{service: service}
	for _, path := range []string{"edge_security_policy", "security_policy"} {
		v := value(service, path)
		if written, _ := tfstate.String(v); written == "" && !tfstate.Unknown(v) {
			continue
		}
		out.lists = append(out.lists, e.policyOf(service, path))
	}
	return out
}

// policyOf returns the rules of one security policy, the deciding ones first.
// Whom no rule speaks of is admitted.
func (e *estate) policyOf(service *tfstate.Resource, path string) []rule {
	policy := e.objectAt(service, path, policyType, "google_compute_region_security_policy")
	if policy.to == nil || policy.doubt != reach.Sure {
		d := cmp.Or(policy.doubt, reach.Unread)
		gap := gapOf(service, path, "the security policy of "+service.Address, d)
		deny := unreadRule(service, d, gap)
		deny.Allow, deny.Hop.Summary = false, "the security policy of "+service.Address+" may deny this"
		return []rule{deny, everyone(service)}
	}
	var out []rule
	for _, list := range []string{"rule", "rules"} { // a regional policy has rules
		for i := range tfstate.Elements(policy.to.Attr(list)) {
			out = append(out, armorRule(policy.to, list+"."+itoa(i)+".")...)
		}
	}
	for _, r := range e.g.Managed("google_compute_security_policy_rule", "google_compute_region_security_policy_rule") {
		if e.objectAt(r, "security_policy", policyType, "google_compute_region_security_policy").to == policy.to {
			out = append(out, armorRule(r, "")...)
		}
	}
	sortRules(out)
	return append(out, everyone(policy.to))
}

// everyone is the rule of a policy that speaks of nobody.
func everyone(r *tfstate.Resource) rule {
	world, _ := reach.ParseSource("*")
	return rule{Rule: reach.Rule{Allow: true, Source: reach.Source{Set: world},
		Hop: exposure.Hop{Resource: r.Address, Summary: r.Address + " admits whom none of its rules denies"}}}
}

// armorRule reads a rule of a security policy, at prefix inside the resource.
// A deny that looks at the request and not at where it comes from keeps nobody
// out, and an allow of this kind lets in who asks the right way.
func armorRule(r *tfstate.Resource, prefix string) []rule {
	if flagOf(value(r, prefix+"preview"), no) == yes {
		return nil // only logged
	}
	v := reach.Value(r, prefix+"action")
	action, known := tfstate.String(v)
	out := rule{Rule: reach.Rule{Allow: !strings.HasPrefix(action, "deny")}}
	out.priority, _ = tfstate.Int(reach.Value(r, prefix+"priority"))
	out.Source = armorSource(r, prefix)
	shown := printable(tfstate.Elements(reach.Value(r, prefix+"match.0.config.0.src_ip_ranges"))...)
	expression := text(r, prefix+"match.0.expr.0.expression")
	if expression != "" {
		if out.Source.Doubt != reach.Sure && !out.Allow && !strings.Contains(expression, "origin.") {
			return nil
		}
		shown = "requests that match " + exposure.CleanLine(exposure.Cut(expression, 120))
	}
	if !known {
		out.Allow, out.Source.Doubt, out.Source.Set = false, reach.Pending, reach.Set{}
		out.Source.Gap = afterApply(r, prefix+"action", "the action of a rule")
	}
	verb := " denies "
	if out.Allow {
		verb = " admits "
	}
	out.Hop = exposure.Hop{Resource: r.Address, Attribute: bracketed(strings.TrimSuffix(prefix+"match", ".")), Summary: r.Address + verb + shown}
	return []rule{out}
}

var inRange = regexp.MustCompile(`^\s*inIpRange\(\s*origin\.ip\s*,\s*['"]([^'"]+)['"]\s*\)\s*$`)

// armorSource reads who a rule of a security policy speaks of.
func armorSource(r *tfstate.Resource, prefix string) reach.Source {
	var out reach.Source
	expression := reach.Value(r, prefix+"match.0.expr.0.expression")
	if written, ok := tfstate.String(expression); ok && written != "" {
		if m := inRange.FindStringSubmatch(written); m != nil {
			readRanges(&out, r, prefix+"match.0.expr", []cty.Value{cty.StringVal(m[1])})
			return out
		}
		out.Doubt = reach.Unread
		out.Gap = exposure.Gap{Resource: r.Address, Attribute: bracketed(prefix + "match.0.expr"),
			Reason: "whom the expression of a rule of " + r.Address + " speaks of is not known", Remedy: "Scan to see what it lets through"}
		return out
	}
	ranges := reach.Value(r, prefix+"match.0.config.0.src_ip_ranges")
	if tfstate.Unknown(ranges) {
		out.Doubt, out.Gap = reach.Pending, afterApply(r, prefix+"match.0.config.0.src_ip_ranges", "the source of a rule of "+r.Address)
		return out
	}
	readRanges(&out, r, prefix+"match.0.config.0.src_ip_ranges", tfstate.Elements(ranges))
	return out
}

// armorGate is the security policies of all backends: a client gets in when
// one of them admits it. Without any policy there is no gate.
func armorGate(list []armed, complete bool) (reach.Gate, bool) {
	if !complete || len(list) == 0 || slices.ContainsFunc(list, func(a armed) bool { return len(a.lists) == 0 }) {
		return reach.Gate{}, false
	}
	return gateOf("policy", func(f reach.Flow) reach.Passage {
		var answers []reach.Passage
		for _, a := range list {
			var gates []reach.Gate
			for _, rules := range a.lists {
				gates = append(gates, gateOf("policy", func(f reach.Flow) reach.Passage {
					return reach.FirstMatch(plainRules(rules), f)
				}))
			}
			answers = append(answers, inTurn(f, gates))
		}
		return anyOf(answers)
	}), true
}
