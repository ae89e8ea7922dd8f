package scan

import (
	"context"
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/policy"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfsource"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// Validation is what to validate: the endpoints of a state or plan, endpoints
// that the user declared, or both.
type Validation struct {
	Request                // Endpoints holds the declared ones
	Input   *tfstate.Input // nil: declared endpoints only
	Offline bool           // analysis only; Store may then be nil
	Gate    Gate

	// Context are states that answer questions about Input, and from which
	// nothing is validated. Their names differ.
	Context []*tfstate.Input

	// Source is the configuration that the input was made from, for the lines
	// of the path and for the waivers in its comments. It may be nil.
	Source *tfsource.Source

	// Catalogue is what is known of resource types. The input and its context
	// were read for it. Nil: what the analysis brings.
	Catalogue *Catalogue
}

// Validate analyses the input, scans what is there to be scanned, and says
// whether the gate passes. Errors are those of Run.
func Validate(ctx context.Context, v Validation) (exposure.Report, error) {
	report := exposure.Report{Offline: v.Offline, Assumptions: map[string]string{}}
	there, notYet := slices.Clone(v.Endpoints), []exposure.Endpoint{}
	var prior *before
	if v.Input != nil {
		report.Input = v.Input.Name
		there, notYet, prior = v.analyse(&report, there)
	}
	if v.Offline {
		there, notYet = nil, slices.Concat(there, notYet)
	}
	if len(there) > 0 {
		v.Endpoints, v.LookAgainFrom = there, v.Gate.FailOn
		outcome, err := Run(ctx, v.Request)
		if err != nil {
			return exposure.Report{}, err
		}
		report.Results = append(report.Results, outcome.Results...)
		report.Warnings = append(report.Warnings, outcome.Warnings...)
	}
	for _, e := range notYet {
		report.Results = append(report.Results, v.predict(e))
	}
	finish(&report, prior)
	v.placeHops(report.Results)
	v.Gate.Waivers = slices.Concat(v.Gate.Waivers, v.commented(&report))
	v.Gate.judge(v.Now(), &report)
	return report, nil
}

// analyse adds what the input says to the report and divides its endpoints:
// those to look at, and those that a plan has yet to create or that admit
// nobody to look. It also returns what was there before a plan.
func (v Validation) analyse(report *exposure.Report, there []exposure.Endpoint) (now, notYet []exposure.Endpoint, prior *before) {
	a := reach.AnalyzeWith(v.Input, v.Context, v.Catalogue.all()...)
	report.Assumptions, report.Uncovered, report.Incomplete = a.Assumptions, a.Uncovered, a.Incomplete
	report.Warnings = slices.Clone(a.Warnings)
	prior = beforeOf(v.Input, v.Context, v.Catalogue)
	report.Closed = prior.closed(a.Endpoints)
	v.tag(a.Endpoints)
	v.misspelt(report, a.Endpoints)
	for _, e := range a.Endpoints {
		if e.Verdict == exposure.NotExposed {
			notYet = append(notYet, e)
			continue
		}
		present, absent := prior.divide(e)
		there, notYet = append(there, present...), append(notYet, absent...)
	}
	return there, append(notYet, a.Blocked...), prior
}

// predict says what an endpoint would be that nobody looks at in this run.
func (v Validation) predict(e exposure.Endpoint) exposure.Result {
	r := exposure.Result{Endpoint: e, Findings: policy.Predicted(e, v.Settings.IsHTTP)}
	if len(r.Findings) > 0 {
		r.Severity = r.Findings[0].Severity
	}
	return r
}

// finish orders the report, gathers its findings and says what a plan changes.
func finish(report *exposure.Report, prior *before) {
	slices.SortStableFunc(report.Results, func(a, b exposure.Result) int { return exposure.CompareEndpoints(a.Endpoint, b.Endpoint) })
	report.Findings = []exposure.Finding{}
	for i, r := range report.Results {
		report.Results[i].Change = prior.change(r.Endpoint)
		report.Findings = append(report.Findings, r.Findings...)
	}
	exposure.SortFindings(report.Findings)
}
