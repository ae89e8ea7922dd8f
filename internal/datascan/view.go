package datascan

import (
	"sort"
	"strconv"
	"strings"
)

// A view is a text as its reader sees it: HTML entities and the escapes of
// JSON strings are undone. The rules look at the view, and its spans lead back
// to the original.
type view struct {
	raw    string // undone
	text   string // raw, each < and > a space: the rules do not take them for the end of a token
	parted string // text, and what ends a word in URLs, scripts and sentences a space as well
	lower  string // text in lower case, of the same length
	jumps  []jump
	groups []span // every run of digits

	// Of a view of parts, see encodedParts.
	parent *view  // nil: jumps lead to the original
	opaque []part // spans of the view that lead back as a whole only
}

// A jump says that from offset at of the view on, the original is ahead by
// shift.
type jump struct{ at, shift int }

// A part is a span of the view and the span of the parent that it was.
type part struct{ in, from span }

func newView(original string) view {
	var v view
	var b strings.Builder
	b.Grow(len(original))
	at := 0
	for i := 0; i < len(original); {
		c, n := byte(0), 0
		if original[i] == '&' || original[i] == '\\' || original[i] == 0xC2 {
			c, n = escapeAt(original[i:])
		}
		if n == 0 {
			i++
			continue
		}
		b.WriteString(original[at:i])
		b.WriteByte(c)
		i += n
		at = i
		v.jumps = append(v.jumps, jump{b.Len(), i - b.Len()})
	}
	b.WriteString(original[at:])
	return v.of(b.String())
}

// of completes a view whose text has been read.
func (v view) of(raw string) view {
	v.raw = raw
	v.text = strings.NewReplacer("<", " ", ">", " ").Replace(raw)
	v.parted = parted(v.text)
	v.lower = lowerASCII(v.text)
	v.groups = digitGroups(raw)
	return v
}

// parted makes spaces of the characters that may follow a token without being
// of it. Patterns that ask for the end of a token know only quotes, white space
// and the semicolon.
func parted(text string) string {
	b := []byte(text)
	for i, c := range b {
		behind := byteAt(text, i+1)
		switch c {
		case '&', ')', ']', '}', '|':
			b[i] = ' '
		case '.', '!', '?':
			if behind == 0 || behind == ' ' || behind == '\n' {
				b[i] = ' '
			}
		case ',':
			if i > 0 && (isWord(text[i-1]) || text[i-1] == '=') && behind != ' ' && behind != '"' && behind != '\'' {
				b[i] = ' '
			}
		}
	}
	return string(b)
}

// origin returns the offset in the original, or in the parent, of an offset in
// the view.
func (v view) origin(at int) int {
	i := sort.Search(len(v.jumps), func(i int) bool { return v.jumps[i].at > at })
	if i == 0 {
		return at
	}
	return at + v.jumps[i-1].shift
}

// source returns the span of the original that a span of the view was.
func (v view) source(s span) span {
	from := span{v.origin(s.start), v.origin(s.end)}
	first := sort.Search(len(v.opaque), func(i int) bool { return v.opaque[i].in.end > s.start })
	for _, p := range v.opaque[first:] {
		if p.in.start >= s.end {
			break
		}
		from = p.from // a match stays within one part
	}
	if v.parent != nil {
		return v.parent.source(from)
	}
	return from
}

// escapeAt reads an escape that stands for one ASCII character at the start
// of s; n is its length, 0 when there is none.
func escapeAt(s string) (c byte, n int) {
	switch {
	case strings.HasPrefix(s, "\u00a0"):
		return ' ', 2
	case s[0] == '\\' && backslashed[byteAt(s, 1)] != 0:
		return backslashed[s[1]], 2
	case strings.HasPrefix(s, `\u00`) && len(s) >= 6:
		return printable(s[4:6], 16, 6)
	case strings.HasPrefix(s, `\x`) && len(s) >= 4:
		return printable(s[2:4], 16, 4)
	case s[0] != '&':
		return 0, 0
	}
	end := strings.IndexByte(s[:min(len(s), 10)], ';')
	if end < 2 {
		return 0, 0
	}
	name := s[1:end]
	if c, ok := entities[name]; ok {
		return c, end + 1
	}
	if digits, ok := strings.CutPrefix(strings.ToLower(name), "#x"); ok {
		return printable(digits, 16, end+1)
	}
	if digits, ok := strings.CutPrefix(name, "#"); ok {
		return printable(digits, 10, end+1)
	}
	return 0, 0
}

// backslashed are the escapes of two characters in strings of JSON and scripts.
var backslashed = [256]byte{'"': '"', '/': '/', '\'': '\'', 'n': '\n', 't': '\t', 'r': '\r'}

var entities = map[string]byte{
	"quot": '"', "apos": '\'', "amp": '&', "lt": '<', "gt": '>', "nbsp": ' ', "equals": '=', "colon": ':', "sol": '/',
	"commat": '@', "plus": '+', "lowbar": '_', "period": '.', "Tab": '\t', "NewLine": '\n',
}

// printable reads a character code; control characters stay escaped, but for
// those that end a line or part words.
func printable(digits string, base, length int) (byte, int) {
	code, err := strconv.ParseUint(digits, base, 8)
	if err != nil || code > '~' || code < ' ' && code != '\n' && code != '\r' && code != '\t' {
		return 0, 0
	}
	return byte(code), length
}

// lowerASCII keeps the length, which strings.ToLower does not.
func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
