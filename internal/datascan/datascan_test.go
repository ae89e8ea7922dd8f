package datascan_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/datascan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// The secrets of these tests are put together when the tests run, so that no
// scanner finds one in this file.
const (
	digits   = "0123456789"
	lowerHex = digits + "abcdef"
	lower    = "abcdefghijklmnopqrstuvwxyz"
	upper    = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	alnum    = digits + lower + upper
)

// made returns n characters of the alphabet, the same for the same seed.
func made(seed uint64, alphabet string, n int) string {
	random := rand.New(rand.NewPCG(seed, 7))
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[random.IntN(len(alphabet))]
	}
	return string(b)
}

// A sample is a secret in the words around it, "%s" standing for it.
type sample struct{ rule, secret, around string }

func samples() []sample {
	a := func(n int) string { return made(uint64(n), alnum, n) }
	h := func(n int) string { return made(uint64(n), lowerHex, n) }
	l := func(n int) string { return made(uint64(n), lower+digits, n) }
	return append(assignments(), []sample{
		{"1password-secret-key", "A" + "3-" + made(1, upper+digits, 6) + "-" + made(2, upper+digits, 11) + "-" + made(3, upper+digits, 5) + "-" + made(4, upper+digits, 5) + "-" + made(5, upper+digits, 5), "%s"},
		{"adobe-client-secret", "p8" + "e-" + l(32), "%s"},
		{"age-secret-key", "AGE-SECRET" + "-KEY-1" + made(6, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58), "%s"},
		{"alibaba-access-key-id", "LTA" + "I" + l(20), "%s"},
		{"anthropic-api-key", "sk-" + "ant-api03-" + a(93) + "AA", "%s"},
		{"aws-access-token", "AK" + "IA" + made(8, upper+"234567", 16), "%s"},
		{"clojars-api-token", "CLO" + "JARS_" + l(60), "%s"},
		{"databricks-api-token", "da" + "pi" + h(32), "%s"},
		{"digitalocean-access-token", "do" + "o_v1_" + h(64), "%s"},
		{"digitalocean-pat", "do" + "p_v1_" + h(64), "%s"},
		{"digitalocean-refresh-token", "do" + "r_v1_" + h(64), "%s"},
		{"doppler-api-token", "dp" + ".pt." + a(43), "%s"},
		{"dynatrace-api-token", "dt0" + "c01." + made(9, upper+"234567", 24) + "." + made(10, upper+"234567", 64), "%s"},
		{"easypost-api-token", "EZ" + "AK" + a(54), "%s"},
		{"frameio-api-token", "fio" + "-u-" + a(64), "%s"},
		{"gcp-api-key", "AI" + "za" + a(35), "%s"},
		{"github-app-token", "gh" + "s_" + a(36), "%s"},
		{"github-fine-grained-pat", "github" + "_pat_" + a(82), "%s"},
		{"github-oauth", "gh" + "o_" + a(36), "%s"},
		{"github-pat", "gh" + "p_" + a(36), "%s"},
		{"github-refresh-token", "gh" + "r_" + a(36), "%s"},
		{"gitlab-pat", "gl" + "pat-" + a(20), "%s"},
		{"gitlab-runner-authentication-token", "gl" + "rt-" + a(20), "%s"},
		{"grafana-cloud-api-token", "gl" + "c_" + a(40) + "==", "%s"},
		{"grafana-service-account-token", "gl" + "sa_" + a(32) + "_" + made(11, lowerHex, 8), "%s"},
		{"hashicorp-tf-api-token", l(14) + ".atlas" + "v1." + l(64), "%s"},
		{"huggingface-access-token", "h" + "f_" + made(12, lower, 34), "%s"},
		{"jwt", "ey" + "J" + a(30) + ".ey" + "J" + a(60) + "." + a(43), "%s"},
		{"linear-api-key", "lin" + "_api_" + l(40), "%s"},
		{"npm-access-token", "np" + "m_" + l(36), "%s"},
		{"openai-api-key", "s" + "k-" + a(20) + "T3Blb" + "kFJ" + made(13, alnum, 20), "%s"},
		{"perplexity-api-key", "pp" + "lx-" + a(48), "%s"},
		{"planetscale-password", "psc" + "ale_pw_" + a(40), "%s"},
		{"postman-api-token", "PM" + "AK-" + h(24) + "-" + h(34), "%s"},
		{"pulumi-api-token", "pu" + "l-" + h(40), "%s"},
		{"pypi-upload-token", "py" + "pi-AgEIcHlwaS5vcmc" + a(60), "%s"},
		{"rubygems-api-token", "ruby" + "gems_" + h(48), "%s"},
		{"sendgrid-api-token", "S" + "G." + a(66), "%s"},
		{"sendinblue-api-token", "xkey" + "sib-" + h(64) + "-" + l(16), "%s"},
		{"shippo-api-token", "ship" + "po_live_" + h(40), "%s"},
		{"shopify-access-token", "sh" + "pat_" + h(32), "%s"},
		{"shopify-shared-secret", "sh" + "pss_" + h(32), "%s"},
		{"slack-bot-token", "xo" + "xb-" + made(14, digits, 12) + "-" + made(15, digits, 12) + "-" + a(24), "%s"},
		{"slack-webhook-url", "https://hooks." + "slack.com/services/" + "T" + made(16, upper, 8) + "/B" + made(17, upper, 9) + "/" + a(24), "%s"},
		{"square-access-token", "sq0" + "atp-" + a(22), "%s"},
		{"stripe-access-token", "sk" + "_live_" + a(24), "%s"},
		{"telegram-bot-api-token", made(18, digits, 9) + ":AA" + a(33), "telegram bot = %s"},
		{"twilio-api-key", "S" + "K" + h(32), "%s"},
		{"vault-service-token", "hv" + "s." + a(95), "%s"},
	}...)
}

