package waiver

import (
	"fmt"
	"strings"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Match tells the findings that a waiver covers from those that stay open, both
// in the order given and never nil. A waived finding carries the first waiver
// that covers it. What is handed in is not changed.
//
// A waiver with ports covers a finding only when it names every port of it, so
// that a waiver for one port hides no other.
//
// problems are sentences, without their last full stop, about waivers that do
// not do their work, in the order of the waivers and never nil: expired,
// invalid, or covering nothing. None of these applies. Expired waivers that
// differ in nothing but their resource are one problem.
func Match(now time.Time, waivers []exposure.Waiver, findings []exposure.Finding) (open, waived []exposure.Finding, problems []string) {
	open, waived, problems = []exposure.Finding{}, []exposure.Finding{}, []string{}
	uses := make([]use, len(waivers))
	for i, w := range waivers {
		uses[i].invalid = Validate(w)
	}
	for _, f := range findings {
		f.Waiver = nil
		covering := coveringOf(waivers, uses, f)
		for _, i := range covering {
			if f.Waiver == nil && !expired(waivers[i], now) {
				accepted := waivers[i]
				f.Waiver = &accepted
			}
		}
		for _, i := range covering {
			uses[i].count(f)
		}
		if f.Waiver == nil {
			open = append(open, f)
		} else {
			waived = append(waived, f)
		}
	}
	for _, w := range folded(waivers, uses, now) {
		if problem := problemOf(w.Waiver, now, w.use); problem != "" {
			problems = append(problems, problem)
		}
	}
	return open, waived, problems
}

// use is what became of a waiver.
type use struct {
	invalid error // why it does not apply
	covered int   // findings that it covers, or did before it expired
	open    int   // those of them that no waiver covers now
	worse   int   // findings that it would cover were they not too bad
}

func (u *use) count(f exposure.Finding) {
	u.covered++
	if f.Waiver == nil {
		u.open++
	}
}

// coveringOf returns the indexes of the valid waivers that cover f, expired or
// not, and counts f where it is too bad for one that fits.
func coveringOf(waivers []exposure.Waiver, uses []use, f exposure.Finding) []int {
	covering := []int{}
	for i, w := range waivers {
		switch {
		case uses[i].invalid != nil || !fits(w, f):
		case w.Severity != exposure.SeverityNone && f.Severity > w.Severity:
			uses[i].worse++
		default:
			covering = append(covering, i)
		}
	}
	return covering
}

func expired(w exposure.Waiver, now time.Time) bool { return now.After(w.Expires) }

// fits reports whether f is what w speaks of, however bad.
func fits(w exposure.Waiver, f exposure.Finding) bool {
	return (w.Rule == "" || w.Rule == f.Rule) &&
		(w.Resource == "" || exposure.Glob(w.Resource, f.ResourceAddress)) &&
		(w.Input == "" || w.Input == f.Input) &&
		(w.Host == "" || exposure.Glob(strings.ToLower(w.Host), strings.ToLower(f.Host))) &&
		(len(w.Ports) == 0 || coversPorts(w.Ports, f))
}

// coversPorts reports whether every port of f is in texts. A finding without
// ports has none that could be named.
func coversPorts(texts []string, f exposure.Finding) bool {
	ranges, ok := portRanges(texts)
	concerned := f.Ports
	if len(concerned) == 0 && f.Port != 0 {
		concerned = []exposure.PortRange{{Lo: f.Port, Hi: f.Port}}
	}
	for _, c := range concerned {
		ok = ok && within(c, ranges)
	}
	return ok && len(concerned) > 0
}

// within reports whether one of the merged ranges holds all of r.
func within(r exposure.PortRange, ranges []exposure.PortRange) bool {
	for _, outer := range ranges {
		if outer.Lo <= r.Lo && r.Hi <= outer.Hi {
			return true
		}
	}
	return false
}

// problemOf returns a sentence about a waiver that does not do its work, "" for
// one that does.
func problemOf(w exposure.Waiver, now time.Time, u use) string {
	switch {
	case u.invalid != nil:
		return fmt.Sprintf("The waiver for %s is invalid and does not apply: %s", describe(w), exposure.CleanLine(
			strings.ReplaceAll(u.invalid.Error(), "\n", "; ")))
	case expired(w, now) && u.open > 0:
		return fmt.Sprintf("The waiver for %s expired at %s and does not apply; it covered %s. Its owner is %s",
			describe(w), w.Expires.UTC().Format(time.RFC3339), counted(u.open), exposure.CleanLine(w.Owner))
	case expired(w, now):
		return fmt.Sprintf("The waiver for %s expired at %s and covers no open finding: it can be removed. Its owner is %s",
			describe(w), w.Expires.UTC().Format(time.RFC3339), exposure.CleanLine(w.Owner))
	case u.covered == 0 && u.worse > 0:
		return fmt.Sprintf("The waiver for %s accepts no finding: %s than it accepts. Its owner is %s",
			describe(w), countedWorse(u.worse), exposure.CleanLine(w.Owner))
	case u.covered == 0:
		return fmt.Sprintf("The waiver for %s covers no finding: it is misspelt, or can be removed. Its owner is %s",
			describe(w), exposure.CleanLine(w.Owner))
	}
	return ""
}

func counted(n int) string {
	if n == 1 {
		return "1 finding that is open again"
	}
	return fmt.Sprintf("%d findings that are open again", n)
}

func countedWorse(n int) string {
	if n == 1 {
		return "what it is for is worse"
	}
	return fmt.Sprintf("the %d that it is for are worse", n)
}

// describe names a waiver by what it covers.
func describe(w exposure.Waiver) string {
	parts := []string{}
	add := func(name, value string) {
		if value != "" {
			parts = append(parts, name+" "+exposure.CleanLine(value))
		}
	}
	add("rule", w.Rule)
	add("resource", w.Resource)
	add("input", w.Input)
	add("host", w.Host)
	add("ports", strings.Join(w.Ports, ", "))
	if len(parts) == 0 {
		parts = append(parts, "everything")
	}
	if w.Severity != exposure.SeverityNone {
		parts = append(parts, "severity up to "+w.Severity.String())
	}
	return strings.Join(parts, ", ")
}
