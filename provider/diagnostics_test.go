package provider_test

import (
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/policy"
	"github.com/dynamicscan/terraform-provider-dynamicscan/provider"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/zclconf/go-cty/cty"
)

func TestToldSaysWhatWasSeenWhyAndWhatToDo(t *testing.T) {
	byReference := exposure.Endpoint{ID: "1"}
	analysed := exposure.Endpoint{ID: "1", Hops: []exposure.Hop{
		{Summary: "aws_instance.web has the public address 203.0.113.7"},
		{Summary: "aws_security_group.web allows 0.0.0.0/0 to port 443", Remedy: "Narrow ingress[0] of aws_security_group.web"},
	}}
	finding := exposure.Finding{
		Rule: policy.RuleNoAuthentication, Title: "Page open to the internet", ResourceAddress: "aws_instance.web", EndpointID: "1", Evidence: "203.0.113.7:443 answered.",
	}
	as := func(rule, evidence string) exposure.Finding {
		f := finding
		f.Rule, f.Evidence = rule, evidence
		return f
	}
	const reason = " It is reachable because aws_instance.web has the public address 203.0.113.7 and aws_security_group.web allows 0.0.0.0/0 to port 443."
	tests := []struct {
		name     string
		findings []exposure.Finding
		endpoint exposure.Endpoint
		want     string
	}{
		{"of a state", []exposure.Finding{finding}, analysed, "203.0.113.7:443 answered." + reason + "\n\n" +
			"Narrow ingress[0] of aws_security_group.web. To accept the risk instead, add a waiver for rule http-no-authentication with a reason, an owner and an end date."},
		{"by reference", []exposure.Finding{finding}, byReference, "203.0.113.7:443 answered.\n\n" +
			"Ask for authentication before the page, or narrow who can reach it. To accept the risk instead, add a waiver for rule http-no-authentication with a reason, an owner and an end date."},
		{"several ports", []exposure.Finding{as("open-port", "Port 1."), as("open-port", "Port 2.")}, byReference, "Port 1.\n\nPort 2.\n\n" +
			"Narrow who can reach the port. To accept the risk instead, add a waiver for rule open-port with a reason, an owner and an end date."},
		{"secret", []exposure.Finding{as("secret-exposed", "A token.")}, analysed, "A token." + reason + "\n\n" +
			"Revoke the secret, then remove it from what is answered. To accept the risk instead, add a waiver for rule secret-exposed with a reason, an owner and an end date."},
		{"refused by the guard", []exposure.Finding{as("not-scanned", "The scan failed: 10.0.0.1 is a private address and in no allowed network.")}, byReference,
			"The scan failed: 10.0.0.1 is a private address and in no allowed network.\n\n" +
				"If it is yours to probe, add its network to allowed_networks of the provider. To accept the risk instead, add a waiver for rule not-scanned with a reason, an owner and an end date."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			summary, detail := provider.Told(tt.findings, tt.endpoint)
			if want := "Page open to the internet: aws_instance.web"; summary != want {
				t.Errorf("summary is %q, want %q", summary, want)
			}
			if detail != tt.want {
				t.Errorf("detail is\n%s\nwant\n%s", detail, tt.want)
			}
		})
	}
}

func TestEveryRuleCanBeMended(t *testing.T) {
	for _, rule := range policy.Rules() {
		_, detail := provider.Told([]exposure.Finding{{Rule: rule.ID, Evidence: "E.", EndpointID: "1"}}, exposure.Endpoint{ID: "1"})
		if accept := strings.Contains(detail, "To accept the risk instead, "); !accept {
			t.Errorf("the message for %s says nothing that would mend it:\n%s", rule.ID, detail)
		}
	}
}

func TestSentences(t *testing.T) {
	for clause, want := range map[string]string{
		"no screenshots: no browser": "No screenshots: no browser.",
		"The waiver expired.":        "The waiver expired.",
		"état inconnu":               "État inconnu.",
	} {
		if got := provider.Begun(clause); got != want {
			t.Errorf("Begun(%q) = %q, want %q", clause, got, want)
		}
	}
}

