package datascan

import (
	"context"
	"strings"
)

// reach is how far from a number, in bytes, a word is looked for that says
// what the number is.
const reach = 120

// A layout is one way to write a number. In its shape every 'd' is a digit, '_'
// is a space or a dash, the same all through, and anything else is itself.
type layout struct {
	shape string
	bare  bool // too common a form: a word of the rule's context has to be near
}

// digitGroups returns every run of ASCII digits.
func digitGroups(text string) []span {
	var groups []span
	for i := 0; i < len(text); {
		if !isDigit(text[i]) {
			i++
			continue
		}
		start := i
		for i < len(text) && isDigit(text[i]) {
			i++
		}
		groups = append(groups, span{start, i})
	}
	return groups
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isWord(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= 0x80
}

// findNumbers returns the numbers of the rule's layouts that its check accepts.
func (r *rule) findNumbers(ctx context.Context, v view) ([]span, error) {
	var found []span
	for i, group := range v.groups {
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		for _, l := range r.layouts {
			s, ok := l.at(v.raw, group)
			if !ok || !alone(v.raw, s) || !r.check(digitsOf(v.raw[s.start:s.end])) || l.bare && !v.near(s, r.context) {
				continue
			}
			found = append(found, s)
			break
		}
	}
	return found, nil
}

// at reads a number in the layout at the start of a run of digits.
func (l layout) at(text string, group span) (span, bool) {
	first := strings.IndexFunc(l.shape, func(r rune) bool { return r != 'd' })
	if first < 0 {
		first = len(l.shape)
	}
	end := group.start + len(l.shape)
	if group.end-group.start != first || end > len(text) {
		return span{}, false
	}
	separator := byte(0)
	for i := range len(l.shape) {
		c := text[group.start+i]
		switch l.shape[i] {
		case 'd':
			if !isDigit(c) {
				return span{}, false
			}
		case '_':
			if c != ' ' && c != '-' || separator != 0 && c != separator {
				return span{}, false
			}
			separator = c
		default:
			if c != l.shape[i] {
				return span{}, false
			}
		}
	}
	return span{group.start, end}, true
}

// alone reports whether a value is not a piece of something longer: of a word,
// of a fraction, of an identifier in several parts such as a UUID.
func alone(text string, s span) bool {
	before := func(n int) byte { return byteAt(text, s.start-n) }
	behind := func(n int) byte { return byteAt(text, s.end+n) }
	switch {
	case isWord(before(1)), before(1) == '.', before(1) == '-' && isWord(before(2)):
		return false
	case isWord(behind(0)), behind(0) == '.' && isDigit(behind(1)), behind(0) == '-' && isWord(behind(1)):
		return false
	}
	return true
}

// byteAt returns 0 beyond the text.
func byteAt(text string, at int) byte {
	if at < 0 || at >= len(text) {
		return 0
	}
	return text[at]
}

// digitsOf returns the ASCII digits of a text.
func digitsOf(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
}

// compact returns a text in capitals without what only parts it.
func compact(text string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "", ".", "", "\n", "", "\r", "", "\t", "").Replace(text))
}

// near reports whether one of the words stands within reach of s. Words are in
// lower case; one that begins or ends with a letter does so as a word.
func (v view) near(s span, words []string) bool {
	around := v.lower[max(0, s.start-reach):min(len(v.lower), s.end+reach)]
	for _, w := range words {
		if holdsWord(around, w) {
			return true
		}
	}
	return false
}

// holdsWord takes a lower-case word for found where no other letter touches it.
// An underscore parts words here: labels are names of fields, too.
func holdsWord(text, word string) bool {
	letter := func(c byte) bool { return 'a' <= c && c <= 'z' }
	for at := 0; ; {
		i := strings.Index(text[at:], word)
		if i < 0 {
			return false
		}
		start, end := at+i, at+i+len(word)
		if (start == 0 || !letter(text[start-1])) && (end == len(text) || !letter(text[end])) {
			return true
		}
		at = start + 1
	}
}
