package gcp

import (
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
)

// inTurn sends a flow through gates as the walk does: the first that leaves
// nobody gives the reason.
func inTurn(f reach.Flow, gates []reach.Gate) reach.Passage {
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
		total.Assumptions = appendNew(total.Assumptions, p.Assumptions...)
		if total.May.IsEmpty() {
			return reach.Passage{Hops: hops, ByDefault: p.ByDefault, Labels: p.Labels, Notes: p.Notes, Assumptions: total.Assumptions}
		}
		total.Hops = append(total.Hops, hops...)
		total.Gaps = append(total.Gaps, p.Gaps...)
		total.Labels = append(total.Labels, p.Labels...)
		total.Hidden = total.Hidden || p.Hidden
		total.Notes = append(total.Notes, p.Notes...)
	}
	return total
}

// anyOf combines the answers of what is used side by side. The reasons are
// those of the answers that admit somebody, or when none does, of all.
func anyOf(answers []reach.Passage) reach.Passage {
	out := reach.Passage{ByDefault: true}
	for _, p := range answers {
		out.Bound = out.Or(p.Bound)
	}
	closed := out.May.IsEmpty()
	for _, p := range answers {
		if !closed && p.May.IsEmpty() {
			continue
		}
		out.Hops = appendNew(out.Hops, p.Hops...)
		out.Gaps = appendNew(out.Gaps, p.Gaps...)
		out.Assumptions = appendNew(out.Assumptions, p.Assumptions...)
		out.Labels = appendNew(out.Labels, p.Labels...)
		out.Notes = appendNew(out.Notes, p.Notes...)
		out.Hidden = out.Hidden || p.Hidden
		out.ByDefault = out.ByDefault && p.ByDefault
	}
	out.ByDefault = closed && out.ByDefault
	if out.Must.Equal(out.May) {
		out.Gaps = nil // what is not known changes nothing
	}
	return out
}
