package tfsource

import (
	"strconv"
	"strings"
)

// step is one step of an address or a path: a name, or a key in brackets.
type step struct {
	name string
	key  string // `0` or `"a"`; empty for a name
}

// index returns the number that s counts by. A name of digits only counts too:
// "ingress.0".
func (s step) index() (int, bool) {
	text := s.key
	if text == "" {
		text = s.name
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= 0 && !strings.HasPrefix(text, "+")
}

// label returns the name of an attribute, which may stand in brackets.
func (s step) label() string {
	if s.key == "" {
		return s.name
	}
	if text, err := strconv.Unquote(s.key); err == nil {
		return text
	}
	return s.key
}

// steps cuts an address or a path at its dots and brackets. Dots and brackets
// inside a quoted key belong to the key; an unclosed key runs to the end.
func steps(s string) []step {
	var out []step
	start := 0
	name := func(end int) {
		if end > start {
			out = append(out, step{name: s[start:end]})
		}
	}
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '.':
			name(i)
			start = i + 1
		case '[':
			name(i)
			end := keyEnd(s, i)
			out = append(out, step{key: strings.TrimSuffix(s[i+1:end], "]")})
			start, i = end, end-1
		}
	}
	name(len(s))
	return out
}

// keyEnd returns the offset after the bracket that closes the key opened at
// start.
func keyEnd(s string, start int) int {
	quoted := false
	for i := start + 1; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ']' && !quoted:
			return i + 1
		}
	}
	return len(s)
}

// withoutKeys returns the address of the block that declares an instance:
// `module.a["x"].aws_lb.web[0]` is an instance of module.a.aws_lb.web.
func withoutKeys(address string) string {
	var names []string
	for _, s := range steps(address) {
		if s.name != "" {
			names = append(names, s.name)
		}
	}
	return strings.Join(names, ".")
}
