package scan

import (
	"context"
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/policy"
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
	// nothing is validated. The names of all inputs differ.
	Context []*tfstate.Input

	// Source is the configuration that the input was made from, for the lines
	// of the path and for the waivers in its comments. It may be nil.
	Source *tfsource.Source

	// Catalogue is what is known of resource types. The input and its context
	// were read for it. Nil: what the analysis brings.
	Catalogue *Catalogue

	// Others are further inputs to validate in the same run. Each input answers
	// questions about the others, and every result names its own.
	Others []Subject

	// Assume says what is taken for granted that nothing declares.
	Assume Profile

	// ICMP makes endpoints, which nobody probes, of hosts that answer to ICMP.
	ICMP bool
}

// Validate analyses the input, scans what is there to be scanned, and says
// whether the gate passes. Errors are those of Run.
func Validate(ctx context.Context, v Validation) (exposure.Report, error) {
	report := exposure.Report{Offline: v.Offline, Assumptions: map[string]string{}}
	there, notYet := slices.Clone(v.Endpoints), []exposure.Endpoint{}
	if err := v.tooOld(); err != nil {
		return exposure.Report{}, err
	}
	all := v.analyses()
	if len(all) > 0 {
		describe(&report, all)
	}
	found := []exposure.Endpoint{}
	for _, a := range all {
		v.tag(a.Input, a.after.Endpoints)
		found = append(found, a.after.Endpoints...)
		now, later := a.divide()
		there, notYet = append(there, now...), append(notYet, later...)
		report.Closed = append(report.Closed, a.closed()...)
	}
	exposure.SortEndpoints(report.Closed)
	v.misspelt(&report, slices.Concat(v.Endpoints, found))
	v.Disowned = v.disowned(all)
	report.Warnings = append(report.Warnings, claims(slices.Concat(v.Request.Endpoints, found))...)
	if v.Offline {
		there, notYet = nil, slices.Concat(there, notYet)
	}
	if len(there) > 0 {
		v.Endpoints, v.LookAgainFrom, v.Accepted = there, v.Gate.FailOn, v.accepted()
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
	finish(&report, all)
	v.placeHops(report.Results)
	v.Gate.Waivers = slices.Concat(v.Gate.Waivers, v.commented(&report))
	v.Gate.judge(v.Now(), &report)
	return report, nil
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
func finish(report *exposure.Report, all []analysed) {
	slices.SortStableFunc(report.Results, func(a, b exposure.Result) int { return exposure.CompareEndpoints(a.Endpoint, b.Endpoint) })
	prior := map[string]*before{} // by the label of the input
	for _, a := range all {
		prior[a.label] = a.before
	}
	for i, r := range report.Results {
		report.Results[i].Change = prior[r.Endpoint.Input].change(r.Endpoint)
	}
	distinguish(report)
	report.Findings = []exposure.Finding{}
	for _, r := range report.Results {
		report.Findings = append(report.Findings, r.Findings...)
	}
	exposure.SortFindings(report.Findings)
}
