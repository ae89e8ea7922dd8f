package scan

import (
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/policy"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/waiver"
)

// Gate says which findings fail a validation.
type Gate struct {
	FailOn          exposure.Severity // and worse; none fails on nothing
	FailOnUnscanned bool              // also endpoints that were left out on purpose
	Waivers         []exposure.Waiver
}

// judge marks the findings of the report that are waived and those that fail it.
func (g Gate) judge(now time.Time, report *exposure.Report) {
	open, waived, problems := waiver.Match(now, g.Waivers, report.Findings)
	report.Findings = append(open, waived...)
	exposure.SortFindings(report.Findings)
	report.Warnings = append(report.Warnings, problems...)
	report.FailOn = g.FailOn
	report.Passed = true
	for i := range report.Findings {
		f := &report.Findings[i]
		f.Failing = g.fails(*f)
		report.Passed = report.Passed && !f.Failing
	}
}

// fails reports whether a finding fails the gate. What was left out on purpose
// does so only on request; what could not be looked at always counts.
func (g Gate) fails(f exposure.Finding) bool {
	if f.Waiver != nil || g.FailOn == exposure.SeverityNone || f.Severity < g.FailOn {
		return false
	}
	return f.Rule != policy.RuleLeftOut || g.FailOnUnscanned
}
