package datascan

import (
	"net/url"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// shortestKnown is how long a known value is, in bytes, that is told from the
// words around it.
const shortestKnown = 4

// masked stands for a known value. The rules take it for no secret.
const masked = "[redacted]"

// A Mask hides values that are known, such as the request headers that a server
// repeats. To repeat what it was sent is no leak, so a mask reports none. The
// zero value hides nothing. It is safe for concurrent use.
type Mask struct{ values []string } // longest first

// NewMask returns a mask of the values of four bytes or more, and of the
// credential in one such as "Bearer abcdefgh".
func NewMask(values []string) Mask {
	var m Mask
	add := func(v string) {
		if v = strings.TrimSpace(v); len(v) >= shortestKnown && !slices.Contains(m.values, v) {
			m.values = append(m.values, v)
		}
	}
	for _, v := range values {
		spellings := []string{v, exposure.Clean(v), exposure.CleanLine(v)}
		if _, credential, found := strings.Cut(strings.TrimSpace(v), " "); found && len(credential) >= shortestRepeat {
			spellings = append(spellings, credential, exposure.CleanLine(credential))
		}
		for _, s := range spellings {
			add(s)
			add(url.QueryEscape(s))
			add(url.PathEscape(s))
		}
	}
	slices.SortFunc(m.values, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	return m
}

// Hide returns text with every known value replaced by "[redacted]", and
// whether there was one. Values are also found in the escapes of HTML, JSON
// and URLs, and where the end of the text cuts one after its first four bytes.
// It takes time in proportion to the text and the number of values.
func (m Mask) Hide(text string) (hidden string, found bool) {
	if len(m.values) == 0 || text == "" {
		return text, false
	}
	v := newView(text)
	var spans []span
	for _, value := range m.values {
		for at := 0; ; {
			i := strings.Index(v.raw[at:], value)
			if i < 0 {
				break
			}
			spans = append(spans, span{at + i, at + i + len(value)})
			at += i + len(value)
		}
		if n := cutLength(v.raw, value); n > 0 {
			spans = append(spans, span{len(v.raw) - n, len(v.raw)})
		}
	}
	if len(spans) == 0 {
		return text, false
	}
	return v.without(text, spans), true
}

// cutLength returns how many bytes of a value the end of the text leaves of it,
// 0 for none or too few to tell.
func cutLength(text, value string) int {
	for n := min(len(value)-1, len(text)); n >= shortestKnown; n-- {
		if strings.HasSuffix(text, value[:n]) {
			return n
		}
	}
	return 0
}

// without returns the original of the view with spans of the view masked, those
// that overlap or touch as one.
func (v view) without(original string, spans []span) string {
	slices.SortFunc(spans, func(a, b span) int { return a.start - b.start })
	var b strings.Builder
	at := 0
	for i := 0; i < len(spans); {
		start, end := spans[i].start, spans[i].end
		for i++; i < len(spans) && spans[i].start <= end; i++ {
			end = max(end, spans[i].end)
		}
		b.WriteString(original[at:v.origin(start)])
		b.WriteString(masked)
		at = v.origin(end)
	}
	b.WriteString(original[at:])
	return b.String()
}
