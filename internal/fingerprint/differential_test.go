package fingerprint_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
	"testing"

	wappalyzer "github.com/projectdiscovery/wappalyzergo"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/fingerprint"
)

// library is the data's own matcher. Its answers are the measure of ours.
var library = sync.OnceValues(wappalyzer.New)

// ours answers in the library's words: "Nginx:1.25.3".
func ours(t *testing.T, r exposure.Response) map[string]struct{} {
	t.Helper()
	found, err := fingerprint.Technologies(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	set := map[string]struct{}{}
	for _, technology := range found {
		set[wappalyzer.FormatAppVersion(technology.Name, technology.Version)] = struct{}{}
	}
	return set
}

func TestPagesGiveTheSameTechnologiesAsTheLibrary(t *testing.T) {
	if raceDetector {
		t.Skip("compares answers, not threads, and the library takes a minute under the race detector")
	}
	lib, err := library()
	if err != nil {
		t.Fatal(err)
	}
	for name, page := range pages {
		t.Run(name, func(t *testing.T) {
			want := lib.Fingerprint(page.Header, []byte(page.Text))
			got := ours(t, page)
			if len(got) == 0 && !strings.HasPrefix(name, "nothing") {
				t.Errorf("the page shows no technology")
			}
			compare(t, name, page, got, want)
		})
	}
}

// TestGeneratedPagesShowTheSame writes pages from the patterns of the data
// itself, so that most fingerprints match somewhere, and compares.
func TestGeneratedPagesShowTheSame(t *testing.T) {
	if raceDetector {
		t.Skip("compares answers, not threads, and the library takes a minute under the race detector")
	}
	lib, err := library()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]struct{}{}
	for i, page := range generatedPages() {
		want := lib.Fingerprint(page.Header, []byte(page.Text))
		compare(t, fmt.Sprintf("generated page %d", i), page, ours(t, page), want)
		maps.Copy(seen, want)
	}
	if len(seen) < 800 && !testing.Short() {
		t.Errorf("the pages show %d technologies, too few to compare", len(seen))
	}
}

type definition struct {
	Cookies map[string]string   `json:"cookies"`
	Headers map[string]string   `json:"headers"`
	Markup  []string            `json:"html"`
	Scripts []string            `json:"scriptSrc"`
	Metas   map[string][]string `json:"meta"`
	Implies []string            `json:"implies"`
}

var definitions = sync.OnceValue(func() map[string]definition {
	var data struct {
		Apps map[string]definition `json:"apps"`
	}
	if err := json.Unmarshal([]byte(wappalyzer.GetRawFingerprints()), &data); err != nil {
		panic(err) // the library itself would not load
	}
	return data.Apps
})

// generatedPages puts a sample of every sixth fingerprint into pages of forty
// fingerprints each; the stride keeps the library's share of the test short.
func generatedPages() []exposure.Response {
	defs := definitions()
	stride := 6
	if testing.Short() {
		stride = 60
	}
	var out []exposure.Response
	page := exposure.Response{Header: map[string][]string{}}
	for i, name := range slices.Sorted(maps.Keys(defs)) {
		if i%stride != 0 {
			continue
		}
		addSamples(&page, defs[name])
		if i%(stride*40) == 0 {
			out = append(out, page)
			page = exposure.Response{Header: map[string][]string{}}
		}
	}
	return append(out, page)
}

func addSamples(page *exposure.Response, def definition) {
	for name, pattern := range def.Headers {
		page.Header[name] = []string{sample(pattern)}
	}
	for name, pattern := range def.Cookies {
		value := sample(pattern)
		if !strings.ContainsAny(value+name, ";, =") { // what the library splits wrongly
			page.Header["Set-Cookie"] = append(page.Header["Set-Cookie"], name+"="+value+"; Path=/")
		}
	}
	for _, pattern := range def.Markup {
		page.Text += sample(pattern) + "\n"
	}
	for _, pattern := range def.Scripts {
		page.Text += fmt.Sprintf("<script src=\"%s\"></script>\n", strings.ReplaceAll(sample(pattern), `"`, ""))
	}
	for name, list := range def.Metas {
		for _, pattern := range list {
			page.Text += fmt.Sprintf("<meta name=\"%s\" content=\"%s\">\n", name, strings.ReplaceAll(sample(pattern), `"`, ""))
		}
	}
}

// sample writes a text that the pattern matches.
func sample(pattern string) string {
	expr, _, _ := strings.Cut(pattern, `\;`)
	tree, err := syntax.Parse(expr, syntax.Perl)
	if err != nil || expr == "" {
		return "1"
	}
	var b strings.Builder
	write(&b, tree)
	return b.String()
}

func write(b *strings.Builder, re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpLiteral:
		b.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		b.WriteRune(readable(re.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte('x')
	case syntax.OpAlternate:
		write(b, re.Sub[0])
	case syntax.OpRepeat:
		for range max(re.Min, 1) {
			write(b, re.Sub[0])
		}
	default:
		for _, sub := range re.Sub {
			write(b, sub)
		}
	}
}

// readable picks a digit or a letter of a character class when it has one.
func readable(ranges []rune) rune {
	for _, candidate := range "7ax-/ " {
		for i := 0; i+1 < len(ranges); i += 2 {
			if ranges[i] <= candidate && candidate <= ranges[i+1] {
				return candidate
			}
		}
	}
	return ranges[0]
}
