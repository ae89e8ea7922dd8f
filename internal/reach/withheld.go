package reach

import (
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// withhold takes hosts out of the analysis that the input marks as sensitive:
// what the user wants hidden is neither printed nor probed. The endpoint stays,
// at a host that is not known, and says so.
func (a *Analysis) withhold(g *Graph) {
	hidden := hiddenHosts(g)
	if len(hidden) == 0 {
		return
	}
	for _, list := range [][]exposure.Endpoint{a.Endpoints, a.Blocked, a.beside} {
		for i := range list {
			withholdFrom(&list[i], hidden)
		}
	}
	for i, warning := range a.Warnings {
		a.Warnings[i] = without(warning, hidden)
	}
}

// withhold does the same for an explanation.
func (e *explanation) withhold(hidden []string) {
	if len(hidden) == 0 {
		return
	}
	for i := range e.Traces {
		t := &e.Traces[i]
		withholdFrom(&t.Endpoint, hidden)
		for j := range t.Steps {
			t.Steps[j].Hops = hopsWithout(t.Steps[j].Hops, hidden)
		}
		for j := range t.Closings {
			t.Closings[j].Hops = hopsWithout(t.Closings[j].Hops, hidden)
		}
	}
}

const shownAsSensitive = "(sensitive)"

func withholdFrom(e *exposure.Endpoint, hidden []string) {
	if slices.Contains(hidden, e.Host) {
		e.Host = ""
		e.Unknowns = append(slices.Clone(e.Unknowns), exposure.Gap{
			Resource: e.ResourceAddress, Reason: "its host is sensitive in the input, so it is neither shown nor looked at",
			Remedy: "Give the endpoint by reference, with nonsensitive()",
		})
	}
	e.Names = slices.DeleteFunc(slices.Clone(e.Names), func(name string) bool { return slices.Contains(hidden, name) })
	e.Hops, e.Blockers = hopsWithout(e.Hops, hidden), hopsWithout(e.Blockers, hidden)
	e.Unknowns, e.Notes = slices.Clone(e.Unknowns), slices.Clone(e.Notes)
	for i := range e.Unknowns {
		e.Unknowns[i].Reason, e.Unknowns[i].Remedy = without(e.Unknowns[i].Reason, hidden), without(e.Unknowns[i].Remedy, hidden)
	}
	for i := range e.Notes {
		e.Notes[i] = without(e.Notes[i], hidden)
	}
}

func hopsWithout(hops []exposure.Hop, hidden []string) []exposure.Hop {
	hops = slices.Clone(hops) // endpoints of one path share them
	for i := range hops {
		hops[i].Summary, hops[i].Remedy = without(hops[i].Summary, hidden), without(hops[i].Remedy, hidden)
	}
	return hops
}

// without replaces hidden hosts in a text, the longest first.
func without(text string, hidden []string) string {
	for _, host := range hidden {
		text = strings.ReplaceAll(text, host, shownAsSensitive)
	}
	return text
}

// hiddenHosts returns the addresses and names that some resource marks as
// sensitive and does not show elsewhere, the longest first.
func hiddenHosts(g *Graph) []string {
	var hidden []string
	for _, r := range g.resources {
		names := r.SensitiveAttributes()
		if len(names) == 0 {
			continue
		}
		var marked []string
		for _, name := range names {
			marked = append(marked, hostTexts(r.Attr(name), true)...)
		}
		if len(marked) == 0 {
			continue
		}
		shown := hostTexts(r.Values(), false)
		hidden = append(hidden, slices.DeleteFunc(marked, func(s string) bool { return slices.Contains(shown, s) })...)
	}
	slices.SortFunc(hidden, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	return slices.Compact(hidden)
}

// hostTexts returns the strings in v that may be hosts and are sensitive, or
// are not.
func hostTexts(v cty.Value, sensitive bool) []string {
	var texts []string
	if v == cty.NilVal {
		return texts
	}
	collect := func(leaf cty.Value, hidden bool) {
		s, ok := tfstate.String(leaf)
		if host := target(s); ok && hidden == sensitive && s != "" && (s == host || strings.EqualFold(s, host)) && strings.ContainsAny(host, ".:") {
			texts = append(texts, s, host)
		}
	}
	var descend func(v cty.Value, hidden bool)
	descend = func(v cty.Value, hidden bool) {
		hidden = hidden || v.HasMark(tfstate.Sensitive)
		v, _ = v.Unmark()
		switch t := v.Type(); {
		case !v.IsKnown() || v.IsNull():
		case t == cty.String:
			collect(v, hidden)
		case v.CanIterateElements():
			for it := v.ElementIterator(); it.Next(); {
				_, element := it.Element()
				descend(element, hidden)
			}
		}
	}
	descend(v, false)
	return texts
}
