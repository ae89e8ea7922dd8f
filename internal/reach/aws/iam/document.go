package iam

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// FromDocument reads the statements that a data.aws_iam_policy_document
// declares, for a plan in which its JSON is known only after apply: often
// nothing but the name of the resource is unknown. It is an error when the
// statements themselves are not known, or when the document builds on others
// that are not.
//
// A principal that is known only after apply counts as somebody in particular:
// it is what a created role or user is called, and "*" would be known.
func FromDocument(r *tfstate.Resource) (*Policy, error) {
	p := &Policy{}
	sources, err := documents(r, "source_json", "source_policy_documents")
	if err != nil {
		return nil, err
	}
	for _, source := range sources {
		p.merge(source)
	}
	blocks := r.Attr("statement")
	if tfstate.Unknown(blocks) {
		return nil, fmt.Errorf("read %s: its statements are known only after apply", r.Address)
	}
	for _, block := range tfstate.Elements(blocks) {
		s, err := blockStatement(block)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", r.Address, err)
		}
		p.add(s)
	}
	overrides, err := documents(r, "override_json", "override_policy_documents")
	if err != nil {
		return nil, err
	}
	for _, override := range overrides {
		p.merge(override)
	}
	return p, nil
}

// merge adds the statements of q, which replace those of the same Sid.
func (p *Policy) merge(q *Policy) {
	for _, s := range q.Statements {
		i := slices.IndexFunc(p.Statements, func(old Statement) bool { return s.Sid != "" && old.Sid == s.Sid })
		if i >= 0 {
			p.Statements[i] = s
			continue
		}
		p.add(s)
	}
}

func documents(r *tfstate.Resource, attributes ...string) ([]*Policy, error) {
	var out []*Policy
	for _, name := range attributes {
		texts, unknown := tfstate.Strings(r.Attr(name))
		if unknown > 0 {
			if set, known := r.Configured(name); known && !set {
				continue
			}
			return nil, fmt.Errorf("read %s: %s is known only after apply", r.Address, name)
		}
		for _, text := range texts {
			p, err := Parse(text)
			if err != nil {
				return nil, fmt.Errorf("read %s of %s: %w", name, r.Address, err)
			}
			out = append(out, p)
		}
	}
	return out, nil
}

func blockStatement(block cty.Value) (s Statement, err error) {
	if tfstate.Unknown(block) {
		return s, fmt.Errorf("a statement is known only after apply")
	}
	effect, ok := tfstate.String(reach.Attr(block, "effect"))
	if !ok && !tfstate.Null(reach.Attr(block, "effect")) {
		return s, fmt.Errorf("the effect of a statement is known only after apply")
	}
	if s.Allow, err = allows(cmp.Or(effect, "Allow")); err != nil {
		return s, err
	}
	s.Sid, _ = tfstate.String(reach.Attr(block, "sid"))
	s.Actions = blockPatterns(block, "actions", "not_actions")
	s.Resources = blockPatterns(block, "resources", "not_resources")
	s.Principals = blockPrincipals(block)
	for _, c := range tfstate.Elements(reach.Attr(block, "condition")) {
		condition := Condition{}
		condition.Operator, _ = tfstate.String(reach.Attr(c, "test"))
		condition.Key, _ = tfstate.String(reach.Attr(c, "variable"))
		condition.Values, condition.Unknown = tfstate.Strings(reach.Attr(c, "values"))
		s.Conditions = append(s.Conditions, condition)
	}
	if tfstate.Unknown(reach.Attr(block, "condition")) {
		s.Conditions = append(s.Conditions, Condition{Unknown: 1})
	}
	sortConditions(s.Conditions)
	return s, nil
}

func blockPatterns(block cty.Value, list, except string) (p Patterns) {
	p.List, p.Unknown = tfstate.Strings(reach.Attr(block, list))
	if len(p.List)+p.Unknown == 0 {
		p.List, p.Unknown = tfstate.Strings(reach.Attr(block, except))
		p.Except = len(p.List)+p.Unknown > 0
	}
	return p
}

func blockPrincipals(block cty.Value) Principals {
	p := blockNames(reach.Attr(block, "principals"))
	if p == (Principals{}) {
		p = blockNames(reach.Attr(block, "not_principals"))
		p.Except = p != (Principals{})
	}
	return p
}

func blockNames(blocks cty.Value) (p Principals) {
	p.Named = tfstate.Unknown(blocks)
	for _, block := range tfstate.Elements(blocks) {
		kind, _ := tfstate.String(reach.Attr(block, "type"))
		names, unknown := tfstate.Strings(reach.Attr(block, "identifiers"))
		more := principalNames(kind, names)
		p.Everyone = p.Everyone || more.Everyone
		p.Named = p.Named || more.Named || unknown > 0
	}
	return p
}

func sortConditions(list []Condition) {
	slices.SortFunc(list, func(a, b Condition) int {
		return cmp.Or(strings.Compare(a.Operator, b.Operator), strings.Compare(a.Key, b.Key))
	})
}
