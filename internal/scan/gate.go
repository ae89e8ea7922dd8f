package scan

import (
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/policy"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/waiver"
)

// Gate says which findings fail a validation.
type Gate struct {
	FailOn          exposure.Severity // and worse
	FailOnUnscanned bool              // also endpoints that were left out on purpose
	Waivers         []exposure.Waiver
}

// judge marks the waived findings of the report and picks those that fail it.
func (g Gate) judge(now time.Time, report *exposure.Report) {
	var problems []string
	report.Findings, problems = waiver.Apply(now, g.Waivers, report.Findings)
	report.Warnings = append(report.Warnings, problems...)
	report.FailOn = g.FailOn
	report.Failing = []exposure.Finding{}
	for _, f := range report.Findings {
		if g.fails(f) {
			report.Failing = append(report.Failing, f)
		}
	}
	report.Passed = len(report.Failing) == 0
}

// fails reports whether a finding fails the gate. What was left out on purpose
// does so only on request; what could not be looked at always counts.
func (g Gate) fails(f exposure.Finding) bool {
	if f.Waiver != nil || f.Severity < g.FailOn || f.Severity == exposure.SeverityNone {
		return false
	}
	return f.Rule != policy.RuleLeftOut || g.FailOnUnscanned
}
