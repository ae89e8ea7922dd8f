package scan

import (
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfsource"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// Subject is an input that is validated, with the configuration that it was
// made from, which may be nil.
type Subject struct {
	Input  *tfstate.Input
	Source *tfsource.Source
}

// Profile says which named assumptions an analysis makes. The zero value is the
// usual one.
type Profile = reach.Profile

// ParseProfile reads the name of a profile: usual, factory or none.
func ParseProfile(name string) (Profile, error) { return reach.ParseProfile(name) }

// subjects returns all inputs that are validated.
func (v Validation) subjects() []Subject {
	if v.Input == nil {
		return nil
	}
	return append([]Subject{{v.Input, v.Source}}, v.Others...)
}

// label is what endpoints of the input are told by: nothing where there is
// only one.
func (v Validation) label(in *tfstate.Input) string {
	if len(v.Others) == 0 || in == nil {
		return ""
	}
	return in.Label()
}

// analysed is what one subject exposes, and what it did before the change.
type analysed struct {
	Subject
	label  string
	after  *reach.Analysis
	before *before // nil when no plan changes anything
}

// analyses works out what each subject exposes beside the others.
func (v Validation) analyses() []analysed {
	subjects := v.subjects()
	q := reach.Question{Context: v.Context, Assume: v.Assume, ICMP: v.ICMP}
	for _, s := range subjects {
		q.Subjects = append(q.Subjects, s.Input)
	}
	out := make([]analysed, len(subjects))
	for i, a := range reach.AnalyzeAll(q, v.Catalogue.all()...) {
		out[i] = analysed{Subject: subjects[i], label: v.label(subjects[i].Input), after: a}
	}
	if !slices.ContainsFunc(q.Subjects, func(in *tfstate.Input) bool { return in.Kind == tfstate.Plan }) {
		return out
	}
	for i, in := range q.Subjects {
		q.Subjects[i] = priorOf(in)
	}
	for i, a := range reach.AnalyzeAll(q, v.Catalogue.all()...) {
		out[i].before = beforeOf(a)
	}
	return out
}

// describe adds to the report what the analyses say of their inputs as a
// whole.
func describe(report *exposure.Report, all []analysed) {
	names := []string{}
	counts := map[string]int{}
	for _, a := range all {
		names = append(names, a.Input.Name)
		if a.label != "" {
			report.Inputs = append(report.Inputs, a.label)
		}
		for id, statement := range a.after.Assumptions {
			report.Assumptions[id] = statement
		}
		for _, u := range a.after.Uncovered {
			counts[u.Type] += u.Count
		}
		report.Incomplete = appendNew(report.Incomplete, incompleteOf(a)...)
		report.Warnings = appendNew(report.Warnings, a.after.Warnings...)
		report.Warnings = appendNew(report.Warnings, forgotten(a.Input)...)
	}
	report.Input = strings.Join(names, ", ")
	report.Uncovered = []exposure.TypeCount{}
	for t, n := range counts {
		report.Uncovered = append(report.Uncovered, exposure.TypeCount{Type: t, Count: n})
	}
	slices.SortFunc(report.Uncovered, func(a, b exposure.TypeCount) int { return strings.Compare(a.Type, b.Type) })
}

// incompleteOf returns why the analysis does not show everything. Of several
// inputs each is named, as it is where it answers questions about another.
func incompleteOf(a analysed) []string {
	out := slices.Clone(a.after.Incomplete)
	if a.label == "" {
		return out
	}
	for i, reason := range out {
		if slices.Contains(a.Input.Incomplete, reason) {
			out[i] = a.label + ": " + reason
		}
	}
	return out
}

func appendNew(list []string, more ...string) []string {
	for _, s := range more {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// divide returns the endpoints that there are to look at, and those that a plan
// has yet to create or that admit nobody to look.
func (a analysed) divide() (now, notYet []exposure.Endpoint) {
	for _, e := range a.after.Endpoints {
		e.Input = a.label
		if e.Verdict == exposure.NotExposed {
			notYet = append(notYet, e)
			continue
		}
		present, absent := a.before.divide(e)
		now, notYet = append(now, present...), append(notYet, absent...)
	}
	for _, e := range a.after.Blocked {
		e.Input = a.label
		notYet = append(notYet, e)
	}
	return now, notYet
}

// closed returns what plans close.
func (a analysed) closed() []exposure.Endpoint {
	out := a.before.closed(a.after.Endpoints)
	for i := range out {
		out[i].Input = a.label
	}
	return out
}

// distinguish gives the endpoints that share an id, as those of the same
// address in two inputs do, one of their own, and names the input of findings.
func distinguish(report *exposure.Report) {
	var all []*exposure.Endpoint
	for i := range report.Results {
		all = append(all, &report.Results[i].Endpoint)
	}
	for i := range report.Closed {
		all = append(all, &report.Closed[i])
	}
	held := map[string]map[string]bool{} // id → inputs
	for _, e := range all {
		if held[e.ID] == nil {
			held[e.ID] = map[string]bool{}
		}
		held[e.ID][e.Input] = true
	}
	for _, e := range all {
		if len(held[e.ID]) > 1 {
			e.ID = exposure.InInput(e.ID, e.Input)
		}
	}
	for _, r := range report.Results {
		for i := range r.Findings {
			r.Findings[i].Input, r.Findings[i].EndpointID = r.Endpoint.Input, r.Endpoint.ID
		}
	}
}