// assignments are what the package's own rules are for.
func assignments() []sample {
	password := "hunter2" + "-Sw0rdfish"
	key := made(20, alnum+"+/", 64) + "\n" + made(21, alnum+"+/", 64) + "\n" + made(22, alnum+"+/", 30) + "==\n"
	pem := func(kind string) string { return "-----BEGIN " + kind + "-----\n" + key + "-----END " + kind + "-----" }
	return []sample{
		{"credential-url", "app:" + password, "postgres://%s@db.internal:5432/app"},
		{"credential-url", "root:" + password, "mongodb+srv://%s@cluster0.abc.mongodb.net/"},
		{"credential-url", ":" + password, "redis://%s@10.0.0.1:6379/0"},
		{"credential-url", "deploy:" + password, `<a href="https://%s@git.acme.test/app.git">`},
		{"env-secret", password, "APP_ENV=prod\nDB_PASSWORD=%s\n"},
		{"env-secret", "plainwordsonly", "MYSQL_ROOT_PASSWORD=%s"},
		{"env-secret", password, "export SECRET_KEY='%s'"},
		{"env-secret", password, "AUTH_TOKEN: %s\n"},
		{"env-secret", password, `<tr><td class="e">DB_PASSWORD </td><td class="v">%s </td></tr>`},
		{"env-secret", password, `<tr><td>SECRET_KEY</td><td class="code"><pre>&#x27;%s&#x27;</pre></td></tr>`},
		{"password-assignment", password, `{"user":"app","password":"%s"}`},
		{"password-assignment", password, `{\"db_password\":\"%s\"}`},
		{"password-assignment", password, `{&quot;password&quot;: &quot;%s&quot;}`},
		{"password-assignment", password, "spring.datasource.password=%s\n"},
		{"password-assignment", password, "password: %s\n"},
		{"password-assignment", password, `'client_secret' => '%s',`},
		{"password-assignment", password, `<input type="password" name="p" value="%s">`},
		{"authorization-header", made(23, alnum, 40), "Authorization: Basic %s"},
		{"authorization-header", made(24, alnum, 60), `"Authorization": "Bearer %s"`},
		{"private-key", pem("RSA PRIVATE " + "KEY"), "%s"},
		{"private-key", pem("OPENSSH PRIVATE " + "KEY"), "%s"},
		{"private-key", pem("ENCRYPTED PRIVATE " + "KEY"), "%s"},
		{"private-key", strings.ReplaceAll(pem("PRIVATE "+"KEY"), "\n", `\n`), `{"private_key": "%s"}`},
		{"private-key", strings.ReplaceAll(pem("EC PRIVATE "+"KEY"), "\n", "<br>"), "<p>%s</p>"},
		{"private-key", "-----BEGIN PRIVATE " + "KEY-----\n" + strings.TrimSpace(key), "%s\n(cut)"},
	}
}

// places are the surroundings in which a page shows a token.
var places = map[string]string{
	"alone":                        "%s",
	"in words":                     "the key is %s today",
	"in a tag":                     "<pre>%s</pre>",
	"in an attribute":              `<a data-x="%s">`,
	"in JSON":                      `{"x":"%s","y":1}`,
	"in a JSON string of a script": `var x = "{\"x\":\"%s\"}";`,
	"as entities":                  "&quot;%s&quot;",
	"in a URL":                     "/login?a=1&x=%s&y=2",
	"in a form":                    "x%%3D%s%%26y%%3D2",
	"in a list":                    "[a,%s,b]",
	"at the end of a sentence":     "It is %s. Or so.",
	"behind an escaped newline":    `{"log":"a\n%s\nb"}`,
	"with words of an allow list":  "false %s null",
	"allowed in vain":              "x = %s // gitleaks" + ":allow",
}

