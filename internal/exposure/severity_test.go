package exposure_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

func TestSeveritiesAreReadAsTheyAreWritten(t *testing.T) {
	names := exposure.Severities()
	for i, name := range names {
		s, err := exposure.ParseSeverity(name)
		if err != nil || s.String() != name {
			t.Errorf("ParseSeverity(%q) = %v, %v", name, s, err)
		}
		if want := exposure.Severity(len(names) - 1 - i); s != want {
			t.Errorf("ParseSeverity(%q) = %d, want %d: worst first", name, s, want)
		}
	}
	for _, name := range []string{"", "Critical", "info", " high"} {
		if s, err := exposure.ParseSeverity(name); err == nil {
			t.Errorf("ParseSeverity(%q) = %v, want an error", name, s)
		}
	}
	if got := exposure.Severity(7).String(); got != "Severity(7)" {
		t.Errorf("Severity(7).String() = %q", got)
	}
}

func TestAReportCountsWhatItHolds(t *testing.T) {
	result := func(v exposure.Verdict, scope exposure.SourceScope, o *exposure.Observation) exposure.Result {
		return exposure.Result{Endpoint: exposure.Endpoint{Verdict: v, Scope: scope}, Observed: o}
	}
	r := exposure.Report{
		Results: []exposure.Result{
			result(exposure.Exposed, exposure.ScopeWorld, &exposure.Observation{PortStatus: exposure.StatusOpen, FromStore: true}),
			result(exposure.Exposed, exposure.ScopeWorld, &exposure.Observation{PortStatus: exposure.StatusClosed}),
			result(exposure.Exposed, exposure.ScopeBroad, &exposure.Observation{PortStatus: exposure.StatusScanFailed}),
			result(exposure.Unknown, exposure.ScopeWorld, nil),
			result(exposure.NotExposed, exposure.ScopeRestricted, nil),
			result(exposure.NotExposed, exposure.ScopeNone, nil),
			result(exposure.NotExposed, "", nil),
		},
		Findings: []exposure.Finding{
			{Rule: "a", Failing: true}, {Rule: "b", Waiver: &exposure.Waiver{}}, {Rule: "c"}, {Rule: "d", Failing: true},
		},
		Uncovered: []exposure.TypeCount{{Type: "x", Count: 3}},
	}
	want := exposure.Summary{
		Exposed: 3, Restricted: 1, Unknown: 1, NotExposed: 2, Scanned: 2, Open: 1, NotScanned: 1,
		Findings: 4, Waived: 1, Failing: 2, Uncovered: 1, FromStore: 1,
	}
	if diff := cmp.Diff(want, r.Summary()); diff != "" {
		t.Errorf("Summary() (-want +got):\n%s", diff)
	}
	rules := []string{}
	for _, f := range r.Failing() {
		rules = append(rules, f.Rule)
	}
	if !slices.Equal(rules, []string{"a", "d"}) {
		t.Errorf("Failing() = %v, want a and d", rules)
	}
	if (exposure.Report{}).Failing() == nil {
		t.Error("Failing() of nothing is nil")
	}
}
