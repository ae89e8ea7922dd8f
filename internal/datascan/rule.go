package datascan

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// A rule tells one kind of secret, or of data about people.
type rule struct {
	name     string
	kind     exposure.LeakKind
	severity exposure.Severity
	vague    bool // gives way to any other rule at the same place
	local    bool // the value alone, elsewhere in the text, means nothing

	// A rule has a pattern or layouts. A pattern is run near keywords or anchors.
	keywords []string                                         // lower case; a secret stands near one of them
	anchor   func(text string, digits span) (at int, ok bool) // of a run of digits
	before   int                                              // bytes before a keyword or anchor at which a match may begin
	after    int                                              // bytes behind it at which one may end
	tagged   bool                                             // needs < and >
	parted   bool                                             // the pattern asks for the end of a token
	pattern  *regexp.Regexp
	group    int // of the secret in pattern; 0: the first that matched, or all
	accept   func(s candidate) bool
	extend   func(text string, found span) (span, bool) // nil: the match is the secret
	begins   *start                                     // nil: the pattern is run over all that is near a keyword

	layouts []layout
	check   func(digits string) bool
	context []string // words near a number, in lower case

	bulk int                           // different values that make a leak; 0: every one does
	same func(value string) string     // what is equal in values that are the same; nil: they are
	own  func(host, value string) bool // the value belongs to the site itself
}

type span struct{ start, end int }

// A candidate is a match that may be a secret.
type candidate struct {
	secret string
	match  string
	text   string // of the view
	at     span   // of the secret in text
	line   func() string
	near   func(words []string) bool
}

// severityOf is the rule's, but a test key opens nothing that matters.
func (r *rule) severityOf(value string) exposure.Severity {
	if strings.Contains(value, "_test_") || strings.HasPrefix(value, "test_") {
		return exposure.SeverityHigh
	}
	return r.severity
}

// find returns the secrets that the rule tells in the view. The pattern is
// run only around keywords: over a whole page it would take seconds.
func (r *rule) find(ctx context.Context, v view) ([]span, error) {
	if r.layouts != nil {
		return r.findNumbers(ctx, v)
	}
	text := v.text
	switch {
	case r.tagged:
		text = v.raw
	case r.parted:
		text = v.parted
	}
	if r.begins != nil {
		return r.findFrom(ctx, v, text)
	}
	var found []span
	for _, w := range r.windows(v) {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		for _, m := range r.pattern.FindAllStringSubmatchIndex(text[w.start:w.end], -1) {
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			for i := range m {
				if m[i] >= 0 {
					m[i] += w.start
				}
			}
			if s, ok := r.secretIn(v, text, m); ok {
				found = append(found, s)
			}
		}
	}
	return found, nil
}

// secretIn picks the secret of a match and judges it.
func (r *rule) secretIn(v view, text string, m []int) (span, bool) {
	s := span{m[0], m[1]}
	if r.group > 0 {
		s = span{m[2*r.group], m[2*r.group+1]}
	} else {
		for i := 2; i < len(m); i += 2 {
			if m[i] >= 0 && m[i] < m[i+1] {
				s = span{m[i], m[i+1]}
				break
			}
		}
	}
	if s.start < 0 || s.start == s.end {
		return span{}, false
	}
	if r.extend != nil {
		return r.extend(text, s)
	}
	ok := r.accept == nil || r.accept(candidate{
		secret: text[s.start:s.end],
		match:  strings.Trim(text[m[0]:m[1]], "\n"),
		text:   text,
		at:     s,
		line:   func() string { return lineAt(text, m[0], m[1]) },
		near:   func(words []string) bool { return v.near(s, words) },
	})
	return s, ok
}

// windows returns the parts of the view near keywords or anchors, in order.
func (r *rule) windows(v view) []span {
	if len(r.keywords) == 0 && r.anchor == nil {
		return pieces([]span{{0, len(v.lower)}}, beforeKeyword+afterKeyword)
	}
	hits := hits(v, r.keywords)
	if r.anchor != nil {
		hits = r.anchors(v)
	}
	slices.Sort(hits)
	return pieces(r.joined(hits, len(v.lower)), r.before+r.after)
}

// hits returns where words stand.
func hits(v view, words []string) []int {
	var hits []int
	for _, word := range words {
		for at := 0; ; {
			i := strings.Index(v.lower[at:], word)
			if i < 0 {
				break
			}
			hits = append(hits, at+i)
			at += i + 1
		}
	}
	return hits
}

func (r *rule) anchors(v view) []int {
	var hits []int
	for _, digits := range v.groups {
		if at, ok := r.anchor(v.raw, digits); ok {
			hits = append(hits, at)
		}
	}
	return hits
}

// joined returns what lies around the sorted hits, apart.
func (r *rule) joined(hits []int, length int) []span {
	var apart []span
	for _, hit := range hits {
		w := span{max(0, hit-r.before), min(length, hit+r.after)}
		if last := len(apart) - 1; last >= 0 && w.start <= apart[last].end {
			apart[last].end = w.end
			continue
		}
		apart = append(apart, w)
	}
	return apart
}

// pieces cuts long windows, because a pattern cannot be stopped while it runs
// and a hostile text makes it run for seconds. Neighbours share overlap bytes,
// so that a match at a cut is whole in one of them.
func pieces(windows []span, overlap int) []span {
	const longest = 32 << 10
	var cut []span
	for _, w := range windows {
		for w.end-w.start > longest+overlap {
			cut = append(cut, span{w.start, w.start + longest + overlap})
			w.start += longest
		}
		cut = append(cut, w)
	}
	return cut
}

// lineAt returns the lines that a match touches, at most 1000 bytes either side.
func lineAt(text string, start, end int) string {
	from := max(0, start-1000)
	from += strings.LastIndexByte(text[from:start], '\n') + 1
	to := min(len(text), end+1000)
	if i := strings.IndexByte(text[end:to], '\n'); i >= 0 {
		to = end + i
	}
	return text[from:to]
}
