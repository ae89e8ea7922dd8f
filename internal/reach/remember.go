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
			p = clipped(ask(f))
			answers[q] = p
		}
		return p
	}
	return g
}

// walked gives the gates of a candidate a memory for the walk, which asks in
// the order of the ports: the last answer is all that can come again. Where the
// candidate has slots these are few, and a gate may tell them apart without an
// edge.
func walked(c Candidate) []Gate {
	if c.Slots != nil {
		return c.Gates
	}
	out := make([]Gate, len(c.Gates))
	memories := make([]memory, len(c.Gates))
	for i := range out {
		m := &memories[i]
		m.Gate, m.stretch = c.Gates[i], -1
		out[i] = Gate{Name: m.Name, Pass: m.pass}
		if m.Edges != nil {
			out[i].Edges = m.edges
		}
	}
	return out
}

// memory is a gate that remembers its last answer.
type memory struct {
	Gate
	transport exposure.Transport // whose ranges and cuts are known
	ranges    []exposure.PortRange
	cuts      []int

	asked   Flow // of any ports in the stretch
	stretch int  // -1 before the first answer
	last    Passage
}

func (m *memory) edges(t exposure.Transport) []exposure.PortRange {
	if t != m.transport {
		m.transport, m.ranges = t, m.Edges(t)
		m.cuts = appendCuts(m.cuts[:0], m.ranges)
	}
	return m.ranges
}

func (m *memory) pass(f Flow) Passage {
	if m.Edges != nil {
		m.edges(f.Transport)
	}
	first, last := stretch(m.cuts, f.Ports.Lo), stretch(m.cuts, f.Ports.Hi)
	if first != last { // only the walk promises not to ask across an edge
		return m.Pass(f)
	}
	if first != m.stretch || f.Family != m.asked.Family || f.Transport != m.asked.Transport {
		m.asked, m.stretch, m.last = f, first, clipped(m.Pass(f))
	}
	return m.last
}

// clipped returns the passage so that appending to what it holds copies that.
func clipped(p Passage) Passage {
	p.Hops, p.Gaps, p.Assumptions = slices.Clip(p.Hops), slices.Clip(p.Gaps), slices.Clip(p.Assumptions)
	p.Labels, p.Notes = slices.Clip(p.Labels), slices.Clip(p.Notes)
	return p
}

// cutsOf returns the ports at which a stretch begins, in order.
func cutsOf(ranges []exposure.PortRange) []int {
	return appendCuts(make([]int, 0, 2*len(ranges)), ranges)
}

// appendCuts is cutsOf in the room of cuts, which is empty.
func appendCuts(cuts []int, ranges []exposure.PortRange) []int {
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
