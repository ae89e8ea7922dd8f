package reach

import (
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Remembered returns the gate with a memory: between two of its edges it is
// asked once. Most gates have far fewer edges than the path has together, and
// those of a subnet are asked by everything that is in it. What it answers must
// not be written to. It is not safe for concurrent use.
func Remembered(g Gate) Gate {
	type question struct {
		family    Family
		transport exposure.Transport
		stretch   int
	}
	ask, edges := g.Pass, g.Edges
	answers := map[question]Passage{}
	ranges := map[exposure.Transport][]exposure.PortRange{}
	cuts := map[exposure.Transport][]int{}
	if edges != nil {
		g.Edges = func(t exposure.Transport) []exposure.PortRange {
			known, ok := ranges[t]
			if !ok {
				known = slices.Clip(edges(t))
				ranges[t], cuts[t] = known, cutsOf(known)
			}
			return known
		}
	}
	g.Pass = func(f Flow) Passage {
		if g.Edges != nil {
			g.Edges(f.Transport)
		}
		first, last := stretch(cuts[f.Transport], f.Ports.Lo), stretch(cuts[f.Transport], f.Ports.Hi)
		if first != last { // only the walk promises not to ask across an edge
			return ask(f)
		}
		q := question{f.Family, f.Transport, first}
		p, ok := answers[q]
		if !ok {
			p = ask(f)
			p.Hops, p.Gaps, p.Assumptions = slices.Clip(p.Hops), slices.Clip(p.Gaps), slices.Clip(p.Assumptions)
			p.Labels, p.Notes = slices.Clip(p.Labels), slices.Clip(p.Notes)
			answers[q] = p
		}
		return p
	}
	return g
}

// remembered gives the gates of a candidate a memory. Where the candidate has
// slots these are few, and a gate may tell them apart without an edge.
func remembered(c Candidate) []Gate {
	if c.Slots != nil {
		return c.Gates
	}
	out := make([]Gate, len(c.Gates))
	for i, g := range c.Gates {
		out[i] = Remembered(g)
	}
	return out
}

// cutsOf returns the ports at which a stretch begins, in order.
func cutsOf(ranges []exposure.PortRange) []int {
	cuts := make([]int, 0, 2*len(ranges))
	for _, r := range ranges {
		cuts = append(cuts, int(r.Lo), int(r.Hi)+1)
	}
	slices.Sort(cuts)
	return slices.Compact(cuts)
}

// stretch returns how many cuts are at or before a port.
func stretch(cuts []int, port uint16) int {
	i, found := slices.BinarySearch(cuts, int(port))
	if found {
		i++
	}
	return i
}