func scanner(t testing.TB) *datascan.Scanner {
	t.Helper()
	s, err := datascan.New()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSecretsAreFoundAndLeaveNoFragment(t *testing.T) {
	s := scanner(t)
	for i, c := range samples() {
		t.Run(fmt.Sprintf("%d %s", i, c.rule), func(t *testing.T) {
			for name, place := range places {
				if c.around != "%s" && name != "alone" || strings.Contains(c.secret, "\n") && name != "alone" && name != "in a tag" {
					continue // these have their own surroundings
				}
				text := "before\n" + fmt.Sprintf(place, fmt.Sprintf(c.around, c.secret)) + "\nafter\n"
				clean, leaks, err := s.Redact(t.Context(), datascan.Source{Place: "response body"}, text)
				if err != nil {
					t.Fatal(err)
				}
				if fragment := fragmentOf(c.secret, strings.ReplaceAll(clean, "[redacted: "+c.rule+"]", "")); fragment != "" {
					t.Errorf("%s: %q of the secret is left", name, fragment)
				}
				if len(leaks) != 1 || leaks[0].Rule != c.rule || leaks[0].Severity < exposure.SeverityHigh || leaks[0].Place != "response body" {
					t.Errorf("%s: leaks = %+v, want one of %s", name, leaks, c.rule)
				}
				if !strings.HasPrefix(clean, "before\n") || !strings.HasSuffix(clean, "\nafter\n") || !strings.Contains(clean, "[redacted: "+c.rule+"]") {
					t.Errorf("%s: clean text is %q", name, clean)
				}
			}
		})
	}
}

// fragmentOf returns a piece of eight characters of secret that text holds.
func fragmentOf(secret, text string) string {
	for i := 0; i+8 <= len(secret); i++ {
		piece := secret[i : i+8]
		if strings.Contains(text, piece) && !strings.Contains(piece, "-----") && !strings.Contains("PRIVATE KEY", piece) {
			return piece
		}
	}
	return ""
}

func TestOrdinaryTextHasNoSecrets(t *testing.T) {
	s := scanner(t)
	for _, text := range []string{
		"",
		"<html><head><title>Sign in</title></head><body>Forgot your password?</body></html>",
		`<input type="password" name="password" placeholder="Password" autocomplete="current-password">`,
		`<input type="password" value="********">`,
		`<input type="password" value="">`,
		`<label for="password">Password:</label><input id="password">`,
		`{"password":"Passwort","login.password":"Enter your password"}`,
		`{"password_label": "Password", "reset": "Reset password"}`,
		`var password = document.getElementById("password").value;`,
		`if (form.password == "required") { token = getToken(); }`,
		`const token = "{{ csrf_token }}";`,
		`password: ${DB_PASSWORD}`,
		"DB_PASSWORD=${DB_PASSWORD}",
		"DB_PASSWORD=changeme",
		"DB_PASSWORD=<your-password>",
		"DB_PASSWORD=xxxxxxxx",
		"DB_PASSWORD=",
		"POSTGRES_PASSWORD: password",
		"API_TOKEN=$TOKEN",
		"ERR_TOKEN = process.env.TOKEN",
		"postgres://user:password@host/db",
		"https://user:${PASSWORD}@git.acme.test/",
		"https://abc:xyz1@docs.example.com/",
		"https://acme.test:8443/path@2x.png",
		"http://[::1]:8080/a:b@c",
		"mailto:someone@acme.test",
		"git@github.com:acme/app.git",
		"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
		`if (pem.indexOf("-----BEGIN PRIVATE ` + `KEY-----") === 0) { return decode(pem); }`,
		"AKIAIOSFODNN7" + "EXAMPLE",
		"sha256-" + strings.Repeat("ab12", 16),
		"commit 0123456789abcdef0123456789abcdef01234567",
		`<script src="/app.3f2a9c7be1d04f5a.js" integrity="sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC"></script>`,
		`<meta name="csrf-param" content="authenticity_token">`,
		"WWW-Authenticate: Basic realm=\"Restricted\"",
		"Authorization: Bearer <token>",
		"3f6e1f0c-2b52-4a53-9c5e-7d1c60d8f7aa",
		`.token.password-input { color: red }`,
		`"secretName": "app.config.database"`,
	} {
		clean, leaks, err := s.Redact(t.Context(), datascan.Source{Place: "response body"}, text)
		if err != nil || clean != text || leaks == nil || len(leaks) != 0 {
			t.Errorf("Redact(%q) = %q, %+v, %v; want the text and no leaks", text, clean, leaks, err)
		}
	}
}

func TestLeaksCountAndLocate(t *testing.T) {
	pat := "gh" + "p_" + made(30, alnum, 36)
	other := "gh" + "p_" + made(31, alnum, 36)
	text := "one\ntwö &lt;" + pat + "&gt;\n" + other + "\n" + pat + "\nDB_PASSWORD=sw0rdfish-1\n"
	clean, got, err := scanner(t).Redact(t.Context(), datascan.Source{Place: "page text"}, text)
	if err != nil {
		t.Fatal(err)
	}
	want := []exposure.Leak{
		{Kind: exposure.LeakSecret, Rule: "env-secret", Place: "page text", Line: 5, Column: 13, Count: 1, Severity: exposure.SeverityCritical},
		{Kind: exposure.LeakSecret, Rule: "github-pat", Place: "page text", Line: 2, Column: 9, Count: 2, Severity: exposure.SeverityCritical},
		{Kind: exposure.LeakSecret, Rule: "github-pat", Place: "page text", Line: 3, Column: 1, Count: 1, Severity: exposure.SeverityCritical},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("leaks differ (-want +got):\n%s", diff)
	}
	wantClean := "one\ntwö &lt;[redacted: github-pat]&gt;\n[redacted: github-pat]\n[redacted: github-pat]\nDB_PASSWORD=[redacted: env-secret]\n"
	if clean != wantClean {
		t.Errorf("clean = %q, want %q", clean, wantClean)
	}
}

func TestOverlappingMatchesAreOneSecretOfTheSpecificRule(t *testing.T) {
	pat := "gh" + "p_" + made(32, alnum, 36)
	clean, leaks, err := scanner(t).Redact(t.Context(), datascan.Source{Place: "response body"}, `GITHUB_TOKEN="`+pat+`"`)
	if err != nil || len(leaks) != 1 || leaks[0].Rule != "github-pat" || clean != `GITHUB_TOKEN="[redacted: github-pat]"` {
		t.Errorf("Redact = %q, %+v, %v; want one github-pat", clean, leaks, err)
	}
}

func TestASecretIsRedactedWhereItStandsWithoutItsName(t *testing.T) {
	password := "sw0rd" + "fish-77"
	clean, leaks, err := scanner(t).Redact(t.Context(), datascan.Source{Place: "response body"}, "connecting with "+password+"\nDB_PASSWORD="+password)
	if err != nil || strings.Contains(clean, password) || len(leaks) != 1 || leaks[0].Count != 2 {
		t.Errorf("Redact = %q, %+v, %v; want both places redacted", clean, leaks, err)
	}
}

func TestATestKeyIsHighNotCritical(t *testing.T) {
	_, leaks, err := scanner(t).Redact(t.Context(), datascan.Source{Place: "response body"}, "sk"+"_test_"+made(33, alnum, 24))
	if err != nil || len(leaks) != 1 || leaks[0].Severity != exposure.SeverityHigh {
		t.Errorf("leaks = %+v, %v; want one of severity high", leaks, err)
	}
}

func TestASecretAtTheLimitDoesNotLeak(t *testing.T) {
	s := scanner(t)
	pat := "gh" + "p_" + made(34, alnum, 36)
	for _, at := range []int{1 << 20, 1<<20 - 32<<10} {
		for shift := -len(pat) - 1; shift <= 1; shift += 3 {
			text := strings.Repeat("word ", 1<<18)[:at+shift-1] + " " + pat + " " + strings.Repeat("x ", 100)
			clean, _, err := s.Redact(t.Context(), datascan.Source{Place: "response body"}, text)
			if err != nil {
				t.Fatal(err)
			}
			if fragment := fragmentOf(pat, clean); fragment != "" || len(clean) > 1<<20 {
				t.Fatalf("secret at %d%+d: %q is left in %d bytes", at, shift, fragment, len(clean))
			}
		}
	}
}

func TestWholeDropsTheWordThatMayBeCut(t *testing.T) {
	for text, want := range map[string]string{"": "", "one": "", "one two": "one ", "a\n": "a\n", `{"k":"ghp_`: `{"k":"`} {
		if got := datascan.Whole(text); got != want {
			t.Errorf("Whole(%q) = %q, want %q", text, got, want)
		}
	}
}

// A pattern cannot be stopped while it runs, so a long text must reach it in
// pieces. The text is one that takes many seconds as a whole.
func TestHostileTextIsAbandonedSoonAfterTheContextEnds(t *testing.T) {
	s := scanner(t)
	text := strings.Repeat("passwpwdprivate_aimeraki", 1<<20/24)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	start := time.Now()
	clean, _, err := s.Redact(ctx, datascan.Source{Place: "response body"}, text)
	if took := time.Since(start); err == nil || clean != "" || took > 5*time.Second {
		t.Errorf("Redact = %d bytes, %v after %v; want an error soon after 200ms", len(clean), err, took)
	}
}

func TestASecretWhereALongTextIsCutIsFound(t *testing.T) {
	s := scanner(t)
	pat := "gh" + "p_" + made(35, alnum, 36)
	filler := strings.Repeat("the word gh"+"p_ here ", 8<<10)
	for at := 32<<10 - 45; at < 32<<10+10; at += 5 {
		clean, leaks, err := s.Redact(t.Context(), datascan.Source{Place: "x"}, filler[:at]+" "+pat+" "+filler)
		if err != nil || len(leaks) != 1 || leaks[0].Count != 1 || fragmentOf(pat, clean) != "" {
			t.Errorf("secret at %d: leaks %+v, %v", at, leaks, err)
		}
	}
}

func TestNothingIsPassedOnWhenTheContextEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	clean, leaks, err := scanner(t).Redact(ctx, datascan.Source{Place: "response body"}, "password = \"sw0rdfish\"")
	if err == nil || clean != "" || leaks == nil {
		t.Errorf("Redact(cancelled) = %q, %v, %v; want nothing and an error", clean, leaks, err)
	}
}

