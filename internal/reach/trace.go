package reach

import (
	"cmp"
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// tracedSources is how many admitted prefixes a step lists.
const tracedSources = 5

// traced is a slice with the answers of all gates, those behind a block too.
type traced struct {
	slice
	steps []exposure.Step
}

// trace returns the ways to a candidate, one for all ports that have the same
// answers: those that admit somebody first, then by transport and ports.
func trace(c Candidate) []exposure.Trace {
	var found []traced
	pingable := false
	for _, slot := range slotsOf(c) {
		for _, ports := range intervals(slot, c.Gates) {
			if isICMP(slot.Transport) {
				pingable = pingable || wide(ask(c, slot, ports).bound.Must)
				continue
			}
			t := traced{ask(c, slot, ports), steps(c, slot, ports)}
			i := slices.IndexFunc(found, func(o traced) bool { return sameTrace(o, t) })
			if i < 0 {
				found = append(found, t)
				continue
			}
			found[i].ports = exposure.MergePortRanges(append(found[i].ports, t.ports...))
		}
	}
	out := []exposure.Trace{}
	for _, t := range found {
		e := []exposure.Endpoint{endpointOfTrace(c, t)}
		if pingable {
			addNote(e, notePingable)
		}
		out = append(out, exposure.Trace{Endpoint: e[0], Steps: t.steps})
	}
	slices.SortStableFunc(out, func(a, b exposure.Trace) int {
		return cmp.Or(cmp.Compare(standing(a), standing(b)), exposure.CompareEndpoints(a.Endpoint, b.Endpoint))
	})
	return out
}

// standing orders traces by how much there is to tell: those that pass, those
// that something declared stops, and those that nobody ever spoke of.
func standing(t exposure.Trace) int {
	stop := t.Stop()
	switch {
	case stop < 0:
		return -strength[t.Endpoint.Verdict] - 1
	case slices.ContainsFunc(t.Steps, func(s exposure.Step) bool { return s.Silent }):
		return 1
	}
	return 0
}

func endpointOfTrace(c Candidate, t traced) exposure.Endpoint {
	if t.blocked {
		return blockedEndpoint(c, []slice{t.slice})
	}
	return endpointOf(c, t.slice)
}

func sameTrace(a, b traced) bool {
	return a.blocked == b.blocked && sameAnswer(a.slice, b.slice) && slices.EqualFunc(a.steps, b.steps, sameStep)
}

func sameStep(a, b exposure.Step) bool {
	return a.Gate == b.Gate && a.Verdict == b.Verdict && a.Likelihood == b.Likelihood && a.Scope == b.Scope &&
		a.SourceTotal == b.SourceTotal && a.Hidden == b.Hidden && a.Stops == b.Stops && a.Silent == b.Silent &&
		slices.Equal(a.Sources, b.Sources) && slices.Equal(a.Labels, b.Labels) && slices.Equal(a.Hops, b.Hops) && slices.Equal(a.Gaps, b.Gaps)
}

// steps asks every gate for itself. Unlike ask it goes on behind a gate that
// leaves nobody, because closing and opening a path takes all of them.
func steps(c Candidate, slot Slot, ports exposure.PortRange) []exposure.Step {
	f := Flow{Family: c.Family, Transport: slot.Transport, Ports: ports}
	out := []exposure.Step{}
	left, stopped := Exactly(Public(c.Family)), false
	for _, g := range slices.Concat(c.Gates, slot.Gates) {
		p := g.Pass(f)
		left = left.And(p.Bound)
		s := stepOf(g, p)
		s.Stops = left.May.IsEmpty() && !stopped
		stopped = stopped || s.Stops
		out = append(out, s)
	}
	return out
}

func stepOf(g Gate, p Passage) exposure.Step {
	s := exposure.Step{
		Gate: g.Name, Hidden: p.Hidden, Silent: p.May.IsEmpty() && p.ByDefault,
		Hops: dedupe(appendNamed(nil, &g, p.Hops)), Gaps: dedupe(p.Gaps), Labels: sorted(p.Labels),
	}
	if s.Gate == "" && len(s.Hops) > 0 {
		s.Gate = s.Hops[0].Gate
	}
	s.Verdict, s.Likelihood = p.Bound.Verdict()
	admitted := decisive(s.Verdict, p.Bound)
	s.Scope = scope(exposure.Endpoint{Verdict: s.Verdict, SourceLabels: s.Labels}, p.Bound)
	s.Sources = []string{}
	if s.Scope == exposure.ScopeWorld || s.Hidden {
		return s
	}
	for prefix := range admitted.prefixes() {
		if s.SourceTotal++; s.SourceTotal <= tracedSources {
			s.Sources = append(s.Sources, prefix.String())
		}
	}
	return s
}
