package reach

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// Explain tells the way to one resource of the input, gate by gate. The
// verdicts are those of AnalyzeWith, and so is the context. An address that the input does not hold is an error, which names
// those that are spelt alike.
func Explain(in *tfstate.Input, context []*tfstate.Input, address string, clouds ...Cloud) (exposure.Explanation, error) {
	return ExplainUnder(AssumeUsual, in, context, address, clouds...)
}

// ExplainUnder is Explain under another profile. The verdicts are those of
// AnalyzeAll.
func ExplainUnder(assume Profile, in *tfstate.Input, context []*tfstate.Input, address string, clouds ...Cloud) (exposure.Explanation, error) {
	beside, _ := gather(in, context)
	g := newGraph(in, beside)
	e := explanation{exposure.Explanation{
		Input: in.Name, ResourceAddress: address, Traces: []exposure.Trace{},
		PartOf: []exposure.Endpoint{}, Assumptions: map[string]string{},
	}}
	seen := viewOf(in, context, assume, clouds)
	closer := closer{in: in, beside: beside, seen: seen, tried: map[string][]Candidate{}}
	for _, c := range candidates(g, recordsOf(g, clouds), clouds) {
		if c.Endpoint.ResourceAddress != address || g.beside(address) {
			continue
		}
		c = seen.of(c)
		for _, t := range trace(c) {
			t.Closings = closer.closings(c, t)
			e.Traces = append(e.Traces, t)
		}
	}
	r := g.At(address)
	if len(e.Traces) == 0 && (r == nil || g.beside(address)) {
		return exposure.Explanation{}, absent(in, address)
	}
	judges := func(c Cloud) bool { return c.Judges == nil || c.Judges(r) }
	e.Uncovered = len(e.Traces) == 0 && !slices.ContainsFunc(covering(r.Type, clouds), judges)
	e.complete(analyze(in, context, nil, Question{Assume: assume}, clouds))
	e.withhold(hiddenHosts(g))
	return e.Explanation, nil
}

type explanation struct{ exposure.Explanation }

// complete adds what only the analysis of the whole input tells: names from
// records, the other resources that take part, what a verdict rests on, and
// the paths that the resource is a part of.
func (e *explanation) complete(a *Analysis) {
	e.Incomplete = a.Incomplete
	known := map[string]exposure.Endpoint{}
	for _, endpoint := range slices.Concat(a.Blocked, a.Endpoints) {
		known[candidateOf(endpoint)] = endpoint
		if endpoint.ResourceAddress != e.ResourceAddress && takesPart(e.ResourceAddress, endpoint) {
			e.PartOf = append(e.PartOf, endpoint)
		}
	}
	exposure.SortEndpoints(e.PartOf)
	for i := range e.Traces {
		t := &e.Traces[i].Endpoint
		if from, ok := known[candidateOf(*t)]; ok {
			t.Names, t.Related = sorted(slices.Concat(t.Names, from.Names)), sorted(slices.Concat(t.Related, from.Related))
		}
		for _, id := range t.Assumptions {
			if statement, ok := a.Assumptions[id]; ok {
				e.Assumptions[id] = statement
			}
		}
	}
}

// takesPart reports whether a resource opens or blocks the path of an endpoint.
func takesPart(address string, e exposure.Endpoint) bool {
	return slices.ContainsFunc(slices.Concat(e.Hops, e.Blockers), func(h exposure.Hop) bool { return h.Resource == address }) ||
		slices.Contains(e.Related, address)
}

// absent tells of an address that the input does not hold.
func absent(in *tfstate.Input, address string) error {
	for _, r := range in.Prior {
		if r.Address == address {
			return fmt.Errorf("the plan in %s deletes %s, so that it has no path", in.Name, address)
		}
	}
	near := alike(in, address)
	if len(near) == 0 {
		return fmt.Errorf("%s holds no resource %s", in.Name, address)
	}
	return fmt.Errorf("%s holds no resource %s; those spelt alike are %s", in.Name, address, strings.Join(near, ", "))
}

// suggested is how many addresses are offered in the place of a wrong one.
const suggested = 5

// alike returns the addresses that somebody may have meant by address: other
// instances of the same block first, then those that differ in few characters
// or share their last name.
func alike(in *tfstate.Input, address string) []string {
	type near struct {
		address  string
		distance int
	}
	found := []near{}
	for _, r := range in.Resources {
		d := distance(address, r.Address)
		switch {
		case withoutKeys(r.Address) == withoutKeys(address):
			d = 0
		case d <= 1+len(address)/8:
		case lastName(r.Address) == lastName(address):
			d += len(address) // behind those that are a slip of the finger
		default:
			continue
		}
		found = append(found, near{r.Address, d})
	}
	slices.SortFunc(found, func(a, b near) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), strings.Compare(a.address, b.address))
	})
	out := []string{}
	for _, n := range found[:min(len(found), suggested)] {
		out = append(out, n.address)
	}
	return out
}

// withoutKeys drops the instance keys of an address. A key may hold any
// character, brackets too, in quotes.
func withoutKeys(address string) string {
	var out strings.Builder
	depth, quoted, escaped := 0, false, false
	for _, r := range address {
		switch {
		case escaped:
			escaped = false
		case quoted && r == '\\':
			escaped = true
		case r == '"' && depth > 0:
			quoted = !quoted
		case r == '[' && !quoted:
			depth++
		case r == ']' && !quoted:
			depth--
		case depth == 0:
			out.WriteRune(r)
		}
	}
	return out.String()
}

// lastName returns the resource's own name: "this" of module.a.aws_lb.this[0].
func lastName(address string) string {
	plain := withoutKeys(address)
	return plain[strings.LastIndexByte(plain, '.')+1:]
}

// distance is how many characters have to be put in, taken out or changed to
// make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
