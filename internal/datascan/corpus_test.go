package datascan_test

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/datascan"
)

// What the scanner has to reach over the sets below.
const (
	leastRecall      = 0.95
	mostFalsePerMB   = 1.0
	negativeBytes    = 10 << 20
	leastPositives   = 150
	leastKinds       = 40
	longestOfCorpus  = 512 << 10
	foldersOfCorpus  = "/usr/share/doc /usr/share/javascript"
	installForCorpus = "make deps"
)

// shownIn are the surroundings in which a service gives a value away. The first
// %s is a label, the second the value.
var shownIn = map[string]string{
	"HTML":    "<!doctype html><html><body><h1>Settings</h1><ul><li>%s: <code>%s</code></li></ul></body></html>",
	"JS":      "(function(){var n=%q,v=\"%s\";window.app.boot(n,v)})();",
	"JSON":    `{"status":"ok","items":[{"name":"%s","value":"%s","on":true}]}`,
	".env":    "APP_ENV=production\n# %s\nVALUE=%s\nPORT=8080\n",
	"header":  "x-debug-%s: %s",
	"YAML":    "service:\n  name: web\n  # %s\n  value: %s\n  replicas: 2\n",
	"URL":     `<a href="/login?for=%s&amp;next=%s&amp;x=1">next</a>`,
	"base64":  `<script>/* %s */ var config = atob("%s");</script>`,
	"escaped": `{"log":"line one\n%s\n%s\nline three"}`,
}

// positives returns texts with one value each: of each kind in the order of its
// rule.
func positives() map[string][]example {
	all := map[string][]example{}
	add := func(rule, in, value, text string) {
		all[rule] = append(all[rule], example{in, value, text})
	}
	forms := slices.Sorted(maps.Keys(shownIn))
	for i, s := range samples() {
		if s.around != "%s" || strings.Contains(s.secret, "\n") || strings.Contains(s.secret, "<br>") || strings.Contains(s.secret, `\n`) {
			add(s.rule, "its own form", s.secret, fmt.Sprintf(s.around, s.secret))
			continue
		}
		for k := range 3 {
			form := forms[(i+k*4)%len(forms)]
			add(s.rule, form, s.secret, show(form, "key", s.secret))
		}
	}
	for i, identity := range identities() {
		for j, value := range identity.written {
			form := forms[(i+j)%len(forms)]
			for form == "base64" || form == "URL" || form == "header" { // nobody shows a person's data so
				form = forms[(slices.Index(forms, form)+1)%len(forms)]
			}
			add(identity.rule, form, value, show(form, identity.label, value))
			add(identity.rule, "table", value, "<table><tr><th>"+identity.label+"</th><td>"+value+"</td></tr></table>")
		}
	}
	add("email-list", "HTML", "person7@acme.net", "<ul><li>"+strings.ReplaceAll(addresses(14, "acme.net"), ", ", "</li><li>")+"</li></ul>")
	add("phone-list", "HTML", "+49 30 90182707", "<ul><li>"+strings.ReplaceAll(phones(14), "; ", "</li><li>")+"</li></ul>")
	add("icd-10-diagnosis", "JSON", "F32.1", `{"patient":{"id":7},"diagnosis":"F32.1"}`)
	return all
}

type example struct{ form, value, text string }

func show(form, label, value string) string {
	switch form {
	case "URL":
		value = url.QueryEscape("https://acme.test.org/?v=" + value)
	case "base64":
		value = base64.StdEncoding.EncodeToString([]byte("v=" + value + "\n"))
	}
	return fmt.Sprintf(shownIn[form], label, value)
}

func TestRecall(t *testing.T) {
	s := scanner(t)
	kinds := positives()
	total, found := 0, 0
	for _, rule := range slices.Sorted(maps.Keys(kinds)) {
		of := 0
		for _, e := range kinds[rule] {
			clean, leaks, err := s.Redact(t.Context(), datascan.Source{Host: "www.acme.org"}, e.text)
			if err != nil {
				t.Fatal(err)
			}
			if len(leaks) == 0 || strings.Contains(clean, e.value) {
				t.Logf("missed: %s in %s: %q", rule, e.form, e.text)
				continue
			}
			of++
		}
		t.Logf("%-36s %d of %d", rule, of, len(kinds[rule]))
		total, found = total+len(kinds[rule]), found+of
	}
	recall := float64(found) / float64(total)
	t.Logf("%d of %d positives of %d kinds: recall %.3f", found, total, len(kinds), recall)
	if total < leastPositives || len(kinds) < leastKinds {
		t.Errorf("%d positives of %d kinds, want %d of %d", total, len(kinds), leastPositives, leastKinds)
	}
	if recall < leastRecall {
		t.Errorf("recall %.3f, want at least %.2f", recall, leastRecall)
	}
}

// The pages are manuals and scripts of installed packages, which were published
// by people who meant to. Nothing in them is a secret; what they say of example
// keys and of their authors is counted against the rules all the same.
func TestFalsePositives(t *testing.T) {
	pages := ordinaryPages(t)
	s := scanner(t)
	bytes, leaks := 0, 0
	byRule := map[string][]string{}
	for _, name := range pages {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		bytes += len(text)
		if !utf8.Valid(text) {
			text = []byte(strings.ToValidUTF8(string(text), "\uFFFD"))
		}
		_, of, err := s.Redact(t.Context(), datascan.Source{Place: filepath.Base(name), Host: "www.acme.org"}, string(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range of {
			leaks++
			byRule[l.Rule] = append(byRule[l.Rule], fmt.Sprintf("%s:%d:%d", name, l.Line, l.Column))
		}
	}
	for _, rule := range slices.Sorted(maps.Keys(byRule)) {
		t.Logf("%-24s %d: %s", rule, len(byRule[rule]), strings.Join(byRule[rule][:min(8, len(byRule[rule]))], " "))
	}
	perMB := float64(leaks) / (float64(bytes) / (1 << 20))
	t.Logf("%d false positives in %d pages of %.1f MB: %.2f for each MB", leaks, len(pages), float64(bytes)/(1<<20), perMB)
	if perMB > mostFalsePerMB {
		t.Errorf("%.2f false positives for each MB, want at most %.1f", perMB, mostFalsePerMB)
	}
}

// ordinaryPages returns files of HTML and scripts of ten megabytes together,
// taken evenly from all that are installed.
func ordinaryPages(t *testing.T) []string {
	t.Helper()
	type page struct {
		name string
		size int
	}
	var all []page
	total := 0
	for _, folder := range strings.Fields(foldersOfCorpus) {
		_ = filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
			wanted := err == nil && d.Type().IsRegular() && slices.Contains([]string{".html", ".htm", ".js"}, filepath.Ext(name))
			if !wanted {
				return nil // a folder that is missing is seen by the sum
			}
			if info, err := d.Info(); err == nil && info.Size() <= longestOfCorpus {
				all = append(all, page{name, int(info.Size())})
				total += int(info.Size())
			}
			return nil
		})
	}
	if total < negativeBytes {
		missing := fmt.Sprintf("%d bytes of pages below %s, want %d: %s", total, foldersOfCorpus, negativeBytes, installForCorpus)
		if os.Getenv("CI") == "true" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
	slices.SortFunc(all, func(a, b page) int { return cmp.Compare(a.name, b.name) })
	var chosen []string
	passed, taken := 0, 0
	for _, p := range all {
		passed += p.size
		// Taken goes along with what was passed, in proportion.
		if float64(taken) < float64(passed)/float64(total)*negativeBytes {
			chosen = append(chosen, p.name)
			taken += p.size
		}
	}
	return chosen
}
