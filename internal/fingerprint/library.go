package fingerprint

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	wappalyzer "github.com/projectdiscovery/wappalyzergo"
)

// A library is the fingerprint data, arranged by where a pattern looks.
//
// wappalyzergo is used for its data only. Its own matcher rewrites + and *
// into counted repetitions, which makes an ordinary page cost tens of
// milliseconds and a hostile one tens of seconds, and it cannot be cancelled.
type library struct {
	products map[string]*product
	headers  map[string][]rule // by lower-case header name
	cookies  map[string][]rule // by lower-case cookie name
	metas    map[string][]rule // by lower-case name of the meta tag
	markup   []rule            // the whole body
	scripts  []rule            // the source of one script
}

type product struct {
	name       string
	categories []string // sorted
	cpe        string
	implies    []implication
}

type implication struct {
	name       string
	version    string
	confidence int
}

type rule struct {
	product *product
	pattern *pattern
}

// definition is the part of a fingerprint that a single answer can match.
type definition struct {
	Categories []int               `json:"cats"`
	Cookies    map[string]string   `json:"cookies"`
	Headers    map[string]string   `json:"headers"`
	Markup     []string            `json:"html"`
	Scripts    []string            `json:"scriptSrc"`
	Metas      map[string][]string `json:"meta"`
	Implies    []string            `json:"implies"`
	CPE        string              `json:"cpe"`
}

// loadLibrary decodes the data, once. It is safe for concurrent use.
var loadLibrary = sync.OnceValues(func() (*library, error) {
	var data struct {
		Apps map[string]definition `json:"apps"`
	}
	if err := json.Unmarshal([]byte(wappalyzer.GetRawFingerprints()), &data); err != nil {
		return nil, fmt.Errorf("decode the data: %w", err)
	}
	lib := &library{
		products: make(map[string]*product, len(data.Apps)),
		headers:  map[string][]rule{},
		cookies:  map[string][]rule{},
		metas:    map[string][]rule{},
	}
	categories := categoryNames()
	for _, name := range slices.Sorted(maps.Keys(data.Apps)) {
		lib.add(newProduct(name, data.Apps[name], categories), data.Apps[name])
	}
	for _, name := range slices.Sorted(maps.Keys(supplement)) {
		p := lib.products[name]
		if p == nil {
			p = newProduct(name, supplement[name], categories)
		}
		lib.add(p, supplement[name])
	}
	return lib, nil
})

func categoryNames() map[int]string {
	names := map[int]string{}
	for id, category := range wappalyzer.GetCategoriesMapping() {
		names[id] = category.Name
	}
	return names
}

func newProduct(name string, def definition, categories map[int]string) *product {
	p := &product{name: name, cpe: def.CPE}
	for _, id := range def.Categories {
		if category := categories[id]; category != "" {
			p.categories = append(p.categories, category)
		}
	}
	slices.Sort(p.categories)
	p.categories = slices.Compact(p.categories)
	for _, text := range def.Implies {
		// "Magento\;version:2": an implication carries tags as a pattern does.
		tagged := splitTags(text)
		p.implies = append(p.implies, implication{tagged.expr, tagged.version, tagged.confidence})
	}
	return p
}

// add files the patterns of one product, which may have some already. A pattern that is no Go regular
// expression (it looks ahead or behind) is left out, as the data's own
// matcher does.
func (l *library) add(p *product, def definition) {
	l.products[p.name] = p
	l.file(p, l.headers, def.Headers)
	l.file(p, l.cookies, def.Cookies)
	for _, key := range slices.Sorted(maps.Keys(def.Metas)) {
		name := strings.ToLower(key)
		l.metas[name] = appendRules(l.metas[name], p, def.Metas[key])
	}
	l.markup = appendRules(l.markup, p, def.Markup)
	l.scripts = appendRules(l.scripts, p, def.Scripts)
}

func (l *library) file(p *product, index map[string][]rule, patterns map[string]string) {
	for _, key := range slices.Sorted(maps.Keys(patterns)) {
		name := strings.ToLower(key)
		index[name] = appendRules(index[name], p, []string{patterns[key]})
	}
}

func appendRules(rules []rule, p *product, patterns []string) []rule {
	for _, text := range patterns {
		if pat, err := parsePattern(text); err == nil {
			rules = append(rules, rule{p, pat})
		}
	}
	return rules
}
