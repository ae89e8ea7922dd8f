package exposure

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes text from the network safe to show: control and escape
// characters, bidirectional and zero-width marks and invalid UTF-8 become
// U+FFFD. Newline and tab stay; a carriage return before a newline is dropped.
func Clean(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == utf8.RuneError, unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == '\u2028', r == '\u2029':
			return utf8.RuneError
		}
		return r
	}, s)
}

// CleanLine is Clean for text that has one line: every run of white space
// becomes one space, and none is left at the ends.
func CleanLine(s string) string { return Clean(strings.Join(strings.Fields(s), " ")) }

// Cut returns the first n characters (code points) of s.
func Cut(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
