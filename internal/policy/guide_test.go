package policy_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/policy"
)

var update = flag.Bool("update", false, "write the table of rules into the guide")

const guide = "../../templates/guides/host-configuration-rules.md"

// guideTable is the list of rules as the guide has it.
func guideTable(t *testing.T) string {
	t.Helper()
	rules, err := hostRules(t).Rules()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("\n| Rule | Severity | Finding | Reads |\n| --- | --- | --- | --- |\n")
	for _, r := range rules {
		title := r.Title
		if r.Reference != "" {
			title = "[" + r.Title + "](" + r.Reference + ")"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | `%s` |\n", r.ID, r.Severity, title, strings.Join(r.Evidence, "`, `"))
	}
	return b.String() + "\n"
}

func TestTheGuideListsEveryRule(t *testing.T) {
	text, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- rules: begin -->\n", "<!-- rules: end -->"
	before, rest, found := strings.Cut(string(text), begin)
	got, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("%s has no place for the table", guide)
	}
	if *update {
		if err := os.WriteFile(guide, []byte(before+begin+guideTable(t)+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := gocmp.Diff(guideTable(t), got); diff != "" {
		t.Errorf("go test ./internal/policy -run Guide -update writes the table (-want +got):\n%s", diff)
	}
}

func TestTheRuleOfTheGuideWorks(t *testing.T) {
	text, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```rego\n")
	rule, _, _ := strings.Cut(rest, "```")
	h, err := policy.NewHostRules(nil, fstest.MapFS{"ssh.rego": {Data: []byte(rule)}})
	if err != nil {
		t.Fatal(err)
	}
	for banner, want := range map[string][]string{
		"SSH-2.0-OpenSSH_7.4": {"203.0.113.7:22 runs OpenSSH_7.4."}, "SSH-2.0-OpenSSH_9.6": {},
	} {
		got := said(t, h, "old-openssh", hostCase{Port: exposure.PortObservation{Port: 22, Banner: banner}})
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", banner, diff)
		}
	}
}
