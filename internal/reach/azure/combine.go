package azure

import (
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
)

// through sends a flow through gates in turn, as the walk does: the first that
// leaves nobody gives the reason.
func through(f reach.Flow, gates []reach.Gate) reach.Passage {
	total := reach.Open(f)
	for _, g := range gates {
		p := g.Pass(f)
		hops := slices.Clone(p.Hops)
		for i := range hops {
			if hops[i].Gate == "" {
				hops[i].Gate = g.Name
			}
		}
		total.Bound = total.And(p.Bound)
		total.Assumptions = append(total.Assumptions, p.Assumptions...)
		total.Notes = append(total.Notes, p.Notes...)
		if total.May.IsEmpty() {
			return reach.Passage{Hops: hops, ByDefault: p.ByDefault, Labels: p.Labels, Notes: total.Notes, Assumptions: total.Assumptions}
		}
		total.Hops = append(total.Hops, hops...)
		total.Gaps = append(total.Gaps, p.Gaps...)
		total.Labels = append(total.Labels, p.Labels...)
		total.Hidden = total.Hidden || p.Hidden
	}
	return total
}

// edgesOf returns the edges of all gates.
func edgesOf(gates []reach.Gate) func(exposure.Transport) []exposure.PortRange {
	return func(t exposure.Transport) (edges []exposure.PortRange) {
		for _, g := range gates {
			if g.Edges != nil {
				edges = append(edges, g.Edges(t)...)
			}
		}
		return edges
	}
}

// pool combines the answers of alternatives. All of certain are in use. Of
// doubtful one is, and it is not known which.
func pool(certain, doubtful []reach.Passage) reach.Passage {
	var bound reach.Bound
	for _, p := range certain {
		bound = bound.Or(p.Bound)
	}
	if len(doubtful) > 0 {
		bounds := make([]reach.Bound, len(doubtful))
		for i, p := range doubtful {
			bounds[i] = p.Bound
		}
		bound = bound.Or(reach.OneOf(bounds...))
	}
	return tell(bound, certain, doubtful)
}

// tell gives a combined bound the reasons of the alternatives that admit
// somebody, or when none does, of all.
func tell(bound reach.Bound, certain, doubtful []reach.Passage) reach.Passage {
	out := reach.Passage{Bound: bound, ByDefault: true}
	closed := bound.May.IsEmpty()
	for i, p := range slices.Concat(certain, doubtful) {
		if !closed && p.May.IsEmpty() {
			continue
		}
		hops := slices.Clone(p.Hops)
		for j := range hops {
			if !closed && i >= len(certain) && bound.Must.IsEmpty() {
				hops[j].Certainty = exposure.May
			}
		}
		out.Hops = appendNew(out.Hops, hops...)
		out.Gaps = appendNew(out.Gaps, p.Gaps...)
		out.Assumptions = appendNew(out.Assumptions, p.Assumptions...)
		out.Labels = appendNew(out.Labels, p.Labels...)
		out.Hidden = out.Hidden || p.Hidden
		out.Notes = appendNew(out.Notes, p.Notes...)
		out.ByDefault = out.ByDefault && p.ByDefault
	}
	out.ByDefault = closed && out.ByDefault
	return out
}

// appendNew appends the elements that list does not hold yet.
func appendNew[T comparable](list []T, more ...T) []T {
	for _, v := range more {
		if !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}

// sortedSet returns the distinct, non-empty elements in order, never nil.
func sortedSet(list []string) []string {
	out := slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == "" })
	slices.Sort(out)
	return append([]string{}, slices.Compact(out)...)
}
