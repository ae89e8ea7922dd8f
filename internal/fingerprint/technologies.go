package fingerprint

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// What is looked at of one answer. The time a fingerprint takes grows with
// these, and the answer is written by whoever runs the server.
const (
	maxBody    = 256 << 10 // bytes of the body
	maxHeaders = 64 << 10  // bytes of names and values together
	maxTags    = 200       // different script sources, and as many meta tags
	maxValue   = 2 << 10   // bytes of one script source or meta content
	maxVersion = 64        // characters of a version
)

// Technologies returns the products recognised in r by its headers, its
// cookies, its markup, its script sources and its meta tags, and the products
// these imply. Products that show only when a page's scripts run are not seen.
//
// The result is sorted by name and never nil. Version is what the fingerprint
// captured, cleaned, at most 64 characters, empty when the answer does not
// tell. Body beyond 256 KiB, headers beyond 64 KiB and scripts beyond 200 are
// not looked at. An error means that ctx ended first, or that the fingerprint
// data does not load; no part of an unfinished look is returned.
func Technologies(ctx context.Context, r exposure.Response) ([]exposure.Technology, error) {
	lib, err := loadLibrary()
	if err != nil {
		return []exposure.Technology{}, fmt.Errorf("load technology fingerprints: %w", err)
	}
	seen := sightings{}
	for look := range lib.looks(r) {
		if err := seen.add(ctx, look); err != nil {
			return []exposure.Technology{}, fmt.Errorf("fingerprint technologies: %w", err)
		}
	}
	return lib.technologies(seen), nil
}

// A clue is one pattern held against one text of the answer.
type clue struct {
	rule rule
	text string
}

// A sighting is what was learnt of one product.
type sighting struct {
	confidence int
	version    string
}

// sightings are the products seen, by name.
type sightings map[string]sighting

// add evaluates the clues of one look and counts what they and their
// implications bring.
func (s sightings) add(ctx context.Context, look []clue) error {
	hits := map[*product]sighting{}
	for _, c := range look {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		version, ok := c.rule.pattern.match(c.text)
		if !ok {
			continue
		}
		hit := hits[c.rule.product]
		hit.confidence = max(hit.confidence, c.rule.pattern.confidence)
		if version != "" && (hit.version == "" || moreSpecific(version, hit.version)) {
			hit.version = version
		}
		hits[c.rule.product] = hit
	}
	// The first version of a product stays, so the order must not be a map's.
	byName := func(a, b *product) int { return strings.Compare(a.name, b.name) }
	for _, p := range slices.SortedFunc(maps.Keys(hits), byName) {
		s.count(p.name, hits[p])
		for _, implied := range p.implies {
			s.count(implied.name, sighting{min(hits[p].confidence, implied.confidence), implied.version})
		}
	}
	return nil
}

func (s sightings) count(name string, more sighting) {
	known := s[name]
	s[name] = sighting{
		confidence: min(known.confidence+more.confidence, 100),
		version:    cmp.Or(known.version, more.version),
	}
}

// technologies turns what was seen into the result. A product seen only by
// patterns of no confidence is left out.
func (l *library) technologies(seen sightings) []exposure.Technology {
	found := []exposure.Technology{}
	for _, name := range slices.Sorted(maps.Keys(seen)) {
		if seen[name].confidence == 0 {
			continue
		}
		t := exposure.Technology{
			Name:    name,
			Version: exposure.Cut(exposure.CleanLine(seen[name].version), maxVersion),
		}
		if p := l.products[name]; p != nil {
			t.Categories, t.CPE = slices.Clone(p.categories), p.cpe
		}
		found = append(found, t)
	}
	return found
}
