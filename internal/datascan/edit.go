package datascan

import (
	"sort"
	"strings"
)

// An edit is a text with its secrets taken out, which remembers where.
type edit struct {
	text  string
	parts []part // each mark in text, and the secret that it stands for
}

// newEdit writes text up to end without the secrets, which are sorted and
// apart. A secret that reaches beyond end is the last thing written.
func newEdit(text string, end int, secrets []secret) edit {
	var e edit
	var b strings.Builder
	at := 0
	for _, s := range secrets {
		if s.start >= end {
			break
		}
		b.WriteString(text[at:s.start])
		start := b.Len()
		b.WriteString("[redacted: " + s.rule.name + "]")
		e.parts = append(e.parts, part{span{start, b.Len()}, s.span})
		at = s.end
	}
	if at < end {
		b.WriteString(text[at:end])
	}
	e.text = b.String()
	return e
}

// marked reports whether a span lies within the mark of a secret.
func (e edit) marked(s span) bool {
	i := sort.Search(len(e.parts), func(i int) bool { return e.parts[i].in.end >= s.end })
	return i < len(e.parts) && e.parts[i].in.start <= s.start
}

// source returns the span of the original that a span of the edited text was,
// with the whole of every secret whose mark it touches.
func (e edit) source(s span) span { return span{e.at(s.start, false), e.at(s.end, true)} }

func (e edit) at(offset int, end bool) int {
	i := sort.Search(len(e.parts), func(i int) bool { return e.parts[i].in.end > offset || end && e.parts[i].in.end == offset })
	if i < len(e.parts) && (e.parts[i].in.start < offset || !end && e.parts[i].in.start == offset) {
		if end {
			return e.parts[i].from.end
		}
		return e.parts[i].from.start
	}
	if i == 0 {
		return offset
	}
	return offset - e.parts[i-1].in.end + e.parts[i-1].from.end
}
