package reach

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// listedSources is how many admitted prefixes an endpoint lists.
const listedSources = 20

// endpointOf turns the answer for some ports into an endpoint.
func endpointOf(c Candidate, s slice) exposure.Endpoint {
	e := c.Endpoint
	fill(&e, s)
	e.Verdict, e.Likelihood = s.bound.Verdict()
	e.Hops = s.passage.Hops
	e.Unknowns = dedupe(s.passage.Gaps)
	e.Scope = scope(e, s.bound)
	e.Sources, e.SourceTotal = sources(e, s.bound)
	if s.passage.Hidden && e.SourceTotal > 0 {
		e.Sources, e.SourceTotal = []string{}, 0
		e.Notes = append(e.Notes, "the admitted sources are sensitive and not shown")
	}
	if e.Verdict == exposure.NotExposed {
		e.Blockers = s.narrow
	}
	return e
}

// blockedEndpoint sums up a candidate that admits nobody, by the slices that
// come nearest to being open.
func blockedEndpoint(c Candidate, blocking []slice) exposure.Endpoint {
	e := c.Endpoint
	first := blocking[0]
	first.passage.Notes = slices.Clone(first.passage.Notes)
	var ranges []exposure.PortRange
	for i := range blocking {
		s := &blocking[i]
		first.passage.Notes = append(first.passage.Notes, s.passage.Notes...)
		e.Blockers = append(e.Blockers, s.passage.Hops...)
		e.SourceLabels = append(e.SourceLabels, s.passage.Labels...)
		if s.transport == first.transport {
			ranges = append(ranges, s.ports...)
		}
	}
	first.ports = ranges
	first.passage.Labels = e.SourceLabels
	fill(&e, first)
	e.Blockers = dedupe(e.Blockers)
	e.Verdict = exposure.NotExposed
	e.Scope = scope(e, first.bound)
	e.Sources = []string{}
	return e
}

func fill(e *exposure.Endpoint, s slice) {
	e.Transport = s.transport
	e.Ports = exposure.MergePortRanges(s.ports)
	e.App = cmp.Or(s.app, e.App)
	e.ID = exposure.EndpointID(e.ResourceAddress, e.Key, e.Transport, e.Ports)
	e.Assumptions = dedupe(append(slices.Clone(e.Assumptions), s.passage.Assumptions...))
	slices.Sort(e.Assumptions)
	e.Notes = dedupe(append(slices.Clone(e.Notes), s.passage.Notes...))
	e.SourceLabels = dedupe(s.passage.Labels)
	slices.Sort(e.SourceLabels)
	e.Access = cmp.Or(e.Access, exposure.AccessUnknown)
	e.Names, e.Related = sorted(e.Names), sorted(e.Related)
	e.Hops, e.Blockers, e.Unknowns = dedupe(e.Hops), dedupe(e.Blockers), dedupe(e.Unknowns)
}

func sorted(list []string) []string {
	out := dedupe(list)
	slices.Sort(out)
	return out
}

// decisive returns the set that an endpoint is told by: who is admitted for
// certain when it is exposed, who is at most when it is not, and who is likely
// to be when that is not known. What scope says and what sources lists is of
// this one set.
func decisive(v exposure.Verdict, b Bound) Set {
	switch v {
	case exposure.Exposed:
		return b.Must
	case exposure.NotExposed:
		return b.May
	}
	return b.Likely
}

// scope tells how much of the internet is admitted.
func scope(e exposure.Endpoint, b Bound) exposure.SourceScope {
	if found := ScopeOf(decisive(e.Verdict, b)); found != exposure.ScopeNone || len(e.SourceLabels) == 0 {
		return found
	}
	return exposure.ScopeProvider
}

// sources lists the admitted prefixes; a world-wide set is told by its scope.
func sources(e exposure.Endpoint, b Bound) (listed []string, total int) {
	listed = []string{}
	if e.Scope == exposure.ScopeWorld || e.Scope == exposure.ScopeNone {
		return listed, 0
	}
	for p := range decisive(e.Verdict, b).prefixes() {
		if total++; total <= listedSources {
			listed = append(listed, p.String())
		}
	}
	return listed, total
}

// dedupe returns the distinct elements in first-seen order, never nil.
func dedupe[T comparable](list []T) []T {
	out := make([]T, 0, len(list))
	for _, v := range list {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// settle sorts the records and keeps one for each host, transport and ports:
// that with the strongest verdict, with the other resources named as related.
// A blocked record of a resource and key that has endpoints is dropped.
func settle(endpoints, blocked []exposure.Endpoint) (kept, keptBlocked []exposure.Endpoint) {
	kept, keptBlocked = []exposure.Endpoint{}, []exposure.Endpoint{}
	exposure.SortEndpoints(endpoints)
	exposure.SortEndpoints(blocked)
	at := map[string]int{} // place → index in kept
	seen := map[string]bool{}
	for _, e := range endpoints {
		seen[candidateOf(e)] = true
		if i, ok := at[placeOf(e)]; ok {
			kept[i] = stronger(kept[i], e)
			continue
		}
		at[placeOf(e)] = len(kept)
		kept = append(kept, e)
	}
	for _, b := range blocked {
		if !seen[candidateOf(b)] {
			seen[candidateOf(b)] = true
			keptBlocked = append(keptBlocked, b)
		}
	}
	exposure.SortEndpoints(kept)
	return kept, keptBlocked
}

// candidateOf names the host that a record speaks of within its resource.
func candidateOf(e exposure.Endpoint) string { return e.ResourceAddress + "|" + e.Key }

// placeOf names the ports of a host that a record speaks of. A host that is
// not known yet is the same only within one resource.
func placeOf(e exposure.Endpoint) string {
	host := strings.ToLower(e.Host)
	if host == "" {
		host = "|" + candidateOf(e)
	}
	return strings.Join([]string{host, string(e.Transport), exposure.FormatPorts(e.Ports)}, "|")
}

var strength = map[exposure.Verdict]int{exposure.NotExposed: 0, exposure.Unknown: 1, exposure.Exposed: 2}

func stronger(a, b exposure.Endpoint) exposure.Endpoint {
	if strength[b.Verdict] > strength[a.Verdict] {
		a, b = b, a
	}
	if a.ResourceAddress != b.ResourceAddress {
		related := append(slices.Clone(a.Related), b.ResourceAddress)
		slices.Sort(related)
		a.Related = slices.Compact(related)
	}
	return a
}
