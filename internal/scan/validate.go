package scan

import (
	"context"
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/policy"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/clouds"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// Validation is what to validate: the endpoints of a state or plan, endpoints
// that the user declared, or both.
type Validation struct {
	Request                // Endpoints holds the declared ones
	Input   *tfstate.Input // nil: declared endpoints only
	Offline bool           // analysis only; Store may then be nil
	Gate    Gate
}

// Validate analyses the input, scans what is there to be scanned, and says
// whether the gate passes. Errors are those of Run.
func Validate(ctx context.Context, v Validation) (exposure.Report, error) {
	report := exposure.Report{Offline: v.Offline, Assumptions: map[string]string{}}
	there, notYet := slices.Clone(v.Endpoints), []exposure.Endpoint{}
	if v.Input != nil {
		report.Input = v.Input.Name
		there, notYet = v.analyse(&report, there)
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
		report.Warnings = outcome.Warnings
	}
	for _, e := range notYet {
		report.Results = append(report.Results, v.predict(e))
	}
	finish(&report)
	v.Gate.judge(v.Now(), &report)
	return report, nil
}

// analyse adds what the input says to the report and divides its endpoints:
// those to look at, and those that a plan has yet to create or that admit
// nobody to look.
func (v Validation) analyse(report *exposure.Report, there []exposure.Endpoint) (now, notYet []exposure.Endpoint) {
	a := reach.Analyze(v.Input, clouds.All()...)
	report.Assumptions, report.Uncovered, report.Incomplete = a.Assumptions, a.Uncovered, a.Incomplete
	existing := v.existing()
	for _, e := range a.Endpoints {
		if e.Verdict == exposure.NotExposed || !existing(e) {
			notYet = append(notYet, e)
			continue
		}
		there = append(there, e)
	}
	return there, append(notYet, a.Blocked...)
}

// existing returns whether an endpoint is there already: always for a state,
// and for a plan when it was reachable under the same id and at the same host
// before the change. An address that a plan moves to the endpoint is not yet
// its own.
func (v Validation) existing() func(exposure.Endpoint) bool {
	if v.Input.Kind != tfstate.Plan {
		return func(exposure.Endpoint) bool { return true }
	}
	before := map[string]string{}
	prior := reach.Analyze(&tfstate.Input{Name: v.Input.Name, Kind: tfstate.State, Resources: v.Input.Prior}, clouds.All()...)
	for _, e := range prior.Endpoints {
		if e.Verdict != exposure.NotExposed {
			before[e.ID] = e.Host
		}
	}
	return func(e exposure.Endpoint) bool { return e.Host != "" && before[e.ID] == e.Host }
}

// predict says what an endpoint would be that nobody looks at in this run.
func (v Validation) predict(e exposure.Endpoint) exposure.Result {
	r := exposure.Result{Endpoint: e, Findings: policy.Predicted(e, v.Settings.IsHTTP)}
	if len(r.Findings) > 0 {
		r.Severity = r.Findings[0].Severity
	}
	return r
}

// finish orders the report and gathers its findings.
func finish(report *exposure.Report) {
	slices.SortStableFunc(report.Results, func(a, b exposure.Result) int { return exposure.CompareEndpoints(a.Endpoint, b.Endpoint) })
	report.Findings = []exposure.Finding{}
	for _, r := range report.Results {
		report.Findings = append(report.Findings, r.Findings...)
	}
	exposure.SortFindings(report.Findings)
}