func TestEnforcementOfTheEnvironmentGoesFirst(t *testing.T) {
	tests := []struct{ declared, environment, want, problem string }{
		{"", "", "error", ""},
		{"warn", "", "warn", ""},
		{"off", "", "off", ""},
		{"error", "warn", "warn", ""},
		{"off", "error", "error", ""},
		{"loud", "", "error", `"loud" is none of error, warn, off`},
		{"warn", "loud", "error", "DYNAMICSCAN_ENFORCEMENT"},
	}
	for _, tt := range tests {
		t.Setenv("DYNAMICSCAN_ENFORCEMENT", tt.environment)
		var diags diag.Diagnostics
		got := provider.Enforce(tt.declared, path.Root("enforcement"), &diags)
		if string(got) != tt.want || diags.HasError() != (tt.problem != "") {
			t.Errorf("Enforce(%q) with %q in the environment = %s, %v, want %s", tt.declared, tt.environment, got, diags, tt.want)
		}
		if diags.HasError() && !strings.Contains(diags[0].Detail(), tt.problem) {
			t.Errorf("Enforce(%q) with %q in the environment says %q, want %q", tt.declared, tt.environment, diags[0].Detail(), tt.problem)
		}
	}
}

func TestAllowedNetworksComeFromOnePlace(t *testing.T) {
	networks := func(texts ...string) cty.Value {
		values := []cty.Value{}
		for _, text := range texts {
			values = append(values, cty.StringVal(text))
		}
		return cty.ObjectVal(map[string]cty.Value{"allowed_networks": cty.TupleVal(values)})
	}
	tests := []struct {
		name, environment string
		declared          cty.Value
		want              string
		broken            bool
	}{
		{"nothing", "", cty.EmptyObjectVal, "", false},
		{"environment", "10.0.0.0/8, ::1/128", cty.EmptyObjectVal, "10.0.0.0/8 ::1/128", false},
		{"declared", "", networks("10.1.2.3/8"), "10.0.0.0/8", false},
		{"declared none", "10.0.0.0/8", networks(), "", false},
		{"declared broken", "", networks("10.0.0.1", "10.0.0.0/8"), "10.0.0.0/8", true},
		{"environment broken", "ten", cty.EmptyObjectVal, "", true},
	}
	for _, tt := range tests {
		t.Setenv("DYNAMICSCAN_ALLOWED_NETWORKS", tt.environment)
		var diags diag.Diagnostics
		var got []string
		for _, p := range provider.Networks(tt.declared, &diags) {
			got = append(got, p.String())
		}
		if strings.Join(got, " ") != tt.want || diags.HasError() != tt.broken {
			t.Errorf("%s: Networks = %q, %v, want %q", tt.name, got, diags, tt.want)
		}
	}
}

// Engines print one warning of several with the same summary, and only count
// the others.
func TestEachWarningHasASummaryOfItsOwn(t *testing.T) {
	r := exposure.Report{
		Warnings: []string{
			"The waiver for rule telnet covers no finding: it is misspelt, or can be removed. Its owner is ops",
			"scope.include_tags env = \"prd\" matches no endpoint",
			"The state is old. It may be wrong.",
		},
		Incomplete: []string{"There is no state yet"},
	}
	var got []string
	for _, d := range provider.Warn(r) {
		got = append(got, d.Summary()+" | "+d.Detail())
	}
	want := []string{
		"Exposure scan: The waiver for rule telnet covers no finding | The waiver for rule telnet covers no finding: it is misspelt, or can be removed. Its owner is ops.",
		"Exposure scan: scope.include_tags env = \"prd\" matches no endpoint | Scope.include_tags env = \"prd\" matches no endpoint.",
		"Exposure scan: The state is old | The state is old. It may be wrong.",
		"The state does not show everything | There is no state yet.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Warn(three warnings, one gap) (-want +got):\n%s", diff)
	}
}
