package exposure_test

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

func TestCleanLeavesNothingThatATerminalObeys(t *testing.T) {
	tests := []struct{ in, clean, line string }{
		{"plain text", "plain text", "plain text"},
		{"a\r\nb\tc\n", "a\nb\tc\n", "a b c"},
		{"over\rwritten", "over\uFFFDwritten", "over written"},
		{"\x1b[31mred\x1b[0m", "\uFFFD[31mred\uFFFD[0m", "\uFFFD[31mred\uFFFD[0m"},
		{"\u009b31m", "\uFFFD31m", "\uFFFD31m"},
		{"user\u202Egnp.exe", "user\uFFFDgnp.exe", "user\uFFFDgnp.exe"},
		{"zero\u200Bwidth\uFEFF", "zero\uFFFDwidth\uFFFD", "zero\uFFFDwidth\uFFFD"},
		{"line\u2028para\u2029", "line\uFFFDpara\uFFFD", "line para"},
		{"tag\U000E0041", "tag\uFFFD", "tag\uFFFD"},
		{"bad\xff\xfe", "bad\uFFFD\uFFFD", "bad\uFFFD\uFFFD"},
		{"\x00\x7f", "\uFFFD\uFFFD", "\uFFFD\uFFFD"},
		{"Grüße 👋🏽 日本", "Grüße 👋🏽 日本", "Grüße 👋🏽 日本"},
		{"", "", ""},
	}
	for _, test := range tests {
		if got := exposure.Clean(test.in); got != test.clean {
			t.Errorf("Clean(%q) = %q, want %q", test.in, got, test.clean)
		}
		if got := exposure.CleanLine(test.in); got != test.line {
			t.Errorf("CleanLine(%q) = %q, want %q", test.in, got, test.line)
		}
	}
}

func TestCutCountsCharacters(t *testing.T) {
	tests := []struct {
		s    string
		n    int
		want string
	}{{"abc", 2, "ab"}, {"abc", 3, "abc"}, {"abc", 9, "abc"}, {"äöü", 2, "äö"}, {"abc", 0, ""}, {"", 3, ""}, {"a\xffb", 2, "a\xff"}}
	for _, test := range tests {
		if got := exposure.Cut(test.s, test.n); got != test.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", test.s, test.n, got, test.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, seed := range []string{"a\r\nb", "\x1b]0;title\a", "\u202e", "\xff", "x\u0300"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, clean := range []string{exposure.Clean(s), exposure.CleanLine(s)} {
			if !utf8.ValidString(clean) {
				t.Fatalf("%q is cleaned to invalid UTF-8 %q", s, clean)
			}
			for _, r := range clean {
				if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
					t.Fatalf("%q is cleaned to %q, which holds %U", s, clean, r)
				}
			}
			if again := exposure.Clean(clean); again != clean {
				t.Fatalf("%q is cleaned to %q, and that to %q", s, clean, again)
			}
		}
	})
}
