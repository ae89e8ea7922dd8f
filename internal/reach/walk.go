package reach

import (
	"cmp"
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// slice is the answer for one interval of ports.
type slice struct {
	transport exposure.Transport
	ports     []exposure.PortRange
	app       string
	bound     Bound
	passage   Passage // hops, gaps, labels ... of the whole path
	blocked   bool
	narrow    []exposure.Hop // of the gate that leaves too little to be exposed
	unspoken  int            // how many gates block it without a declaration that speaks of it
}

// walker is room for the answers of one candidate, which the next one takes.
type walker struct {
	passing, blocking []slice
	labelled          []slice // of the blocked ones, those that a provider's own ranges pass
	icmp              bool    // hosts that answer to ICMP are endpoints
}

// walk asks every gate of a candidate about every interval of ports.
func (w *walker) walk(c Candidate) (reachable, blocked []exposure.Endpoint) {
	w.passing, w.blocking, w.labelled = w.passing[:0], w.blocking[:0], w.labelled[:0]
	pingable := false
	c.Gates = walked(c)
	for _, slot := range slotsOf(c) {
		for _, ports := range intervals(slot, c.Gates) {
			s := ask(c, slot, ports)
			switch {
			case isICMP(slot.Transport) && !w.icmp:
				pingable = pingable || wide(s.bound.Must)
			case s.blocked && isICMP(slot.Transport):
			case s.blocked:
				w.blocking = nearest(w.blocking, s)
				if len(s.passage.Labels) > 0 {
					w.labelled = append(w.labelled, s)
				}
			default:
				w.passing = append(w.passing, s)
			}
		}
	}
	for _, s := range merge(w.passing) {
		reachable = append(reachable, endpointOf(c, s))
	}
	switch {
	case len(w.passing) == 0 && len(w.blocking) > 0:
		blocked = []exposure.Endpoint{blockedEndpoint(c, w.blocking)}
	case len(w.labelled) > 0:
		// Beside what others reach, the ports that a provider's own ranges do.
		for _, transport := range []exposure.Transport{exposure.TCP, exposure.UDP} {
			other := func(s slice) bool { return s.transport != transport }
			if of := slices.DeleteFunc(slices.Clone(w.labelled), other); len(of) > 0 {
				reachable = append(reachable, blockedEndpoint(c, of))
			}
		}
	}
	if pingable && !w.icmp {
		addNote(reachable, notePingable)
		addNote(blocked, notePingable)
	}
	return reachable, blocked
}

// nearest adds a blocked slice to those that come nearest to being open: those
// which the fewest gates pass over in silence. A port that a group opens and an
// ACL denies tells more than all the ports that nobody ever spoke of.
func nearest(blocking []slice, s slice) []slice {
	switch {
	case len(blocking) == 0 || s.unspoken == blocking[0].unspoken:
		return append(blocking, s)
	case s.unspoken < blocking[0].unspoken:
		return append(blocking[:0], s)
	}
	return blocking
}

const notePingable = "pingable: ICMP echo is admitted"

func addNote(endpoints []exposure.Endpoint, note string) {
	for i := range endpoints {
		endpoints[i].Notes = append(slices.Clone(endpoints[i].Notes), note)
	}
}

func isICMP(t exposure.Transport) bool { return t == exposure.ICMP || t == exposure.ICMPv6 }

func slotsOf(c Candidate) []Slot {
	if c.Slots != nil {
		return c.Slots
	}
	icmp := exposure.ICMP
	if c.Family == IPv6 {
		icmp = exposure.ICMPv6
	}
	return []Slot{
		{Transport: exposure.TCP, Ports: exposure.AllPorts},
		{Transport: exposure.UDP, Ports: exposure.AllPorts},
		{Transport: icmp},
	}
}

// intervals cuts the ports of a slot wherever a gate may change its answer.
func intervals(slot Slot, gates []Gate) []exposure.PortRange {
	if isICMP(slot.Transport) {
		return []exposure.PortRange{{}}
	}
	cuts := []int{int(slot.Ports.Lo), int(slot.Ports.Hi) + 1}
	for _, list := range [][]Gate{gates, slot.Gates} {
		for i := range list {
			if list[i].Edges == nil {
				continue
			}
			for _, r := range list[i].Edges(slot.Transport) {
				cuts = append(cuts, int(r.Lo), int(r.Hi)+1)
			}
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	out := make([]exposure.PortRange, 0, len(cuts))
	for i := 0; i+1 < len(cuts); i++ {
		if cuts[i] >= int(slot.Ports.Lo) && cuts[i+1]-1 <= int(slot.Ports.Hi) {
			out = append(out, exposure.PortRange{Lo: uint16(cuts[i]), Hi: uint16(cuts[i+1] - 1)})
		}
	}
	return out
}

// ask sends one interval through all gates. The reasons are those up to the
// first gate that leaves nobody; the others are only asked whether they speak
// of these ports at all.
func ask(c Candidate, slot Slot, ports exposure.PortRange) slice {
	f := Flow{Family: c.Family, Transport: slot.Transport, Ports: ports}
	s := slice{transport: slot.Transport, ports: []exposure.PortRange{ports}, app: slot.App, bound: Exactly(Public(c.Family))}
	s.passage.Notes = slices.Clone(slot.Notes)
	for _, list := range [][]Gate{c.Gates, slot.Gates} {
		for i := range list {
			s.through(&list[i], list[i].Pass(f))
		}
	}
	return s
}

// through takes the answer of the next gate in.
func (s *slice) through(g *Gate, p Passage) {
	if p.ByDefault && p.May.IsEmpty() {
		s.unspoken++
	}
	if s.blocked {
		return
	}
	before := s.bound.May
	if s.bound = s.bound.And(p.Bound); s.bound.May.IsEmpty() {
		s.blocked = true
		s.passage.Hops, s.passage.Labels, s.passage.ByDefault = nil, p.Labels, p.ByDefault
	} else {
		if !s.bound.May.is(before) && wide(before) && !wide(s.bound.May) {
			s.narrow = appendNamed(nil, g, p.Hops)
		}
		s.passage.Hidden = s.passage.Hidden || p.Hidden
		s.passage.Gaps = append(s.passage.Gaps, p.Gaps...)
		s.passage.Labels = append(s.passage.Labels, p.Labels...)
	}
	s.passage.Hops = appendNamed(s.passage.Hops, g, p.Hops)
	s.passage.Assumptions = append(s.passage.Assumptions, p.Assumptions...)
	s.passage.Notes = append(s.passage.Notes, p.Notes...)
}

// appendNamed appends the hops of a gate, with its name where they have none.
func appendNamed(list []exposure.Hop, g *Gate, hops []exposure.Hop) []exposure.Hop {
	start := len(list)
	list = append(list, hops...)
	for i := start; i < len(list); i++ {
		list[i].Gate = cmp.Or(list[i].Gate, g.Name)
	}
	return list
}

// merge joins slices that differ in nothing but their ports.
func merge(passing []slice) []slice {
	var out []slice
	for _, s := range passing {
		i := slices.IndexFunc(out, func(o slice) bool { return sameAnswer(o, s) })
		if i < 0 {
			out = append(out, s)
			continue
		}
		out[i].ports = exposure.MergePortRanges(append(out[i].ports, s.ports...))
	}
	return out
}

func sameAnswer(a, b slice) bool {
	return a.transport == b.transport && a.app == b.app && a.passage.Hidden == b.passage.Hidden && a.bound.Equal(b.bound) &&
		slices.Equal(a.passage.Hops, b.passage.Hops) && slices.Equal(a.passage.Gaps, b.passage.Gaps) &&
		slices.Equal(a.passage.Labels, b.passage.Labels) && slices.Equal(a.passage.Notes, b.passage.Notes)
}
