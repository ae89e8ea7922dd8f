package policy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Bounds of a folder of users' rules.
const maxOwnRules = 500

// HostRules are the host configuration rules of a run: the product's, without
// those that the user leaves out, and the user's own. It is safe for concurrent
// use.
type HostRules struct {
	skip []string
	own  []hostRule
}

// ours are the product's rules, compiled when they are first asked.
var ours = sync.OnceValues(func() ([]hostRule, error) {
	files := map[string]string{}
	for _, id := range HostRuleIDs() {
		files[id+".rego"] = HostRuleSource(id)
	}
	return compileHostRules(files, false)
})

// UnknownRuleError names ids that are those of no rule.
type UnknownRuleError struct{ IDs []string }

// Error implements error.
func (e *UnknownRuleError) Error() string {
	return strings.Join(e.IDs, ", ") + ": no such host configuration rule"
}

// NewHostRules returns the rules of a run. skip are ids of rules that are left
// out. own is a folder with the user's own, nil for none: every file in it
// whose name ends in .rego, but not in _test.rego, is one rule, under the
// restrictions of Custom. Folders within it are not looked into.
//
// The product's rules are compiled when they are first asked; the user's here.
// An error is an *UnknownRuleError, or one sentence that begins with the file,
// the line and the column.
func NewHostRules(skip []string, own fs.FS) (*HostRules, error) {
	h := &HostRules{skip: skip}
	if own != nil {
		files, err := ownRuleFiles(own)
		if err != nil {
			return nil, err
		}
		if h.own, err = compileHostRules(files, true); err != nil {
			return nil, err
		}
	}
	known := HostRuleIDs()
	for _, r := range h.own {
		if slices.Contains(known, r.ID) {
			return nil, fmt.Errorf("the rule %s has the id of one of the product's; choose another, and name that one in skip", r.ID)
		}
		known = append(known, r.ID)
	}
	unknown := slices.DeleteFunc(slices.Clone(skip), func(id string) bool { return slices.Contains(known, id) })
	if len(unknown) > 0 {
		return nil, &UnknownRuleError{unknown}
	}
	return h, nil
}

// ownRuleFiles reads the rules of a folder.
func ownRuleFiles(folder fs.FS) (map[string]string, error) {
	names, err := fs.ReadDir(folder, ".")
	if err != nil {
		return nil, fmt.Errorf("read folder of rules: %w", err)
	}
	files := map[string]string{}
	for _, entry := range names {
		name := entry.Name()
		if path.Ext(name) != ".rego" || strings.HasSuffix(name, "_test.rego") {
			continue
		}
		if files[name], err = ruleText(folder, name); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	switch {
	case len(files) == 0:
		return nil, errors.New("the folder holds no file whose name ends in .rego")
	case len(files) > maxOwnRules:
		return nil, fmt.Errorf("the folder holds %d rules, more than the %d allowed", len(files), maxOwnRules)
	}
	return files, nil
}

func ruleText(folder fs.FS, name string) (string, error) {
	f, err := folder.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close() // opened for reading, so closing loses nothing
	text, err := io.ReadAll(io.LimitReader(f, textLimit+1))
	if err == nil && len(text) > textLimit {
		err = fmt.Errorf("the rule has more than the %d bytes allowed", textLimit)
	}
	return string(text), err
}

// Rules returns the rules that are not left out, sorted by ID.
func (h *HostRules) Rules() ([]HostRule, error) {
	active, err := h.active()
	rules := make([]HostRule, len(active))
	for i, r := range active {
		rules[i] = r.HostRule
	}
	return rules, err
}

// OwnIDs returns the ids of the user's rules, sorted and never nil.
func (h *HostRules) OwnIDs() []string {
	ids := []string{}
	for _, r := range h.own {
		ids = append(ids, r.ID)
	}
	slices.Sort(ids)
	return ids
}

func (h *HostRules) active() ([]hostRule, error) {
	compiled, err := ours()
	if err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(slices.Concat(compiled, h.own), func(r hostRule) bool { return slices.Contains(h.skip, r.ID) })
	slices.SortFunc(all, func(a, b hostRule) int { return strings.Compare(a.ID, b.ID) })
	return all, nil
}

// Findings returns what the rules find on the open ports of an observation,
// worst first and never nil. A rule is asked about a port only where all the
// evidence that it reads is there: what is not known is neither good nor bad.
//
// An error tells of rules that gave no answer; the findings of the others are
// there all the same.
func (h *HostRules) Findings(ctx context.Context, ep exposure.Endpoint, o exposure.Observation) ([]exposure.Finding, error) {
	findings := []exposure.Finding{}
	rules, err := h.active()
	if err != nil {
		return findings, err
	}
	var failed []error
	for _, p := range o.Ports {
		if p.Result != exposure.Open {
			continue
		}
		document := hostDocument(ep, o, p)
		value, err := ast.InterfaceToValue(document)
		if err != nil {
			failed = append(failed, fmt.Errorf("build the input of the rules: %w", err))
			continue
		}
		for _, r := range rules {
			if !r.applies(document) {
				continue
			}
			clauses, err := r.ask(ctx, value, r.limit())
			if err != nil {
				failed = append(failed, fmt.Errorf("host configuration rule %s: %w", r.ID, err))
				continue
			}
			if len(clauses) > 0 {
				findings = append(findings, r.finding(ep, o, p.Port, clauses))
			}
		}
	}
	exposure.SortFindings(findings)
	return findings, errors.Join(failed...)
}

// limit bounds one evaluation; the product's rules have none but the context.
func (r hostRule) limit() time.Duration {
	if r.Own {
		return evaluationLimit
	}
	return 0
}

// applies reports whether everything that the rule reads is there.
func (r hostRule) applies(document map[string]any) bool {
	return !slices.ContainsFunc(r.Evidence, func(id string) bool {
		switch id {
		case "tls", "http", "banner":
			return document[id] == nil
		}
		return document["evidence"].(map[string]any)[id] == nil
	})
}

func (r hostRule) finding(ep exposure.Endpoint, o exposure.Observation, port uint16, clauses []string) exposure.Finding {
	return exposure.Finding{
		Rule: r.ID, Title: r.Title, Severity: r.Severity,
		ResourceAddress: ep.ResourceAddress, EndpointID: ep.ID, Host: ep.Host, Port: port,
		Evidence: placeOf(ep, o, port) + " " + list(clauses, listLimit) + ".",
		Why:      r.Why, Fix: r.Fix, Reference: r.Reference,
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
