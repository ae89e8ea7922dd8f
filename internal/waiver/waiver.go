// Package waiver owns accepted findings: what a waiver has to say, which
// findings it covers and when it ends.
//
// It hides nothing: a waived finding keeps its waiver and is returned beside
// the open ones. It refuses waivers without reason, owner or end, and waivers
// that cover everything.
package waiver

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Text is a waiver as users write it. At least one of Rule, Resource, Host and
// Ports says what it covers; those left empty cover everything. Severity bounds
// it: a finding that is worse stays open.
type Text struct {
	Rule     string   // id of a rule, exactly
	Resource string   // glob of a resource address
	Host     string   // glob of a host, upper and lower case alike
	Ports    []string // "443", "8000-8100"
	Severity string   // the worst that is accepted: "high"; empty for any
	Reason   string
	Owner    string
	Expires  string // RFC 3339, or YYYY-MM-DD for the end of that day in UTC
}

// Parse reads and validates a waiver. The error tells everything that is wrong
// with it, one line each.
func Parse(t Text) (exposure.Waiver, error) {
	expires, err := ParseExpiry(t.Expires)
	severity, unknown := parseSeverity(t.Severity)
	w := exposure.Waiver{
		Rule: t.Rule, Resource: t.Resource, Host: t.Host, Ports: t.Ports, Severity: severity,
		Reason: t.Reason, Owner: t.Owner, Expires: expires,
	}
	if err := errors.Join(append(problems(w), unknown, err)...); err != nil {
		return exposure.Waiver{}, err
	}
	return w, nil
}

// parseSeverity reads the worst severity that is accepted. None is refused: it
// would accept nothing.
func parseSeverity(name string) (exposure.Severity, error) {
	if name == "" {
		return exposure.SeverityNone, nil
	}
	severity, err := exposure.ParseSeverity(name)
	if err != nil || severity == exposure.SeverityNone {
		return exposure.SeverityNone, fmt.Errorf("severity %q is none of critical, high, medium, low", exposure.CleanLine(name))
	}
	return severity, nil
}

// ParseExpiry reads "2026-12-31T12:00:00+01:00", or "2026-12-31" as the last
// second of that day in UTC. The result is in UTC.
func ParseExpiry(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, errors.New("expires is required: a date such as 2030-12-31, or a time in RFC 3339")
	}
	if day, err := time.Parse(time.DateOnly, s); err == nil {
		return day.AddDate(0, 0, 1).Add(-time.Second), nil
	}
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("expires %q is neither a date such as 2030-12-31 nor a time in RFC 3339", s)
	}
	return at.UTC(), nil
}

// Validate reports everything that is wrong with w, one line each. A waiver
// that has expired is valid: it applies to nothing.
func Validate(w exposure.Waiver) error {
	all := problems(w)
	if w.Expires.IsZero() {
		all = append(all, errors.New("expires is required"))
	}
	return errors.Join(all...)
}

// problems returns what is wrong with w beside its expiry.
func problems(w exposure.Waiver) []error {
	all := []error{}
	require := func(name, value string) {
		if strings.TrimSpace(value) == "" {
			all = append(all, fmt.Errorf("%s is required", name))
		}
	}
	require("reason", w.Reason)
	require("owner", w.Owner)
	for _, field := range []struct{ name, value string }{{"rule", w.Rule}, {"resource", w.Resource}, {"host", w.Host}} {
		if strings.TrimSpace(field.value) != field.value || exposure.CleanLine(field.value) != field.value {
			all = append(all, fmt.Errorf("%s %q has spaces around it or characters that no name has", field.name, field.value))
		}
	}
	if strings.ContainsAny(w.Rule, "*?") {
		all = append(all, fmt.Errorf("rule %q is not the id of a rule: it cannot be a pattern", w.Rule))
	}
	for _, text := range w.Ports {
		if _, err := exposure.ParsePortRange(text); err != nil {
			all = append(all, err)
		}
	}
	if w.Rule == "" && everything(w.Resource) && everything(w.Host) && allPorts(w.Ports) {
		all = append(all, errors.New("it would cover every finding: at least one of rule, resource, host and ports is required"))
	}
	return all
}

// everything reports whether a glob matches all there is.
func everything(glob string) bool { return strings.Trim(glob, "*") == "" }

// allPorts reports whether the ports, if valid, leave none out.
func allPorts(texts []string) bool {
	ranges, ok := portRanges(texts)
	return ok && (len(ranges) == 0 || exposure.CountPorts(ranges) == exposure.AllPorts.Count())
}

// portRanges reads the ports of a waiver, merged.
func portRanges(texts []string) (ranges []exposure.PortRange, ok bool) {
	for _, text := range texts {
		r, err := exposure.ParsePortRange(text)
		if err != nil {
			return nil, false
		}
		ranges = append(ranges, r)
	}
	return exposure.MergePortRanges(ranges), true
}
