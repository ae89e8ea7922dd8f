package iam

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Policy is a resource policy. A nil policy has no statements.
type Policy struct {
	Statements []Statement
}

// Statement is one statement of a policy.
type Statement struct {
	Name       string // how to tell of it: its Sid in quotes, or its number from 1
	Sid        string
	Allow      bool
	Principals Principals
	Actions    Patterns
	Resources  Patterns
	Conditions []Condition
}

// Principals is who a statement speaks of.
type Principals struct {
	Everyone bool // "*": also those without credentials
	Named    bool // somebody in particular
	Except   bool // NotPrincipal: all but those
}

// Patterns is a list of actions or resources with the wildcards * and ?.
type Patterns struct {
	List    []string
	Unknown int  // further patterns that are known only after apply
	Except  bool // NotAction, NotResource: all but those
}

// Condition is one condition of a statement.
type Condition struct {
	Operator string
	Key      string
	Values   []string
	Unknown  int // further values that are known only after apply
}

// errShape is returned for JSON that is no policy.
var errShape = errors.New("not a policy document")

// Parse reads a policy document. An empty text is a policy without statements.
func Parse(text string) (*Policy, error) {
	if len(bytes.TrimSpace([]byte(text))) == 0 {
		return &Policy{}, nil
	}
	var document struct {
		Statement json.RawMessage
	}
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		return nil, fmt.Errorf("read policy: %w", errShape)
	}
	statements, err := oneOrMore[rawStatement](document.Statement)
	if err != nil {
		return nil, fmt.Errorf("read policy statements: %w", err)
	}
	p := &Policy{}
	for i, raw := range statements {
		s, err := raw.statement()
		if err != nil {
			return nil, fmt.Errorf("read policy statement %d: %w", i+1, err)
		}
		p.add(s)
	}
	return p, nil
}

// add appends a statement and names it.
func (p *Policy) add(s Statement) {
	s.Name = fmt.Sprintf("statement %d", len(p.Statements)+1)
	if s.Sid != "" {
		s.Name = fmt.Sprintf("statement %q", s.Sid)
	}
	p.Statements = append(p.Statements, s)
}

type rawStatement struct {
	Sid          string
	Effect       string
	Principal    json.RawMessage
	NotPrincipal json.RawMessage
	Action       json.RawMessage
	NotAction    json.RawMessage
	Resource     json.RawMessage
	NotResource  json.RawMessage
	Condition    map[string]map[string]json.RawMessage
}

func (r rawStatement) statement() (s Statement, err error) {
	s.Sid = r.Sid
	if s.Allow, err = allows(r.Effect); err != nil {
		return s, err
	}
	if s.Principals, err = principalsOf(r.Principal, r.NotPrincipal); err != nil {
		return s, err
	}
	if s.Actions, err = patternsOf(r.Action, r.NotAction); err != nil {
		return s, err
	}
	if s.Resources, err = patternsOf(r.Resource, r.NotResource); err != nil {
		return s, err
	}
	for operator, keys := range r.Condition {
		for key, raw := range keys {
			values, err := texts(raw)
			if err != nil {
				return s, err
			}
			s.Conditions = append(s.Conditions, Condition{Operator: operator, Key: key, Values: values})
		}
	}
	sortConditions(s.Conditions)
	return s, nil
}

func allows(effect string) (bool, error) {
	switch effect {
	case "Allow":
		return true, nil
	case "Deny":
		return false, nil
	}
	return false, errShape
}

func principalsOf(principal, except json.RawMessage) (Principals, error) {
	if len(except) > 0 {
		p, err := principals(except)
		p.Except = true
		return p, err
	}
	return principals(principal)
}

// principals reads "*" or an object from kinds of principal to names. Only
// under AWS does "*" mean everyone: a web identity or a service cannot be
// claimed by a client from the internet.
func principals(raw json.RawMessage) (Principals, error) {
	if len(raw) == 0 {
		return Principals{}, nil
	}
	if names, err := texts(raw); err == nil {
		return principalNames("AWS", names), nil
	}
	var kinds map[string]json.RawMessage
	if err := json.Unmarshal(raw, &kinds); err != nil {
		return Principals{}, errShape
	}
	var p Principals
	for kind, raw := range kinds {
		names, err := texts(raw)
		if err != nil {
			return p, err
		}
		more := principalNames(kind, names)
		p.Everyone, p.Named = p.Everyone || more.Everyone, p.Named || more.Named
	}
	return p, nil
}

func principalNames(kind string, names []string) (p Principals) {
	for _, name := range names {
		if name == "*" && (kind == "AWS" || kind == "*") {
			p.Everyone = true
		} else {
			p.Named = true
		}
	}
	return p
}

func patternsOf(list, except json.RawMessage) (p Patterns, err error) {
	p.Except = len(except) > 0
	if p.Except {
		list = except
	}
	if len(list) > 0 {
		p.List, err = texts(list)
	}
	return p, err
}

// texts reads a string, number or bool, or a list of them.
func texts(raw json.RawMessage) ([]string, error) {
	values, err := oneOrMore[any](raw)
	if err != nil {
		return nil, err
	}
	out := make([]string, 0, len(values))
	for _, v := range values {
		switch v := v.(type) {
		case string:
			out = append(out, v)
		case bool, float64:
			out = append(out, fmt.Sprint(v))
		default:
			return nil, errShape
		}
	}
	return out, nil
}

// oneOrMore reads a list, or a single element as a list of one.
func oneOrMore[T any](raw json.RawMessage) ([]T, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return nil, errShape
	}
	if raw[0] == '[' {
		var list []T
		if json.Unmarshal(raw, &list) != nil {
			return nil, errShape
		}
		return list, nil
	}
	var one T
	if json.Unmarshal(raw, &one) != nil {
		return nil, errShape
	}
	return []T{one}, nil
}
