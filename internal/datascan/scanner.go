package datascan

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Limits of one text.
const (
	maxText   = 1 << 20  // bytes looked at
	margin    = 32 << 10 // bytes at the end of a longer text that are looked at but not passed on
	maxRounds = 4        // searches of what the last left
)

// A Scanner finds secrets and data about people. It holds no state between
// calls and is safe for concurrent use. New makes one.
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

// A Source says where a text comes from.
type Source struct {
	Place string // copied to the leaks
	Host  string // of the site, whose own addresses are no leak; empty: not known
	Key   []byte // of the store, for the leaks' Key; empty: they have none
}

// Redact returns text with every secret and every datum about people in it
// replaced by "[redacted: rule]", and the leaks sorted by rule and place, never
// nil: one for each value of a rule, up to 20 values; what is more is in one
// leak without Key. Addresses and phone numbers, which are one leak as a list,
// count from ten different ones on. The leaks' Port is 0; Line and Column are
// those of the value's first occurrence.
//
// Where matches overlap, the whole of them is one secret of the most specific
// rule. A secret of eight characters or more is redacted wherever it occurs in
// the text, also where nothing else would tell it from other words. What is
// left is searched again until nothing is found in it.
//
// Of a text longer than 1 MiB only the first MiB is looked at, and the clean
// text ends 32 KiB before that, so that no secret cut by the limit gets
// through; nothing is ever passed on unlooked at. The same care is the
// caller's for a text that was cut before: see Whole.
//
// An error means that ctx ended first, or that the text shows ever new secrets
// when others are taken out. Then clean is empty.
func (s *Scanner) Redact(ctx context.Context, from Source, text string) (clean string, leaks []exposure.Leak, err error) {
	return s.redact(ctx, from, page{text: text})
}

func (s *Scanner) redact(ctx context.Context, from Source, p page) (clean string, leaks []exposure.Leak, err error) {
	end := len(p.text)
	if end > maxText {
		p.text = cutAt(p.text, maxText)
		end = len(cutAt(p.text, maxText-margin))
	}
	found, err := s.search(ctx, from, p)
	if err != nil {
		return "", []exposure.Leak{}, fmt.Errorf("look for secrets in %s: %w", from.Place, err)
	}
	return newEdit(p.text, end, found).text, p.leaks(from, found), nil
}

// search returns every secret, sorted and apart, including those that show when
// others are taken out.
func (s *Scanner) search(ctx context.Context, from Source, p page) ([]secret, error) {
	found, err := s.find(ctx, from.Host, p.text, p.ocr)
	if err != nil {
		return nil, err
	}
	found = merge(found)
	for range maxRounds {
		if len(found) == 0 {
			return found, nil
		}
		left := newEdit(p.text, len(p.text), found)
		more, err := s.find(ctx, from.Host, left.text, nil)
		if err != nil {
			return nil, err
		}
		known := len(found)
		for _, m := range more {
			if !left.marked(m.span) {
				m.span = left.source(m.span)
				found = append(found, m)
			}
		}
		if len(found) == known {
			return found, nil
		}
		found = merge(found)
	}
	return nil, errors.New("it shows more of them whenever one is taken out")
}

// find returns every secret of text, overlapping ones too.
func (s *Scanner) find(ctx context.Context, host, text string, ocr []span) ([]secret, error) {
	v := newView(text)
	views := []view{v}
	if parts, ok := v.encodedParts(); ok {
		views = append(views, parts)
	}
	var found []secret
	for i := range s.rules {
		of, err := s.rules[i].secrets(ctx, host, views)
		if err != nil {
			return nil, err
		}
		found = append(found, of...)
	}
	for _, pixels := range ocr {
		found = append(found, misread(text[:min(len(text), pixels.end)], pixels.start)...)
	}
	return repeated(ctx, text, found)
}

// secrets returns what the rule tells in the views of a text.
func (r *rule) secrets(ctx context.Context, host string, views []view) ([]secret, error) {
	var found []secret
	different := map[string]bool{}
	for _, v := range views {
		spans, err := r.find(ctx, v)
		if err != nil {
			return nil, err
		}
		for _, span := range spans {
			value := v.text[span.start:span.end]
			if r.same != nil {
				value = r.same(value)
			}
			if r.own != nil && r.own(host, value) {
				continue
			}
			different[value] = true
			found = append(found, secret{v.source(span), r, r.severityOf(value), value})
		}
	}
	if len(different) < r.bulk {
		return nil, nil
	}
	return found, nil
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
