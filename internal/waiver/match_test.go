package waiver_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/waiver"
)

func accept(change func(*exposure.Waiver)) exposure.Waiver {
	w := exposure.Waiver{Reason: "bastion", Owner: "ops", Expires: noon.AddDate(0, 1, 0)}
	change(&w)
	return w
}

func sshFinding() exposure.Finding {
	return exposure.Finding{
		Rule: "open-port", Severity: exposure.SeverityCritical,
		ResourceAddress: "aws_instance.bastion[0]", Host: "bastion.example.com", Port: 22,
	}
}

func TestAWaiverCoversWhatAllItsFieldsFit(t *testing.T) {
	many := func(ranges ...exposure.PortRange) func(*exposure.Finding) {
		return func(f *exposure.Finding) { f.Ports = ranges }
	}
	whole := func(f *exposure.Finding) { f.Port = 0 }
	tests := []struct {
		name   string
		waiver func(*exposure.Waiver)
		change func(*exposure.Finding)
		want   bool
	}{
		{"rule", func(w *exposure.Waiver) { w.Rule = "open-port" }, nil, true},
		{"another rule", func(w *exposure.Waiver) { w.Rule = "open-ports" }, nil, false},
		{"resource", func(w *exposure.Waiver) { w.Resource = "aws_instance.bastion[0]" }, nil, true},
		{"resource pattern", func(w *exposure.Waiver) { w.Resource = "aws_instance.*" }, nil, true},
		{"another instance", func(w *exposure.Waiver) { w.Resource = "aws_instance.bastion[1]" }, nil, false},
		{"resource in another case", func(w *exposure.Waiver) { w.Resource = "aws_instance.Bastion[0]" }, nil, false},
		{"host in another case", func(w *exposure.Waiver) { w.Host = "BASTION.*.com" }, nil, true},
		{"another host", func(w *exposure.Waiver) { w.Host = "example.com" }, nil, false},
		{"port", func(w *exposure.Waiver) { w.Ports = []string{"22"} }, nil, true},
		{"range of ports", func(w *exposure.Waiver) { w.Ports = []string{"80", "20-25"} }, nil, true},
		{"another port", func(w *exposure.Waiver) { w.Ports = []string{"2222"} }, nil, false},
		{"one of many ports", func(w *exposure.Waiver) { w.Ports = []string{"22"} }, many(exposure.PortRange{Lo: 22, Hi: 22}, exposure.PortRange{Lo: 80, Hi: 80}), false},
		{"all of many ports", func(w *exposure.Waiver) { w.Ports = []string{"80", "22"} }, many(exposure.PortRange{Lo: 22, Hi: 22}, exposure.PortRange{Lo: 80, Hi: 80}), true},
		{"a range in parts", func(w *exposure.Waiver) { w.Ports = []string{"20-30", "31-40"} }, many(exposure.PortRange{Lo: 22, Hi: 35}), true},
		{"more than the range", func(w *exposure.Waiver) { w.Ports = []string{"20-30"} }, many(exposure.PortRange{Lo: 22, Hi: 35}), false},
		{"port of a whole endpoint", func(w *exposure.Waiver) { w.Ports = []string{"22"} }, whole, false},
		{"rule of a whole endpoint", func(w *exposure.Waiver) { w.Rule = "open-port" }, whole, true},
		{"severity", func(w *exposure.Waiver) { w.Rule, w.Severity = "open-port", exposure.SeverityCritical }, nil, true},
		{"a lower severity", func(w *exposure.Waiver) { w.Rule, w.Severity = "open-port", exposure.SeverityHigh }, nil, false},
		{"a higher severity", func(w *exposure.Waiver) { w.Rule, w.Severity = "open-port", exposure.SeverityHigh },
			func(f *exposure.Finding) { f.Severity = exposure.SeverityMedium }, true},
		{"all fields", func(w *exposure.Waiver) {
			w.Rule, w.Resource, w.Host, w.Ports = "open-port", "*bastion*", "*", []string{"22"}
		}, nil, true},
		{"all fields but one", func(w *exposure.Waiver) {
			w.Rule, w.Resource, w.Host, w.Ports = "open-port", "*bastion*", "*", []string{"23"}
		}, nil, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w, f := accept(test.waiver), sshFinding()
			if test.change != nil {
				test.change(&f)
			}
			open, waived, problems := waiver.Match(noon, []exposure.Waiver{w}, []exposure.Finding{f})
			if got := len(waived) == 1; got != test.want || len(open)+len(waived) != 1 || len(problems) != len(open) {
				t.Fatalf("Match(%+v, %+v) = %v, %v, %q, want it waived: %v", w, f, open, waived, problems, test.want)
			}
			if test.want {
				f.Waiver = &w
				if diff := cmp.Diff(f, waived[0]); diff != "" {
					t.Errorf("waived finding (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestAWaiverEndsAfterItsExpiry(t *testing.T) {
	w := accept(func(w *exposure.Waiver) { w.Rule, w.Expires = "open-port", noon })
	for _, test := range []struct {
		now     time.Time
		applies bool
	}{{noon.Add(-time.Hour), true}, {noon, true}, {noon.Add(time.Nanosecond), false}, {noon.AddDate(1, 0, 0), false}} {
		open, waived, problems := waiver.Match(test.now, []exposure.Waiver{w}, []exposure.Finding{sshFinding()})
		if (len(waived) == 1) != test.applies || (len(open) == 1) == test.applies {
			t.Errorf("Match at %v = %v, %v, want waived: %v", test.now, open, waived, test.applies)
		}
		want := "The waiver for rule open-port expired at 2026-03-01T12:00:00Z and does not apply; it covered 1 finding that is open again. Its owner is ops"
		if !test.applies && (len(problems) != 1 || problems[0] != want) {
			t.Errorf("Match at %v: problems = %q, want %q", test.now, problems, want)
		}
	}
}

func TestExpiredWaiversOfSeveralResourcesAreOneProblem(t *testing.T) {
	waivers, findings := []exposure.Waiver{}, []exposure.Finding{}
	of := func(resource, owner string, expires time.Time) {
		waivers = append(waivers, accept(func(w *exposure.Waiver) { w.Resource, w.Owner, w.Expires = resource, owner, expires }))
	}
	for _, key := range []string{"a", "b", "c", "d", "e"} {
		f := sshFinding()
		f.ResourceAddress = "module." + key + ".aws_instance.bastion"
		findings = append(findings, f)
		of(f.ResourceAddress, "ops", noon.AddDate(0, 0, -1))
	}
	of("module.a.aws_instance.bastion", "web", noon.AddDate(0, 0, -1))
	of("module.x.aws_instance.bastion", "ops", noon.AddDate(0, 0, -1))
	of("module.y.aws_instance.bastion", "ops", noon.AddDate(0, 0, 1))
	open, _, got := waiver.Match(noon, waivers, findings)
	resource := func(key string) string { return "module." + key + ".aws_instance.bastion" }
	want := []string{
		"The waiver for resource " + resource("a") + ", " + resource("b") + ", " + resource("c") + " and 2 more expired at 2026-02-28T12:00:00Z and does not apply; it covered 5 findings that are open again. Its owner is ops",
		"The waiver for resource " + resource("a") + " expired at 2026-02-28T12:00:00Z and does not apply; it covered 1 finding that is open again. Its owner is web",
		"The waiver for resource " + resource("x") + " expired at 2026-02-28T12:00:00Z and covers no open finding: it can be removed. Its owner is ops",
		"The waiver for resource " + resource("y") + " covers no finding: it is misspelt, or can be removed. Its owner is ops",
	}
	if diff := cmp.Diff(want, got); diff != "" || len(open) != 5 {
		t.Errorf("Match = %d open, problems (-want +got):\n%s", len(open), diff)
	}
}

func TestProblemsAreInTheOrderOfTheWaivers(t *testing.T) {
	waivers := []exposure.Waiver{
		accept(func(w *exposure.Waiver) { w.Rule, w.Ports = "http-sso", []string{"80", "443"} }),
		accept(func(w *exposure.Waiver) { w.Resource, w.Expires = "aws_lb.gone", noon.AddDate(0, 0, -1) }),
		accept(func(w *exposure.Waiver) { w.Rule = "open-port" }),
		accept(func(w *exposure.Waiver) {}),
		accept(func(w *exposure.Waiver) { w.Rule, w.Owner = "open-port", "" }),
	}
	open, waived, problems := waiver.Match(noon, waivers, []exposure.Finding{sshFinding()})
	if len(open) != 0 || len(waived) != 1 || waived[0].Waiver.Owner != "ops" {
		t.Errorf("Match = %v, %v, want the finding waived by ops", open, waived)
	}
	want := []string{
		"The waiver for rule http-sso, ports 80, 443 covers no finding: it is misspelt, or can be removed. Its owner is ops",
		"The waiver for resource aws_lb.gone expired at 2026-02-28T12:00:00Z and covers no open finding: it can be removed. Its owner is ops",
		"The waiver for everything is invalid and does not apply: it would cover every finding: at least one of rule, resource, host and ports is required",
		"The waiver for rule open-port is invalid and does not apply: owner is required",
	}
	if diff := cmp.Diff(want, problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestEveryWaiverThatCoversAFindingIsUsedAndTheFirstIsShown(t *testing.T) {
	waivers := []exposure.Waiver{
		accept(func(w *exposure.Waiver) { w.Rule, w.Owner, w.Expires = "open-port", "gone", noon.AddDate(0, 0, -1) }),
		accept(func(w *exposure.Waiver) { w.Rule, w.Owner = "open-port", "first" }),
		accept(func(w *exposure.Waiver) { w.Host, w.Owner = "*.example.com", "second" }),
	}
	_, waived, problems := waiver.Match(noon, waivers, []exposure.Finding{sshFinding()})
	if len(waived) != 1 || waived[0].Waiver.Owner != "first" {
		t.Errorf("Match waived %v, want the finding with the first waiver that is in force", waived)
	}
	if len(problems) != 1 || !strings.Contains(problems[0], "covers no open finding: it can be removed. Its owner is gone") {
		t.Errorf("problems = %q, want the expired one alone", problems)
	}
}

func TestMatchChangesNothingItIsGiven(t *testing.T) {
	old := accept(func(w *exposure.Waiver) { w.Rule = "left over" })
	finding := sshFinding()
	finding.Waiver = &old
	findings := []exposure.Finding{finding}
	waivers := []exposure.Waiver{accept(func(w *exposure.Waiver) { w.Rule = "open-port" })}
	_, waived, _ := waiver.Match(noon, waivers, findings)
	waived[0].Waiver.Owner = "changed"
	if findings[0].Waiver != &old || waivers[0].Owner != "ops" {
		t.Errorf("Match changed its arguments: %+v, %+v", findings, waivers)
	}
	open, waived, problems := waiver.Match(noon, nil, findings)
	if len(open) != 1 || open[0].Waiver != nil || waived == nil || problems == nil {
		t.Errorf("Match without waivers = %v, %v, %v, want the finding open and no nil", open, waived, problems)
	}
}

func TestAWaiverSaysThatWhatItIsForIsWorse(t *testing.T) {
	w := accept(func(w *exposure.Waiver) { w.Rule, w.Severity = "open-port", exposure.SeverityMedium })
	mild := sshFinding()
	mild.Severity = exposure.SeverityMedium
	for _, test := range []struct {
		findings []exposure.Finding
		want     []string
	}{
		{[]exposure.Finding{sshFinding()}, []string{"The waiver for rule open-port, severity up to medium accepts no finding: what it is for is worse than it accepts. Its owner is ops"}},
		{[]exposure.Finding{sshFinding(), sshFinding()}, []string{"The waiver for rule open-port, severity up to medium accepts no finding: the 2 that it is for are worse than it accepts. Its owner is ops"}},
		{[]exposure.Finding{sshFinding(), mild}, []string{}},
	} {
		open, _, problems := waiver.Match(noon, []exposure.Waiver{w}, test.findings)
		if diff := cmp.Diff(test.want, problems); diff != "" || len(open) == 0 || open[0].Severity != exposure.SeverityCritical {
			t.Errorf("Match of %d findings: open %v, problems (-want +got):\n%s", len(test.findings), open, diff)
		}
	}
}
