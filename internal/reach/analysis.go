package reach

import (
	"slices"

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
