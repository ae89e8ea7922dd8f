package datascan

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Limits of one text.
const (
	maxText = 1 << 20  // bytes looked at
	margin  = 32 << 10 // bytes at the end of a longer text that are looked at but not passed on
)

// A Scanner finds secrets. It holds no state between calls and is safe for
// concurrent use. New makes one.
type Scanner struct{ rules []rule }

// New returns a scanner with all rules. The first call loads them, which
// takes some tens of milliseconds; make the scanner when it is first needed.
func New() (*Scanner, error) {
	rules, err := loadRules()
	if err != nil {
		return nil, fmt.Errorf("load secret rules: %w", err)
	}
	return &Scanner{rules}, nil
}

// Redact returns text with every secret in it replaced by "[redacted: rule]",
// and one leak per rule, sorted by rule, never nil. Place says where the text
// comes from and is copied to the leaks; their Port is 0. A leak's Line is
// that of the rule's first secret, from 1.
//
// Where matches overlap, the whole of them is one secret of the most specific
// rule. A secret of eight characters or more is redacted wherever it occurs in
// the text, also where nothing else would tell it from other words.
//
// Of a text longer than 1 MiB only the first MiB is looked at, and the clean
// text ends 32 KiB before that, so that no secret cut by the limit gets
// through; nothing is ever passed on unlooked at. The same care is the
// caller's for a text that was cut before: see Whole.
//
// An error means that ctx ended first. Then clean is empty, because what is
// left to look at might hold secrets.
func (s *Scanner) Redact(ctx context.Context, place, text string) (clean string, leaks []exposure.Leak, err error) {
	end := len(text)
	if len(text) > maxText {
		text = cutAt(text, maxText)
		end = len(cutAt(text, maxText-margin))
	}
	found, err := s.find(ctx, text)
	if err != nil {
		return "", []exposure.Leak{}, fmt.Errorf("look for secrets in %s: %w", place, err)
	}
	found = merge(found)
	return replace(text, end, found), leaksOf(place, text, found), nil
}

// find returns every secret of text, overlapping ones too.
func (s *Scanner) find(ctx context.Context, text string) ([]secret, error) {
	v := newView(text)
	var found []secret
	for i := range s.rules {
		spans, err := s.rules[i].find(ctx, v)
		if err != nil {
			return nil, err
		}
		for _, span := range spans {
			from, to := v.origin(span.start), v.origin(span.end)
			found = append(found, secret{from, to, &s.rules[i], s.rules[i].severityOf(v.text[span.start:span.end])})
		}
	}
	return repeated(ctx, text, found)
}

// Whole returns text without its last word. Use it for text that a limit may
// have cut in the middle of a secret, whose beginning no rule would know.
func Whole(text string) string {
	return text[:strings.LastIndexAny(text, " \t\r\n\"'<>,;")+1]
}

// cutAt cuts text to at most n bytes without splitting a character.
func cutAt(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// replace writes text up to end without the secrets, which are sorted and
// apart. A secret that reaches beyond end is the last thing written.
func replace(text string, end int, secrets []secret) string {
	var b strings.Builder
	at := 0
	for _, s := range secrets {
		if s.start >= end {
			break
		}
		b.WriteString(text[at:s.start])
		b.WriteString("[redacted: " + s.rule.name + "]")
		at = s.end
	}
	if at < end {
		b.WriteString(text[at:end])
	}
	return b.String()
}

// leaksOf counts sorted secrets by rule.
func leaksOf(place, text string, secrets []secret) []exposure.Leak {
	byRule := map[string]exposure.Leak{}
	line, at := 1, 0
	for _, s := range secrets {
		line += strings.Count(text[at:s.start], "\n")
		at = s.start
		leak, known := byRule[s.rule.name]
		if !known {
			leak = exposure.Leak{Rule: s.rule.name, Place: place, Line: line}
		}
		leak.Count++
		leak.Severity = max(leak.Severity, s.severity)
		byRule[s.rule.name] = leak
	}
	leaks := []exposure.Leak{}
	for _, name := range slices.Sorted(maps.Keys(byRule)) {
		leaks = append(leaks, byRule[name])
	}
	return leaks
}
