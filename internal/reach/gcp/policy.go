package gcp

import (
	"cmp"
	"math"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// scheme is one kind of firewall policy: the types that make it up.
type scheme struct {
	association string
	policies    []string
	rule        string
	words       string
}

var (
	globalScheme = scheme{
		association: "google_compute_network_firewall_policy_association",
		policies:    []string{"google_compute_network_firewall_policy", "google_compute_network_firewall_policy_with_rules"},
		rule:        "google_compute_network_firewall_policy_rule",
		words:       "network firewall policy",
	}
	regionalScheme = scheme{
		association: "google_compute_region_network_firewall_policy_association",
		policies:    []string{"google_compute_region_network_firewall_policy", "google_compute_region_network_firewall_policy_with_rules"},
		rule:        "google_compute_region_network_firewall_policy_rule",
		words:       "regional network firewall policy",
	}
	hierarchicalScheme = scheme{
		association: "google_compute_firewall_policy_association",
		policies:    []string{"google_compute_firewall_policy", "google_compute_firewall_policy_with_rules"},
		rule:        "google_compute_firewall_policy_rule",
		words:       "hierarchical firewall policy",
	}
)

// networkPolicies returns the stages of the policies attached to the network
// of an interface: the global one, then the one of its region.
func (e *estate) networkPolicies(n nic) []stage {
	var out []stage
	if n.network.doubt != reach.Sure {
		return nil // the rules of the network are one unknown already
	}
	for _, s := range []scheme{globalScheme, regionalScheme} {
		for _, r := range e.g.Managed(s.association) {
			on := e.objectAt(r, "attachment_target", networkType).same(n.network)
			if s.rule == regionalScheme.rule {
				on = both(on, near(regionOf(r), regionOf(n.owner)))
			}
			if on != no {
				out = append(out, e.policyStage(n, s, r, on))
			}
		}
	}
	return out
}

// near reports whether two regions are the same, as far as the input tells.
func near(a, b string) flag {
	if a == "" || b == "" {
		return unknown
	}
	return flagIf(a == b)
}

// policyStage reads the policy of an association.
func (e *estate) policyStage(n nic, s scheme, association *tfstate.Resource, on flag) stage {
	policy := e.objectAt(association, "firewall_policy", s.policies...)
	out := stage{name: s.words}
	if policy.to != nil && policy.doubt == reach.Sure {
		if shown, odd := reach.NoBlocks(policy.to.Attr("rule")); odd {
			out.rules = append(out.rules, unreadRule(policy.to, reach.Pending, reach.Misread(policy.to, "rule", "a rule of "+policy.to.Address, shown)))
		}
		for i := range tfstate.Elements(policy.to.Attr("rule")) {
			out.rules = append(out.rules, e.policyRule(n, policy.to, "rule."+itoa(i)+".", on)...)
		}
	}
	for _, r := range e.g.Managed(s.rule) {
		of := e.objectAt(r, "firewall_policy", s.policies...).same(policy)
		if of != no {
			out.rules = append(out.rules, e.policyRule(n, r, "", both(on, of))...)
		}
	}
	sortRules(out.rules)
	if policy.to == nil || policy.to.Mode != tfstate.Managed || policy.doubt != reach.Sure {
		out.rules = append(out.rules, unreadPolicy(association, s, policy)...)
	}
	return out
}

// unreadPolicy stands for the rules of a policy that no input holds: they may
// deny and may admit.
func unreadPolicy(association *tfstate.Resource, s scheme, policy object) []rule {
	what := strings.TrimSpace("the " + s.words + " " + policy.label)
	d := cmp.Or(policy.doubt, reach.Unread)
	gap := gapOf(association, "firewall_policy", what, d)
	allow := unreadRule(association, d, gap)
	deny := allow
	deny.Allow = false
	deny.Hop.Summary = what + " may deny this"
	return []rule{deny, allow}
}

// policyRule reads a rule of a firewall policy, at prefix inside the resource,
// as far as it speaks of the interface.
func (e *estate) policyRule(n nic, r *tfstate.Resource, prefix string, on flag) []rule {
	disabled := flagOf(value(r, prefix+"disabled"), no)
	if disabled == yes {
		return nil
	}
	applies := both(on, inbound(r, prefix), e.runsAs(n, r, prefix+"target_service_accounts"),
		e.secured(n, r, prefix+"target_secure_tags"), e.secured(n, r, prefix+"target_secure_tag"), e.onNetwork(n, r, prefix+"target_resources"))
	if applies == no {
		return nil
	}
	s := spoken{r: r, prefix: prefix, priority: math.MaxInt, sourceAttribute: "match.0.src_ip_ranges"}
	switch v := value(r, prefix+"priority"); {
	case tfstate.Unknown(v):
		s.priority, s.doubt, s.gap = -1, reach.Pending, afterApply(r, prefix+"priority", "the priority of "+r.Address)
	case reach.Senseless(v):
		s.priority, s.doubt, s.gap = -1, reach.Pending, reach.Misread(r, bracketed(prefix+"priority"), "the priority of a rule", printable(v))
	default:
		if p, ok := tfstate.Int(v); ok {
			s.priority = p
		}
	}
	if applies == unknown || disabled == unknown {
		s.doubt = reach.Unread
		s.gap = exposure.Gap{Resource: r.Address, Attribute: bracketed(strings.TrimSuffix(prefix, ".")),
			Reason: "whether " + r.Address + " applies to " + n.spec.Address + " is not known", Remedy: "Add the state that tells, or run again after apply"}
	}
	action, _ := tfstate.String(reach.Value(r, prefix+"action"))
	switch action {
	case "allow":
		s.allow = true
	case "deny":
	case "goto_next":
		s.skip = true
	case "apply_security_profile_group":
		s.inspected = true
	default:
		s.inspected, s.undecided, s.doubt = true, true, reach.Pending
		s.gap = afterApply(r, prefix+"action", "the action of "+r.Address)
	}
	s.source, s.shown = e.policySource(r, prefix+"match.0.")
	return append(s.rules(prefix+"match.0.layer4_configs", "ip_protocol"), s.rules(prefix+"match.0.layer4_config", "ip_protocol")...)
}

// inbound reports whether a rule speaks of what comes in, as it does unless it
// says otherwise.
func inbound(r *tfstate.Resource, prefix string) flag {
	v := value(r, prefix+"direction")
	if tfstate.Unknown(v) {
		return unknown
	}
	switch written, _ := tfstate.String(v); strings.ToUpper(written) {
	case "EGRESS":
		return no
	case "INGRESS", "":
		return yes
	}
	return unknown
}

// onNetwork reports whether a rule that names networks speaks of the one of the
// interface. Without any it speaks of all.
func (e *estate) onNetwork(n nic, r *tfstate.Resource, path string) flag {
	links := e.follow(r, path, networkType)
	if links.Unset || leftOut(r, path, reach.Value(r, path)) {
		return yes
	}
	answer := no
	for _, l := range links.Links {
		if l.To != nil && l.To == n.network.to && l.Certain {
			return yes
		}
		at := parseRef(l.ID)
		if l.ID != "" && at.name == n.network.ref.name && agree(at.project, n.network.ref.project) {
			return yes
		}
		if l.To == n.network.to && l.To != nil {
			answer = unknown
		}
	}
	if links.Unknown || n.network.doubt != reach.Sure {
		return unknown
	}
	return answer
}
