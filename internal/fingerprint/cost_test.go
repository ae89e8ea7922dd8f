package fingerprint_test

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/fingerprint"
)

// What a look may cost, in processor time.
const (
	costLimit  = 300 * time.Millisecond // of any answer of 256 KB
	ratioLimit = 15                     // of the library's cost for a page of 5 KB, over ours
)

func TestHostileAnswersCostLittle(t *testing.T) {
	if raceDetector {
		t.Skip("measures cost, which the race detector multiplies")
	}
	look(t, exposure.Response{}) // loads the data
	worst, slowest := time.Duration(0), ""
	hostile := hostileAnswers()
	for _, name := range slices.Sorted(maps.Keys(hostile)) {
		cost := time.Hour
		for range 3 { // the first may compile patterns, once for the life of the process
			if cost <= costLimit {
				break
			}
			before := cpuTime()
			look(t, hostile[name])
			cost = min(cost, cpuTime()-before)
		}
		if cost > costLimit {
			t.Errorf("%s: Technologies and Authentication took %v of processor time, want at most %v", name, cost, costLimit)
		}
		if cost > worst {
			worst, slowest = cost, name
		}
	}
	t.Logf("%d answers, the dearest is %q with %v", len(hostile), slowest, worst)
}

func TestAnOrdinaryPageCostsAFractionOfTheLibrarys(t *testing.T) {
	if raceDetector || testing.Short() {
		t.Skip("measures cost against the library, which takes long under the race detector")
	}
	r := ordinaryAnswer()
	theirs, mine := costs(t, r)
	t.Logf("%d bytes: %v of processor time, the library %v: %.0f times less", len(r.Text), mine, theirs, float64(theirs)/float64(mine))
	if theirs < ratioLimit*mine {
		t.Errorf("Technologies took %v, the library %v; want %d times less", mine, theirs, ratioLimit)
	}
}

// costs returns what one look at r costs the library and us, each the least of
// several runs.
func costs(t testing.TB, r exposure.Response) (theirs, mine time.Duration) {
	lib, err := library()
	if err != nil {
		t.Fatal(err)
	}
	theirs, mine = time.Hour, time.Hour
	for range 6 {
		before := cpuTime()
		for range 2 {
			lib.Fingerprint(r.Header, []byte(r.Text))
		}
		theirs = min(theirs, (cpuTime()-before)/2)
		before = cpuTime()
		for range 20 {
			if _, err := fingerprint.Technologies(context.Background(), r); err != nil {
				t.Fatal(err)
			}
		}
		mine = min(mine, (cpuTime()-before)/20)
	}
	return theirs, mine
}

