package fingerprint_test

import (
	"maps"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
	"testing"

	wappalyzer "github.com/projectdiscovery/wappalyzergo"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// A difference is a technology that only one of the two sees on a page.
type difference struct {
	technology string // in the library's words: "Nginx:1.25.3"
	product    string
	ours       bool // we see it, the library does not
	page       exposure.Response
	known      map[string]struct{} // what the library sees
}

// explanations are all the reasons for which the two may differ. A difference
// that none of them explains fails the test.
var explanations = []struct {
	name  string
	holds func(difference) bool
}{
	// "PHP\;confidence:75": an implication carries tags as a pattern does, and
	// the library takes them for a part of the name.
	{"library leaves the tag in an implied name", func(d difference) bool {
		return !d.ours && strings.Contains(d.technology, `\;`)
	}},
	{"library loses the product that a tagged implication names", func(d difference) bool {
		return d.ours && slices.ContainsFunc(names(d.known), func(name string) bool { return strings.HasPrefix(name, d.product+`\;`) })
	}},
	// A repetition within a repetition becomes one of 250 times 250, which does
	// not compile, and an escaped star becomes a brace.
	{"library's rewriting breaks a pattern of the product", func(d difference) bool { return d.ours && brokenInLibrary()[d.product] }},
	// "a=b,c" is two cookies to it, and of two fields it may see one.
	{"library loses cookies after splitting Set-Cookie", func(d difference) bool {
		return d.ours && len(d.page.Header["Set-Cookie"]) > 0 && hasCookies()[d.product]
	}},
	{"our supplement knows the product", func(d difference) bool { return d.ours && inSupplement[d.product] }},
}

// compare fails for every difference that has no reason, and returns how often
// each reason was needed.
func compare(t *testing.T, name string, page exposure.Response, got, want map[string]struct{}) map[string]int {
	t.Helper()
	reasons := map[string]int{}
	for _, technology := range names(union(got, want)) {
		_, ours := got[technology]
		_, theirs := want[technology]
		if ours && theirs {
			continue
		}
		product, _, _ := strings.Cut(technology, ":")
		d := difference{technology, product, ours, page, want}
		i := slices.IndexFunc(explanations, func(e struct {
			name  string
			holds func(difference) bool
		}) bool {
			return e.holds(d)
		})
		if i < 0 {
			t.Errorf("%s: %s is seen by us: %v, by the library: %v, and nothing explains it", name, technology, ours, theirs)
			continue
		}
		reasons[explanations[i].name]++
	}
	return reasons
}

func names(set map[string]struct{}) []string { return slices.Sorted(maps.Keys(set)) }

func union(a, b map[string]struct{}) map[string]struct{} {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// inSupplement holds the products that the supplement adds or widens, and
// what those imply.
var inSupplement = map[string]bool{
	"Elasticsearch": true, "Go": true, "Grafana": true, "Macaron": true, "phpMyAdmin": true, "Sonatype Nexus Repository": true,
}

// brokenInLibrary holds the products of which the library loses a pattern by
// its rewriting.
var brokenInLibrary = sync.OnceValue(func() map[string]bool {
	broken := map[string]bool{}
	for name, def := range definitions() {
		for _, pattern := range slices.Concat(def.Markup, def.Scripts) {
			expr, _, _ := strings.Cut(pattern, `\;`)
			_, sound := syntax.Parse(expr, syntax.Perl)
			_, err := wappalyzer.ParsePattern(pattern)
			if sound == nil && (err != nil || strings.Contains(expr, `\*`)) {
				broken[name] = true
			}
		}
	}
	return broken
})

// hasCookies holds the products that a cookie can show, and what they imply.
var hasCookies = sync.OnceValue(func() map[string]bool {
	shown := map[string]bool{}
	for name, def := range definitions() {
		if len(def.Cookies) == 0 {
			continue
		}
		shown[name] = true
		for _, implied := range def.Implies {
			plain, _, _ := strings.Cut(implied, `\;`)
			shown[plain] = true
		}
	}
	return shown
})
