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

func FuzzDecodeSAML(f *testing.F) {
	f.Add("PHNhbWxwOkF1dGhuUmVxdWVzdCB4bWxuczpzYW1scD0idXJuOm9hc2lzOm5hbWVzOnRjOlNBTUw6Mi4wOnByb3RvY29sIiBEZXN0aW5hdGlvbj0iaHR0cHM6Ly94LyIvPg==")
	f.Add("s0ksKcrMSy1WKEnMTAEA")
	f.Add("<samlp:AuthnRequest")
	f.Fuzz(func(t *testing.T, value string) {
		request, ok := decodeSAML(value)
		if !ok && request.issuer != "" {
			t.Errorf("decodeSAML(%q) has an issuer %q and is no request", value, request.issuer)
		}
		if len(request.destination) > 2*maxSAML || len(request.issuer) > 2*maxSAML {
			t.Errorf("decodeSAML of %d bytes gives %d and %d", len(value), len(request.destination), len(request.issuer))
		}
	})
}

func FuzzReadPage(f *testing.F) {
	f.Add(`<form action=/x><input name=SAMLRequest value=a><input type=password></form><script>location="/y"</script>`)
	f.Add("<body onload='f.submit()'><a href=//x><iframe id=duo_iframe data-host=y><meta http-equiv=refresh content='0;url=/'>")
	f.Fuzz(func(t *testing.T, text string) {
		page := readPage(text)
		for kind, n := range map[string]int{
			"forms": len(page.forms), "refreshes": len(page.refreshes), "scripts": len(page.scripts), "frames": len(page.frames),
			"sources": len(page.sources), "links": len(page.links),
		} {
			if n > maxTags {
				t.Errorf("readPage of %d bytes keeps %d %s, want at most %d", len(text), n, kind, maxTags)
			}
		}
		page.scriptTargets()
		page.submitsItself()
	})
}
