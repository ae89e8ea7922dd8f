package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// SARIF 2.1.0 (OASIS), for code scanning services. Each finding is a result at
// the line of the configuration that lets the internet in, with the whole path
// as a code flow; a waiver is a suppression. Without the configuration the
// place is the input itself. The structs hold the part of the format that is
// used: the libraries there are link a validator that fetches schemas.

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool        sarifTool         `json:"tool"`
	Invocations []sarifInvocation `json:"invocations"`
	Results     []sarifResult     `json:"results"`
	ColumnKind  string            `json:"columnKind"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name           string      `json:"name"`
	InformationURI string      `json:"informationUri"`
	Rules          []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID               string         `json:"id"`
	ShortDescription sarifText      `json:"shortDescription"`
	Properties       map[string]any `json:"properties"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifInvocation struct {
	Successful    bool                `json:"executionSuccessful"`
	Notifications []sarifNotification `json:"toolExecutionNotifications"`
}

type sarifNotification struct {
	Level   string    `json:"level"`
	Message sarifText `json:"message"`
}

type sarifResult struct {
	RuleID       string             `json:"ruleId"`
	RuleIndex    int                `json:"ruleIndex"`
	Level        string             `json:"level"`
	Message      sarifText          `json:"message"`
	Locations    []sarifLocation    `json:"locations"`
	CodeFlows    []sarifFlow        `json:"codeFlows,omitempty"`
	Fingerprints map[string]string  `json:"partialFingerprints"`
	Suppressions []sarifSuppression `json:"suppressions,omitempty"`
	Properties   map[string]any     `json:"properties"`
}

type sarifLocation struct {
	Physical *sarifPhysical `json:"physicalLocation,omitempty"`
	Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	Message  *sarifText     `json:"message,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   *sarifRegion  `json:"region,omitempty"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine int `json:"startLine"`
}

type sarifLogical struct {
	Name string `json:"fullyQualifiedName"`
	Kind string `json:"kind"`
}

type sarifFlow struct {
	Threads []sarifThread `json:"threadFlows"`
}

type sarifThread struct {
	Steps []sarifStep `json:"locations"`
}

type sarifStep struct {
	Location sarifLocation `json:"location"`
}

type sarifSuppression struct {
	Kind          string `json:"kind"`
	Status        string `json:"status"`
	Justification string `json:"justification"`
}

// SARIF renders the findings of the report as a SARIF 2.1.0 log.
func SARIF(w io.Writer, r exposure.Report) error {
	rules := sarifRules(r.Findings)
	run := sarifRun{
		Tool: sarifTool{sarifDriver{
			Name: "dynamicscan", InformationURI: "https://github.com/dynamicscan/terraform-provider-dynamicscan", Rules: rules,
		}},
		Invocations: []sarifInvocation{{Successful: true, Notifications: sarifNotifications(r)}},
		Results:     []sarifResult{},
		ColumnKind:  "unicodeCodePoints",
	}
	results := byID(r.Results)
	for _, f := range r.Findings {
		result := sarifResultOf(f, results[f.EndpointID].Endpoint, r.Input)
		result.RuleIndex = slices.IndexFunc(rules, func(rule sarifRule) bool { return rule.ID == f.Rule })
		run.Results = append(run.Results, result)
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}})
}

// sarifRules returns the rules of the findings, each with the worst severity
// that it comes with, sorted by id.
func sarifRules(findings []exposure.Finding) []sarifRule {
	worst := map[string]exposure.Finding{}
	for _, f := range findings {
		if known, ok := worst[f.Rule]; !ok || f.Severity > known.Severity {
			worst[f.Rule] = f
		}
	}
	rules := []sarifRule{}
	for _, id := range slices.Sorted(maps.Keys(worst)) {
		rules = append(rules, sarifRule{
			ID: id, ShortDescription: sarifText{worst[id].Title},
			Properties: map[string]any{"security-severity": securitySeverity[worst[id].Severity], "tags": []string{"security", "exposure"}},
		})
	}
	return rules
}

// securitySeverity is the score by which code scanning services rank a rule.
var securitySeverity = map[exposure.Severity]string{
	exposure.SeverityCritical: "9.5", exposure.SeverityHigh: "8.0", exposure.SeverityMedium: "5.5", exposure.SeverityLow: "3.0", exposure.SeverityNone: "0.0",
}

func sarifLevel(s exposure.Severity) string {
	switch {
	case s >= exposure.SeverityHigh:
		return "error"
	case s == exposure.SeverityMedium:
		return "warning"
	case s == exposure.SeverityLow:
		return "note"
	}
	return "none"
}

