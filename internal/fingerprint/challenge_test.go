package fingerprint

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The parser has no exported face of its own; its parameters are worth
// testing apart from what Authentication makes of them.
func TestParametersOfChallenges(t *testing.T) {
	got := parseChallenges([]string{`Digest realm="a \"b\", c", qop=auth , nonce="x", REALM=second, Basic`, `Negotiate a+/b==`})
	want := []challenge{
		{"digest", map[string]string{"realm": `a "b", c`, "qop": "auth", "nonce": "x"}},
		{"basic", map[string]string{}},
		{"negotiate", map[string]string{}},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(challenge{})); diff != "" {
		t.Errorf("parseChallenges differs (-want +got):\n%s", diff)
	}
}

func TestChallengesAreBounded(t *testing.T) {
	got := parseChallenges([]string{strings.Repeat("Basic,", 100_000), "NTLM"})
	if len(got) > maxChallenges {
		t.Errorf("parseChallenges returned %d challenges, want at most %d", len(got), maxChallenges)
	}
}

func FuzzParseChallenges(f *testing.F) {
	f.Add(`Basic realm="x"`)
	f.Add(`Digest realm="a, \"b", nonce=n, Negotiate YII==,NTLM`)
	f.Add("=\",\r\n \\")
	f.Fuzz(func(t *testing.T, field string) {
		for _, c := range parseChallenges([]string{field}) {
			if c.scheme == "" || c.scheme != strings.ToLower(c.scheme) || strings.ContainsAny(c.scheme, " ,=\"") {
				t.Errorf("parseChallenges(%q) gives the scheme %q", field, c.scheme)
			}
		}
	})
}
