package scan_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/policy"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
)

const ownRule = `# METADATA
# title: Banner that Acme forbids
# description: It tells strangers what runs there.
# custom:
#   severity: high
#   fix: Turn the banner off.
#   evidence: [banner]
package dynamicscan.hostrules.acme_banner

found contains "speaks" if input.banner != ""
`

func TestAWaiverNamesARuleThatThereIs(t *testing.T) {
	for _, rule := range []string{policy.RuleOpenPort, policy.RuleNotScanned, policy.HostRuleIDs()[0]} {
		// That a rule is left out today is no reason to throw the waiver away.
		if err := scan.WaivableRules(settings.HostRules{Enabled: true, Skip: []string{rule}})(rule); err != nil {
			t.Errorf("%s: %v, want it known", rule, err)
		}
	}
	for rule, want := range map[string]string{
		"open-prot":      `no rule has the id "open-prot"; alike are "open-port"`,
		"Open-Port":      `no rule has the id "Open-Port"; alike are "open-port"`,
		"authentication": `"http-no-authentication"`,
		"xyzzy":          `no rule has the id "xyzzy"; the report names the rule of each finding`,
	} {
		if err := scan.WaivableRules(settings.HostRules{})(rule); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", rule, err, want)
		}
	}
}

func TestAWaiverMayNameARuleOfTheUser(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "acme.rego"), []byte(ownRule), 0o600); err != nil {
		t.Fatal(err)
	}
	if setting, err := scan.CheckHostRules(settings.HostRules{Enabled: true, Folder: folder}); err != nil {
		t.Fatalf("the rule of the test is broken: %v: %v", setting, err)
	}
	check := scan.WaivableRules(settings.HostRules{Folder: folder})
	if err := check("acme-banner"); err != nil {
		t.Errorf("acme-banner: %v, want it known", err)
	}
	if err := check("acme-baner"); err == nil || !strings.Contains(err.Error(), `"acme-banner"`) {
		t.Errorf("acme-baner: %v, want acme-banner proposed", err)
	}
}

func TestAMisspeltRuleInSkipIsAnsweredWithThoseAlike(t *testing.T) {
	const want = `http-no-hst: no such host configuration rule; alike are "http-no-hsts"`
	setting, err := scan.CheckHostRules(settings.HostRules{Enabled: true, Skip: []string{"telnet", "http-no-hst"}})
	if err == nil || err.Error() != want || strings.Join(setting, ".") != "host_configuration_rules.skip" {
		t.Errorf("CheckHostRules(skip http-no-hst) = %q, %v, want host_configuration_rules.skip, %s", setting, err, want)
	}
}