func sarifResultOf(f exposure.Finding, e exposure.Endpoint, input string) sarifResult {
	input = cmp.Or(e.Input, input) // one of several
	message := strings.Join(nonEmpty(f.Title+": "+exposure.Place(f.ResourceAddress, f.Input)+".", f.Evidence, Reason(e), f.Why, f.Fix, Remedy(e)), " ")
	out := sarifResult{
		RuleID: f.Rule, Level: sarifLevel(f.Severity), Message: sarifText{message},
		Locations:    []sarifLocation{sarifPlace(f, e, input)},
		Fingerprints: map[string]string{"endpointRulePort/v1": fingerprintOf(f)},
		Properties:   map[string]any{"severity": f.Severity.String(), "failing": f.Failing, "resource": f.ResourceAddress, "host": f.Host},
	}
	if f.Port > 0 {
		out.Properties["port"] = f.Port
	}
	if steps := sarifSteps(e.Hops, input); len(steps) > 0 {
		out.CodeFlows = []sarifFlow{{[]sarifThread{{steps}}}}
	}
	if waived := f.Waiver; waived != nil {
		out.Suppressions = []sarifSuppression{{
			Kind: "external", Status: "accepted",
			Justification: fmt.Sprintf("%s (%s, until %s)", exposure.CleanLine(waived.Reason), exposure.CleanLine(waived.Owner), waived.Expires.UTC().Format("2006-01-02")),
		}}
	}
	return out
}

func nonEmpty(texts ...string) []string {
	return slices.DeleteFunc(texts, func(s string) bool { return s == "" })
}

// fingerprintOf tells the same finding again in another run.
func fingerprintOf(f exposure.Finding) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s|%s|%d", f.EndpointID, f.Rule, f.Port))
	return hex.EncodeToString(sum[:16])
}

// sarifPlace is where a finding is mended: the last step of the path that says
// how to close it and has a line, then any step with a line, then the input.
func sarifPlace(f exposure.Finding, e exposure.Endpoint, input string) sarifLocation {
	var at *sarifPhysical
	best := 0
	for _, h := range e.Hops {
		rank := 1
		if h.Remedy != "" {
			rank = 2
		}
		if h.File != "" && rank >= best {
			at, best = physical(h), rank
		}
	}
	if at == nil {
		at = &sarifPhysical{Artifact: sarifArtifact{uri(input)}, Region: &sarifRegion{1}}
	}
	return sarifLocation{Physical: at, Logical: logical(exposure.Place(f.ResourceAddress, f.Input))}
}

func sarifSteps(hops []exposure.Hop, input string) []sarifStep {
	steps := []sarifStep{}
	for _, h := range hops {
		l := sarifLocation{Logical: logical(h.Resource), Message: &sarifText{h.Summary}}
		if h.File != "" {
			l.Physical = physical(h)
		} else {
			l.Physical = &sarifPhysical{Artifact: sarifArtifact{uri(input)}}
		}
		steps = append(steps, sarifStep{l})
	}
	return steps
}

func physical(h exposure.Hop) *sarifPhysical {
	p := &sarifPhysical{Artifact: sarifArtifact{uri(h.File)}}
	if h.Line > 0 {
		p.Region = &sarifRegion{h.Line}
	}
	return p
}

func logical(resource string) []sarifLogical {
	if resource == "" {
		return nil
	}
	return []sarifLogical{{resource, "resource"}}
}

// uri names a file as SARIF does: relative to the root of the source, or as a
// URI of its own. Standard input and endpoints by reference have no file.
func uri(file string) string {
	switch {
	case file == "" || file == "-":
		return "terraform"
	case filepath.IsAbs(file):
		return (&url.URL{Scheme: "file", Path: filepath.ToSlash(file)}).String()
	}
	return (&url.URL{Path: strings.TrimPrefix(filepath.ToSlash(file), "./")}).EscapedPath()
}

// sarifNotifications say what limits the report as a whole.
func sarifNotifications(r exposure.Report) []sarifNotification {
	out := []sarifNotification{}
	for _, why := range r.Incomplete {
		out = append(out, sarifNotification{"warning", sarifText{"The input does not show everything: " + why + "."}})
	}
	for _, warning := range r.Warnings {
		out = append(out, sarifNotification{"warning", sarifText{warning + "."}})
	}
	if len(r.Uncovered) > 0 {
		text := strings.ReplaceAll(typesText(r.Uncovered), noBreak, " ")
		out = append(out, sarifNotification{"note", sarifText{"Not covered by the analysis: " + text + "."}})
	}
	return out
}
