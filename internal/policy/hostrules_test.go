package policy_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/policy"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probe/services"
)

// lookedAt is when the observations of these tests were made.
var lookedAt = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// hostCase is one observation of a port, and what a rule says about it.
type hostCase struct {
	Host     string                   `json:"host"` // 203.0.113.7 when it is empty
	Port     exposure.PortObservation `json:"port"`
	Evidence string                   `json:"evidence"`
}

// hostCases are those of one rule, in a file beside it.
type hostCases struct {
	Fail []hostCase `json:"fail"`
	Pass []hostCase `json:"pass"`
}

func casesOf(t *testing.T, id string) hostCases {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("hostrules", "testdata", id+".json"))
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.DisallowUnknownFields()
	var cases hostCases
	if err := decoder.Decode(&cases); err != nil {
		t.Fatalf("hostrules/testdata/%s.json: %v", id, err)
	}
	return cases
}

func hostRules(t *testing.T, skip ...string) *policy.HostRules {
	t.Helper()
	h, err := policy.NewHostRules(skip, nil)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// said returns the evidence of each finding of a rule about one open port.
func said(t *testing.T, h *policy.HostRules, id string, c hostCase) []string {
	t.Helper()
	p := c.Port
	p.Result = exposure.Open
	o := exposure.Observation{PortStatus: exposure.StatusOpen, Ports: []exposure.PortObservation{p}, PortsProbed: 1, ScannedAt: lookedAt}
	findings, err := h.Findings(t.Context(), exposure.Endpoint{Host: cmp.Or(c.Host, "203.0.113.7"), ResourceAddress: "aws_instance.web"}, o)
	if err != nil {
		t.Errorf("Findings(%+v) = %v", p, err)
	}
	out := []string{}
	for _, f := range findings {
		if f.Rule == id {
			out = append(out, f.Evidence)
		}
	}
	return out
}

func TestEveryHostRuleFindsWhatItShouldAndNothingElse(t *testing.T) {
	h := hostRules(t)
	for _, id := range policy.HostRuleIDs() {
		cases := casesOf(t, id)
		if len(cases.Fail) == 0 || len(cases.Pass) == 0 {
			t.Errorf("rule %s has %d failing and %d passing inputs, want one of each", id, len(cases.Fail), len(cases.Pass))
		}
		for _, c := range cases.Fail {
			if diff := gocmp.Diff([]string{c.Evidence}, said(t, h, id, c)); diff != "" {
				t.Errorf("rule %s on %s (-want +got):\n%s", id, shown(c.Port), diff)
			}
		}
		for _, c := range cases.Pass {
			if got := said(t, h, id, c); len(got) > 0 {
				t.Errorf("rule %s on %s = %q, want nothing", id, shown(c.Port), got)
			}
		}
	}
}

func shown(p exposure.PortObservation) string {
	text, err := json.Marshal(p)
	return fmt.Sprint(string(text), err)
}

// What a probe did not learn is neither good nor bad.
func TestAHostRuleSaysNothingWithoutItsEvidence(t *testing.T) {
	h := hostRules(t)
	for _, id := range policy.HostRuleIDs() {
		for _, c := range casesOf(t, id).Fail {
			for what, change := range map[string]func(*exposure.PortObservation){
				"nothing":     func(p *exposure.PortObservation) { *p = exposure.PortObservation{Port: p.Port} },
				"no TLS":      func(p *exposure.PortObservation) { p.TLS = nil },
				"no HTTP":     func(p *exposure.PortObservation) { p.HTTP = nil },
				"no banner":   func(p *exposure.PortObservation) { p.Banner = "" },
				"a reason":    func(p *exposure.PortObservation) { p.Evidence = giveUp(p.Evidence) },
				"no evidence": func(p *exposure.PortObservation) { p.Evidence = nil },
				"no facts":    func(p *exposure.PortObservation) { p.Evidence = emptied(p.Evidence) },
			} {
				without := c
				if change(&without.Port); gocmp.Equal(without, c) {
					continue
				}
				if got := said(t, h, id, without); len(got) > 0 && needs(t, h, id, what) {
					t.Errorf("rule %s with %s = %q, want nothing", id, what, got)
				}
			}
		}
	}
}

// needs reports whether a rule reads what is taken away.
func needs(t *testing.T, h *policy.HostRules, id, what string) bool {
	t.Helper()
	rules, err := h.Rules()
	if err != nil {
		t.Fatal(err)
	}
	reads := rules[slices.IndexFunc(rules, func(r policy.HostRule) bool { return r.ID == id })].Evidence
	switch what {
	case "no TLS":
		return slices.Contains(reads, "tls")
	case "no HTTP":
		return slices.Contains(reads, "http")
	case "no banner":
		return slices.Contains(reads, "banner")
	}
	return true
}

func giveUp(all []exposure.Evidence) []exposure.Evidence {
	out := slices.Clone(all)
	for i := range out {
		out[i] = exposure.Evidence{Probe: out[i].Probe, Fields: out[i].Fields, Reason: "no answer within 5s"}
	}
	return out
}

func emptied(all []exposure.Evidence) []exposure.Evidence {
	out := slices.Clone(all)
	for i := range out {
		out[i].Fields = map[string]any{}
	}
	return out
}

func TestHostRulesReadWhatProbesBring(t *testing.T) {
	rules, err := hostRules(t).Rules()
	if err != nil {
		t.Fatal(err)
	}
	brought, read := []string{"banner", "http", "tls"}, []string{}
	for _, p := range services.Probes() {
		brought = append(brought, p.ID)
	}
	for _, r := range rules {
		read = append(read, r.Evidence...)
		for _, e := range r.Evidence {
			if !slices.Contains(brought, e) {
				t.Errorf("rule %s reads %q, which no probe brings", r.ID, e)
			}
		}
		if !strings.HasPrefix(r.Reference, "https://") || !strings.HasSuffix(r.Why, ".") || !strings.HasSuffix(r.Fix, ".") {
			t.Errorf("rule %s: reference %q, why %q, fix %q, want a URL and sentences", r.ID, r.Reference, r.Why, r.Fix)
		}
	}
	for _, p := range services.Probes() {
		if !slices.Contains(read, p.ID) {
			t.Errorf("no rule reads what the probe %s brings", p.ID)
		}
	}
}

const ownRule = `# METADATA
# title: Old OpenSSH
# description: It has known holes.
# custom:
#   severity: high
#   fix: Upgrade it.
#   evidence: [banner]
package dynamicscan.hostrules.old_openssh

found contains sprintf("runs %s", [input.banner]) if contains(input.banner, "OpenSSH_7.")
`

func TestARuleOfAUserIsAskedBesideOurs(t *testing.T) {
	h, err := policy.NewHostRules([]string{"tls-certificate-expired"}, fstest.MapFS{
		"ssh.rego": {Data: []byte(ownRule)}, "ssh_test.rego": {Data: []byte("no rule")}, "README.md": {Data: []byte("nor this")},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := said(t, h, "old-openssh", hostCase{Port: exposure.PortObservation{Port: 22, Banner: "SSH-2.0-OpenSSH_7.4"}})
	if diff := gocmp.Diff([]string{"203.0.113.7:22 runs SSH-2.0-OpenSSH_7.4."}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := said(t, h, "tls-certificate-expired", casesOf(t, "tls-certificate-expired").Fail[0]); len(got) > 0 {
		t.Errorf("a rule that is left out says %q", got)
	}
}

func TestARuleThatCannotBeUsedNamesItsPlace(t *testing.T) {
	with := func(old, new string) string { return strings.ReplaceAll(ownRule, old, new) }
	tests := []struct{ name, text, want string }{
		{"no Rego", with("contains(", "contains(("), "ssh.rego:10:"},
		{"another package", with("hostrules.old", "elsewhere.old"), "ssh.rego:8:1: the package has to be dynamicscan.hostrules and a name"},
		{"no rule", with("found contains", "finds contains"), "ssh.rego:8:1: the package defines no set found"},
		{"no annotation", with("# METADATA", "#"), "ssh.rego:8:1: the package has no METADATA"},
		{"a wrong severity", with("high", "bad"), `ssh.rego:8:1: METADATA, custom.severity: severity "bad" is none of`},
		{"no fix", with("fix:", "mend:"), "ssh.rego:8:1: METADATA, custom.fix"},
		{"no evidence", with("evidence:", "reads:"), "ssh.rego:8:1: METADATA, custom.evidence"},
		{"a misspelt field", with("[input.banner]", "[input.baner]"), "ssh.rego:10:"},
		{"the network", with(`contains(input.banner, "OpenSSH_7.")`, `http.send({"method": "get"})`), "http.send is not available to a host configuration rule"},
		{"our id", with("old_openssh", "tls_certificate_expired"), "the rule tls-certificate-expired has the id of one of the product's"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := policy.NewHostRules(nil, fstest.MapFS{"ssh.rego": {Data: []byte(test.text)}})
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("NewHostRules = %v, want one line with %q", err, test.want)
			}
		})
	}
}

func TestAnUnknownIDIsTold(t *testing.T) {
	_, err := policy.NewHostRules([]string{"tls-certificate-expired", "tls-expired"}, nil)
	var unknown *policy.UnknownRuleError
	if !errors.As(err, &unknown) || !slices.Equal(unknown.IDs, []string{"tls-expired"}) {
		t.Errorf("NewHostRules = %v, want an error of the id that is unknown", err)
	}
}

// The other rules go on, and the one that hangs is told.
func TestARuleThatHangsIsAnErrorAndNoGoodAnswer(t *testing.T) {
	h, err := policy.NewHostRules(nil, fstest.MapFS{"ssh.rego": {Data: []byte(strings.ReplaceAll(ownRule,
		`contains(input.banner, "OpenSSH_7.")`, `count([1 | some x in numbers.range(1, 100000); some y in numbers.range(1, 100000); x == y]) > 0`))}})
	if err != nil {
		t.Fatal(err)
	}
	p := casesOf(t, "tls-certificate-expired").Fail[0].Port
	p.Banner, p.Result = "SSH", exposure.Open
	findings, err := h.Findings(t.Context(), exposure.Endpoint{Host: "203.0.113.7"}, exposure.Observation{Ports: []exposure.PortObservation{p}, ScannedAt: lookedAt})
	if err == nil || !strings.Contains(err.Error(), "host configuration rule old-openssh: no answer within 250ms") {
		t.Errorf("Findings = %v, want the rule and its limit", err)
	}
	if len(findings) == 0 || findings[0].Rule != "tls-certificate-expired" {
		t.Errorf("findings %+v, want that of the other rule", findings)
	}
}

// A rule that says "not" would take what is missing for bad, were it asked.
func TestARuleIsNotAskedWhereItsEvidenceIsMissing(t *testing.T) {
	text := strings.NewReplacer("[banner]", "[tls]", `sprintf("runs %s", [input.banner])`, `"is not TLS 1.3"`,
		`contains(input.banner, "OpenSSH_7.")`, `not input.tls.version == "TLS 1.3"`).Replace(ownRule)
	h, err := policy.NewHostRules(nil, fstest.MapFS{"tls.rego": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	for version, want := range map[string]int{"": 0, "TLS 1.2": 1, "TLS 1.3": 0} {
		c := hostCase{Port: exposure.PortObservation{Port: 443}}
		if version != "" {
			c.Port.TLS = &exposure.TLS{Version: version}
		}
		if got := said(t, h, "old-openssh", c); len(got) != want {
			t.Errorf("with %q the rule says %q, want %d clauses", version, got, want)
		}
	}
}
