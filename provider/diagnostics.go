package provider

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/policy"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/report"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// Rules for messages. Summary: the title of the rule and the resource address.
// Detail: what was seen, why it is reachable, what to do, how to accept it, in
// paragraphs of sentences. One diagnostic for each rule and resource. Text
// that came from the network was cleaned where it entered the program.

// diagnose tells the findings that fail the gate, and what else the user
// should know.
func diagnose(ctx context.Context, r exposure.Report, g gate, diags *diag.Diagnostics) {
	endpoints := byID(r)
	for _, group := range grouped(r.Failing()) {
		summary, detail := told(group, endpoints, waiverAdvice(group[0]))
		g.enforcement.tell(ctx, diags, place(group[0], g), summary, detail)
	}
	warn(r, diags)
}

// warn tells what the user should know beside the findings. Of warnings with
// the same summary engines print the first and count the others, so each has
// one of its own.
func warn(r exposure.Report, diags *diag.Diagnostics) {
	for _, w := range r.Warnings {
		diags.AddWarning("Exposure scan: "+strings.TrimRight(firstClause(w), "."), begun(w))
	}
	for _, w := range r.Incomplete {
		diags.AddWarning("The state does not show everything", begun(w))
	}
}

// firstClause returns a sentence up to what explains it.
func firstClause(sentence string) string {
	end := len(sentence)
	for _, mark := range []string{": ", "; ", ". "} {
		if i := strings.Index(sentence, mark); i >= 0 {
			end = min(end, i)
		}
	}
	return exposure.Cut(sentence[:end], 160)
}

// begun turns a clause into a sentence.
func begun(clause string) string {
	first, size := utf8.DecodeRuneInString(clause)
	return stopped(string(unicode.ToUpper(first)) + clause[size:])
}

// stopped ends a sentence that may have ended already.
func stopped(sentence string) string { return strings.TrimRight(sentence, ".") + "." }

func byID(r exposure.Report) map[string]exposure.Endpoint {
	out := map[string]exposure.Endpoint{}
	for _, result := range r.Results {
		out[result.Endpoint.ID] = result.Endpoint
	}
	return out
}

// grouped gathers findings of the same rule and resource, in first-seen order.
func grouped(findings []exposure.Finding) [][]exposure.Finding {
	var groups [][]exposure.Finding
	at := map[string]int{}
	for _, f := range findings {
		key := f.Rule + "|" + f.ResourceAddress
		i, ok := at[key]
		if !ok {
			i = len(groups)
			at[key] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], f)
	}
	return groups
}

// waiverAdvice says how to accept a finding of a gate.
func waiverAdvice(f exposure.Finding) string {
	return fmt.Sprintf("add a waiver for rule %s with a reason, an owner and an end date.", f.Rule)
}

// told returns the message for findings of one rule and resource. accept says
// how to accept them.
func told(group []exposure.Finding, endpoints map[string]exposure.Endpoint, accept string) (summary, detail string) {
	first := group[0]
	var paragraphs []string
	for _, f := range group {
		seen := []string{f.Evidence}
		if reason := report.Reason(endpoints[f.EndpointID]); reason != "" {
			seen = append(seen, reason)
		}
		paragraphs = append(paragraphs, strings.Join(seen, " "))
	}
	if first.Why != "" {
		paragraphs = append(paragraphs, first.Why)
	}
	advice := "To accept the risk, " + accept
	if remedy := remedyOf(first, endpoints[first.EndpointID]); remedy != "" {
		advice = remedy + " To accept the risk instead, " + accept
	}
	paragraphs = append(paragraphs, advice)
	return fmt.Sprintf("%s: %s", first.Title, first.ResourceAddress), strings.Join(paragraphs, "\n\n")
}

// remedyOf says what would mend a finding, "" when nothing is known to.
func remedyOf(f exposure.Finding, e exposure.Endpoint) string {
	// The guard of the probe refuses an address in these words.
	if f.Rule == policy.RuleNotScanned && strings.Contains(f.Evidence, "in no allowed network") {
		return "If it is yours to probe, add its network to allowed_networks of the provider."
	}
	if f.Rule == policy.RuleSecretExposed {
		return "Revoke the secret, then remove it from what is answered."
	}
	if f.Rule == policy.RuleSensitiveDataExposed {
		return "Remove the data from what is answered, or ask for authentication before it."
	}
	if f.Fix != "" {
		return f.Fix
	}
	if remedy := report.Remedy(e); remedy != "" {
		return remedy
	}
	return remedies[f.Rule]
}

// remedies mend findings whose path is not known.
var remedies = map[string]string{
	policy.RuleOpenPort:              "Narrow who can reach the port.",
	policy.RuleNoAuthentication:      "Ask for authentication before the page, or narrow who can reach it.",
	policy.RuleUnknownAuthentication: "Narrow who can reach it.",
	policy.RuleWeakAuthentication:    "Ask for single sign-on in its place, or narrow who can reach it.",
	policy.RuleSSO:                   "Narrow who can reach it.",
	policy.RuleErrorPage:             "Narrow who can reach it.",
	policy.RuleHTTPEndpoint:          "Narrow who can reach it.",
	policy.RulePublicBucket:          "Block public access to the bucket, or put a proxy in front of it.",
	policy.RuleDeclaredExposure:      "Narrow who can reach it.",
	policy.RuleNotScanned:            "Mend what kept the scan from looking, and run again.",
	policy.RuleLeftOut:               "Let the settings scan it.",
	policy.RuleNotVerified:           "Run again once it is there.",
}

// place returns the argument that declares the endpoint of a finding, and no
// argument for an endpoint of a state. A path below the map key would show
// only the header of the block.
func place(f exposure.Finding, g gate) path.Path {
	if key, ok := g.declared[f.EndpointID]; ok {
		return path.Root("endpoints").AtMapKey(key)
	}
	return path.Empty()
}
