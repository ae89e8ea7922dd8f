package aws

import (
	"fmt"
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// backend is where the actions of a listener and its rules send requests.
type backend struct {
	groups []reach.Link // target groups
	kind   string       // of the default action: forward, redirect, fixed-response; empty when not known
	login  bool         // every action that forwards asks who is there first
}

// with adds what a rule sends elsewhere. The rule takes requests away from the
// default action, so it must ask for a login too.
func (b backend) with(rule backend) backend {
	b.groups = mergeLinks(slices.Clone(b.groups), rule.groups)
	b.login = b.login && (rule.login || len(rule.groups) == 0)
	return b
}

func (b backend) access() exposure.Access {
	if b.login {
		return exposure.AccessAuthenticated
	}
	return exposure.AccessUnknown
}

var targetGroupJoins = []reach.Join{
	{Type: "aws_lb_target_group", Attr: "arn"}, {Type: "aws_alb_target_group", Attr: "arn"},
	{Type: "aws_lb_target_group", Attr: "id"}, {Type: "aws_alb_target_group", Attr: "id"},
}

// backendOf reads the action blocks of a listener or of one of its rules.
func (e *estate) backendOf(r *tfstate.Resource, block string) backend {
	var b backend
	for i, action := range tfstate.Elements(r.Attr(block)) {
		at := fmt.Sprintf("%s.%d.", block, i)
		b.groups = mergeLinks(b.groups, e.targetGroupsAt(r, at+"target_group_arn"))
		for j := range tfstate.Elements(reach.Value(r, at+"forward.0.target_group")) {
			b.groups = mergeLinks(b.groups, e.targetGroupsAt(r, fmt.Sprintf("%sforward.0.target_group.%d.arn", at, j)))
		}
		switch kind, _ := tfstate.String(reach.Attr(action, "type")); kind {
		case "authenticate-oidc", "authenticate-cognito":
			b.login = b.login || !letsIn(action)
		case "jwt-validation":
			b.login = true
		default:
			b.kind = kind
		}
	}
	return b
}

func (e *estate) targetGroupsAt(r *tfstate.Resource, path string) []reach.Link {
	return masked(e.g.Follow(r, path, targetGroupJoins...).Links, reach.Value(r, path))
}

// letsIn reports whether an authenticating action lets requests pass that are
// not authenticated.
func letsIn(action cty.Value) bool {
	for _, name := range []string{"authenticate_oidc", "authenticate_cognito"} {
		for _, block := range tfstate.Elements(reach.Attr(action, name)) {
			if on, _ := tfstate.String(reach.Attr(block, "on_unauthenticated_request")); on == "allow" {
				return true
			}
		}
	}
	return false
}

// rulesOfListener returns the rules of a listener in address order.
func (e *estate) rulesOfListener(l *tfstate.Resource) []*tfstate.Resource {
	var rules []*tfstate.Resource
	for _, link := range e.referring(l, "listener_arn", "aws_lb_listener_rule", "aws_alb_listener_rule") {
		rules = append(rules, link.To)
	}
	return rules
}