func look(t testing.TB, r exposure.Response) {
	t.Helper()
	if _, err := fingerprint.Technologies(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	fingerprint.Authentication(r, nil)
}

// BenchmarkOrdinaryPage prints how many times less processor time an ordinary
// page takes than in the library.
func BenchmarkOrdinaryPage(b *testing.B) {
	r := ordinaryAnswer()
	theirs, mine := costs(b, r)
	for b.Loop() {
		if _, err := fingerprint.Technologies(context.Background(), r); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(theirs)/float64(mine), "times-less-CPU-than-library")
	b.ReportMetric(float64(theirs.Microseconds()), "library-µs/op")
}

// BenchmarkHostileAnswers prints what each hostile answer of 256 KB costs.
func BenchmarkHostileAnswers(b *testing.B) {
	hostile := hostileAnswers()
	for _, name := range slices.Sorted(maps.Keys(hostile)) {
		b.Run(strings.ReplaceAll(name, " ", "_"), func(b *testing.B) {
			for b.Loop() {
				look(b, hostile[name])
			}
		})
	}
}

// hostileAnswers are answers of 256 KB that make a matcher or a reader of pages
// work hard: what is known to stall the library, and what would stall a parser
// that goes back over its input.
func hostileAnswers() map[string]exposure.Response {
	const size = 256 << 10
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	texts := map[string]string{
		"angle brackets":         fill("<"),
		"links":                  fill("<link rel="),
		"quoted links":           fill(`<link rel="stylesheet" href="/wp-content/`),
		"divisions":              fill("<div "),
		"divisions with classes": fill(`<div class="`),
		"anchors":                fill("<a href='"),
		"whole anchors":          fill(`<a href="https://acme.okta.com/oauth2/v1/authorize">x</a>`),
		"unclosed scripts":       fill("<script "),
		"opened scripts":         fill("<script>"),
		"script ends":            fill("<script></scrip"),
		"bodies":                 fill("<body id="),
		"bodies with classes":    fill(`<body class="wp-`),
		"images":                 fill("<img src="),
		"iframes":                fill("<iframe src="),
		"one endless source":     `<script src="` + fill("jquery-1.") + `">`,
		"an endless version":     `<script src="/jquery-` + fill("1.") + `js">`,
		"an endless attribute":   `<div ` + fill("a") + `>`,
		"many attributes":        "<div " + fill(`a="1" `) + ">",
		"many different names":   "<form " + numbered(size, `a%="" `) + ">",
		"1000 script sources":    many(1000, `<script src="/a/jquery-%.min.js?ver=1.2.3"></script>`),
		"many script sources":    numbered(size, `<script src="/static/js/react/vue/angular/%.js"></script>`),
		"many metas":             fill(`<meta name="generator" content="WordPress 1.1.1.1.1.1">`),
		"many different metas":   numbered(size, `<meta name="generator" content="wordpress drupal %">`),
		"comments":               fill("<!--"),
		"comment ends":           fill("<!-- -- "),
		"entities":               fill("&amp;&#x41;"),
		"braces":                 "<script>" + fill("{") + "</script>",
		"navigations":            "<script>" + fill(`location="`) + "</script>",
		"navigations with dots":  "<script>" + fill("window . location . href ") + "</script>",
		"submissions":            "<script>" + fill("{.submit( ") + "</script>",
		"addresses in a script":  "<script>" + fill(`"https://acme.okta.com/oauth2/",`) + "</script>",
		"one address":            "<script>" + fill("https://") + "</script>",
		"forms":                  fill(`<form action="/x"><input name=SAMLRequest value=PHNhbWw+>`),
		"one form":               "<form action=/x>" + numbered(size, "<input name=a% type=password>"),
		"one SAML request":       `<body onload="f.submit()"><form action=/x><input name=SAMLRequest value="` + fill("A") + `">`,
		"a SAML bomb":            `<body onload="f.submit()"><form action=/x><input name=SAMLRequest value="` + bomb() + `">`,
		"refreshes":              fill(`<meta http-equiv=refresh content="0;url=https://acme.okta.com/app/">`),
		"white space":            fill(" "),
		"letters":                fill("a"),
		"dots":                   fill("1."),
		"slashes":                fill("/"),
		"invalid UTF-8":          fill("\xff\xc3"),
		"words of the data":      wordsOfTheData(size),
	}
	answers := map[string]exposure.Response{}
	for name, text := range texts {
		answers[name] = answer(401, text, "Server", "nginx/1.2.3")
	}
	answers["a long server name"] = answer(200, "", "Server", strings.Repeat("nginx/1.", 8<<10))
	answers["many cookies"] = answer(302, "", "Set-Cookie", numbered(64<<10, "a%=1; "), "Location", "/"+strings.Repeat("a", 16<<10))
	answers["a long challenge"] = challenged(strings.Repeat(`Basic realm="a", `, 4<<10))
	answers["a quote that never closes"] = challenged(`Digest realm="` + strings.Repeat(`\"`, 32<<10))
	answers["a long location"] = redirected("https://id.acme.test/?SAMLRequest=" + strings.Repeat("A", 64<<10))
	return answers
}

// numbered repeats a pattern up to size, with a number in the place of "%".
func numbered(size int, pattern string) string {
	return many(size/(len(pattern)+4), pattern)
}

func many(n int, pattern string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(pattern, "%", strconv.Itoa(i)))
	}
	return b.String()
}

// wordsOfTheData holds the literals of the patterns, so that every prefilter
// lets its pattern through.
func wordsOfTheData(size int) string {
	var b strings.Builder
	defs := definitions()
	for _, name := range slices.Sorted(maps.Keys(defs)) {
		for _, pattern := range slices.Concat(defs[name].Markup, defs[name].Scripts) {
			if b.Len() < size {
				b.WriteString(sample(pattern) + "\n")
			}
		}
	}
	return b.String()
}

// bomb is a request that inflates to a thousand times its size.
func bomb() string {
	escaped := sent(strings.Repeat(" ", 32<<20))
	return strings.NewReplacer("%2B", "+", "%2F", "/", "%3D", "=").Replace(escaped)
}

// ordinaryAnswer is a page of 5 KB with the headers that one has.
func ordinaryAnswer() exposure.Response {
	head := `<!doctype html><html><head><title>Shop</title><meta name="generator" content="WordPress 6.4.2">
<script src="/wp-includes/js/jquery/jquery.min.js?ver=3.7.1"></script><script src="/static/app.3f2a.js"></script>
<link rel="stylesheet" href="/wp-content/themes/x/style.css"></head><body>`
	text := head + strings.Repeat("<div class=\"row\"><a href=\"/page\">Some ordinary words here</a></div>\n", 70) + "</body></html>"
	return answer(200, text, "Server", "nginx/1.26.3", "Content-Type", "text/html", "Set-Cookie", "PHPSESSID=5f; path=/")
}