func TestOneScannerServesManyAtOnce(t *testing.T) {
	s := scanner(t)
	all := samples()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for _, c := range all {
				_, leaks, err := s.Redact(context.Background(), datascan.Source{Place: "x"}, fmt.Sprintf(c.around, c.secret))
				if err != nil || len(leaks) != 1 {
					t.Errorf("leaks of %s = %+v, %v", c.rule, leaks, err)
				}
			}
		})
	}
	wg.Wait()
}

func FuzzRedact(f *testing.F) {
	s := scanner(f)
	for _, c := range samples() {
		f.Add(fmt.Sprintf(c.around, c.secret))
	}
	for _, identity := range identities() {
		for _, value := range identity.written {
			f.Add(identity.label + ": " + value)
		}
	}
	f.Add(addresses(12, "acme.net") + " " + url.QueryEscape("password=\"sw0rd"+"fish-1\"") + " cGFzc3dvcmQ9InN3MHJkZmlzaC0xIgo=")
	f.Add("&quot;\\u0041\\\"&#65;\x00\xff-----BEGIN PRIVATE " + "KEY-----")
	f.Fuzz(func(t *testing.T, text string) {
		clean, leaks, err := s.Redact(context.Background(), datascan.Source{Place: "x", Host: "acme.org"}, text)
		if err != nil {
			if clean != "" {
				t.Errorf("Redact(%q) = %q, %v, want nothing with an error", text, clean, err)
			}
			return // ever new secrets
		}
		if len(leaks) == 0 && clean != text {
			t.Errorf("Redact(%q) = %q without a leak", text, clean)
		}
		for _, leak := range leaks {
			if leak.Line < 1 || leak.Line > 1+strings.Count(text, "\n") || leak.Column < 1 || leak.Count < 1 {
				t.Errorf("Redact(%q) = %q, %+v", text, clean, leak)
			}
		}
		again, more, err := s.Redact(context.Background(), datascan.Source{Place: "x", Host: "acme.org"}, clean)
		if err != nil || again != clean || len(more) > 0 {
			t.Errorf("Redact(%q) = %q, in which Redact finds %+v, %v", text, clean, more, err)
		}
	})
}

func BenchmarkRedact(b *testing.B) {
	s := scanner(b)
	page := strings.Repeat("<div class=\"row\"><a href=\"/page\">Some ordinary words with a password field here</a></div>\n", 1<<20/90)
	var hostile strings.Builder
	for hostile.Len() < 1<<20 {
		for _, c := range samples() {
			hostile.WriteString(c.secret[:min(6, len(c.secret))] + " password=token secret api_key:// ")
		}
	}
	for name, text := range map[string]string{"5KB": page[:5000], "1MB": page, "1MB_of_keywords": hostile.String()} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, _, err := s.Redact(context.Background(), datascan.Source{Place: "x"}, text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
