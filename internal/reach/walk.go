package reach

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// Analysis is what an input exposes.
type Analysis struct {
	// Endpoints are those that somebody on the internet may reach: exposed,
	// unknown, and not_exposed with restricted or provider scope. Sorted.
	Endpoints []exposure.Endpoint

	// Blocked has one not_exposed record for each candidate that admits
	// nobody, with the reason. Sorted.
	Blocked []exposure.Endpoint

	// Uncovered counts the managed resource types that no cloud understands,
	// by type. Silence about them is no safety.
	Uncovered []exposure.TypeCount

	// Assumptions maps the ids used by endpoints to their statements.
	Assumptions map[string]string

	// Warnings are sentences about what is no endpoint: DNS records that point at
	// a private address, or at nothing any more. Sorted, without a last full stop.
	Warnings []string

	// Incomplete says why the input does not show everything.
	Incomplete []string

	beside []exposure.Endpoint // of the context: they explain records
	judged map[string]bool     // the inputs of the context that are judged too
}

// Analyze works out what the input exposes. The same input gives the same
// analysis.
func Analyze(in *tfstate.Input, clouds ...Cloud) *Analysis { return AnalyzeWith(in, nil, clouds...) }

// Question is what to analyse.
type Question struct {
	// Subjects are the inputs that are judged. Each answers questions about the
	// others, too. Their labels differ.
	Subjects []*tfstate.Input

	// Context are states that only answer questions.
	Context []*tfstate.Input

	// Assume says what is taken for granted that nothing declares.
	Assume Profile

	// ICMP makes endpoints of hosts that answer to ICMP, which is else a note on
	// what they expose over TCP and UDP.
	ICMP bool
}

// AnalyzeAll works out what each subject exposes, in their order, beside all
// the others. What two subjects both hold, by the cloud's own name, is told once:
// with the first of them, and with the other only what it exposes beyond that. Warnings of the other
// tell which resources those are.
func AnalyzeAll(q Question, clouds ...Cloud) []*Analysis {
	all := make([]*Analysis, len(q.Subjects))
	for i, in := range q.Subjects {
		others := slices.Concat(q.Subjects[:i], q.Subjects[i+1:])
		judged := map[string]bool{}
		for _, other := range others {
			judged[other.Label()] = true
		}
		all[i] = analyze(in, slices.Concat(others, q.Context), judged, q, clouds)
	}
	once(q.Subjects, all, clouds)
	return all
}

// AnalyzeWith is Analyze with states beside the input that answer questions
// about it: the network of another team, the DNS of a company. Nothing of them
// becomes an endpoint. Of a resource that several hold the input's own word
// counts, and then that of the first state; the latter is told in Incomplete.
func AnalyzeWith(in *tfstate.Input, context []*tfstate.Input, clouds ...Cloud) *Analysis {
	return analyze(in, context, nil, Question{}, clouds)
}

// analyze is AnalyzeWith for an input beside others that are judged too, by
// their labels. Of q it takes what is asked of every input.
func analyze(in *tfstate.Input, context []*tfstate.Input, judged map[string]bool, q Question, clouds []Cloud) *Analysis {
	beside, incomplete := gather(in, context)
	g := newGraph(in, beside)
	a := &Analysis{judged: judged, Assumptions: map[string]string{}, Warnings: []string{}, Incomplete: slices.Concat(in.Incomplete, incomplete)}
	records := recordsOf(g, clouds)
	waiting := candidates(g, records, clouds)
	w := walker{icmp: q.ICMP}
	seen := viewOf(in, context, q.Assume, clouds)
	for i, c := range waiting {
		waiting[i] = Candidate{} // its gates are no longer needed
		if g.beside(c.Endpoint.ResourceAddress) {
			a.leave(g, c)
			continue
		}
		reachable, blocked := w.walk(seen.of(c))
		a.Endpoints = append(a.Endpoints, reachable...)
		a.Blocked = append(a.Blocked, blocked...)
	}
	a.Endpoints, a.Blocked = settle(a.Endpoints, a.Blocked)
	a.nameEndpoints(g, records)
	a.withhold(g)
	a.Uncovered = uncovered(in, clouds)
	a.explainAssumptions(clouds)
	a.tellConfidence(clouds)
	a.tellHowToAdd()
	return a
}

// candidates returns all that may be exposed, by any cloud or by a record.
func candidates(g *Graph, records []Record, clouds []Cloud) []Candidate {
	var out []Candidate
	for _, cloud := range clouds {
		out = append(out, cloud.Candidates(g)...)
	}
	for _, r := range records {
		if r.Via != "" && !r.Private {
			out = append(out, proxied(r))
		}
	}
	return out
}

// tellConfidence says what each verdict rests on. A routine assumption does
// not count: it is behind nearly every endpoint, and a word that stands beside
// everything tells nothing. Nor does what an incomplete input leaves out make a
// blocked candidate less blocked.
func (a *Analysis) tellConfidence(clouds []Cloud) {
	routine := map[string]bool{}
	for _, cloud := range clouds {
		for _, id := range cloud.Routine {
			routine[id] = true
		}
	}
	of := func(e exposure.Endpoint) exposure.Confidence {
		if slices.ContainsFunc(e.Assumptions, func(id string) bool { return !routine[id] }) {
			return exposure.ConfidenceAssumed
		}
		return exposure.Declared
	}
	for i := range a.Blocked {
		a.Blocked[i].Confidence = of(a.Blocked[i])
	}
	for i := range a.Endpoints {
		if a.Endpoints[i].Confidence = of(a.Endpoints[i]); len(a.Incomplete) > 0 {
			a.Endpoints[i].Confidence = exposure.Partial
		}
	}
}

func (a *Analysis) explainAssumptions(clouds []Cloud) {
	for _, e := range slices.Concat(a.Endpoints, a.Blocked) {
		for _, id := range e.Assumptions {
			for _, cloud := range clouds {
				if statement, ok := cloud.Assumptions[id]; ok {
					a.Assumptions[id] = statement
				}
			}
		}
	}
}

func uncovered(in *tfstate.Input, clouds []Cloud) []exposure.TypeCount {
	counts, byType := map[string]int{}, map[string][]Cloud{}
	for i := range in.Resources {
		if r := &in.Resources[i]; r.Mode == tfstate.Managed {
			covered, known := byType[r.Type]
			if !known {
				covered = covering(r.Type, clouds)
				byType[r.Type] = covered
			}
			if !slices.ContainsFunc(covered, func(c Cloud) bool { return c.Judges == nil || c.Judges(r) }) {
				counts[r.Type]++
			}
		}
	}
	out := []exposure.TypeCount{}
	for t, n := range counts {
		out = append(out, exposure.TypeCount{Type: t, Count: n})
	}
	slices.SortFunc(out, func(a, b exposure.TypeCount) int { return strings.Compare(a.Type, b.Type) })
	return out
}

// covering returns the clouds that understand a type.
func covering(resourceType string, clouds []Cloud) []Cloud {
	var out []Cloud
	for _, c := range clouds {
		if strings.HasPrefix(resourceType, c.Prefix) && c.Covers(resourceType) {
			out = append(out, c)
		}
	}
	return out
}

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
