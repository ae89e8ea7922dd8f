package report

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"io"
	"maps"
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// FormatVersion is that of the JSON report. Its minor part grows with new
// members, its major part with changed or removed ones.
const FormatVersion = "1.0"

// Schema is the JSON Schema of the JSON report.
//
//go:embed schema.json
var Schema []byte

type document struct {
	FormatVersion string               `json:"format_version"`
	Input         string               `json:"input,omitempty"`
	Inputs        []string             `json:"inputs,omitempty"`
	Offline       bool                 `json:"offline"`
	FailOn        exposure.Severity    `json:"fail_on"`
	Passed        bool                 `json:"passed"`
	Summary       exposure.Summary     `json:"summary"`
	Endpoints     []endpoint           `json:"endpoints"`
	Closed        []endpoint           `json:"closed_endpoints"`
	Findings      []exposure.Finding   `json:"findings"`
	Assumptions   map[string]string    `json:"assumptions"`
	Uncovered     []exposure.TypeCount `json:"uncovered_resource_types"`
	Incomplete    []string             `json:"incomplete"`
	Warnings      []string             `json:"warnings"`
}

type endpoint struct {
	ID              string            `json:"id"`
	Input           string            `json:"input,omitempty"`
	ResourceAddress string            `json:"resource_address"`
	Key             string            `json:"key"`
	Related         []string          `json:"related_resources"`
	Identity        exposure.Identity `json:"identity"`
	Project         string            `json:"project,omitempty"`
	Tags            map[string]string `json:"tags,omitempty"`

	Host      *string              `json:"host"`
	Names     []string             `json:"names"`
	Transport exposure.Transport   `json:"transport"`
	Ports     []exposure.PortRange `json:"ports"`
	App       string               `json:"app,omitempty"`
	Path      string               `json:"path,omitempty"`

	Kind    string `json:"kind,omitempty"`
	Shared  bool   `json:"shared_front"`
	Bucket  bool   `json:"directly_exposed_bucket"`
	Dormant bool   `json:"dormant"`

	Verdict      exposure.Verdict     `json:"verdict"`
	Likelihood   string               `json:"likelihood,omitempty"`
	Scope        exposure.SourceScope `json:"source_scope"`
	Sources      []string             `json:"sources"`
	SourceTotal  int                  `json:"source_total"`
	SourceLabels []string             `json:"source_labels"`
	Access       exposure.Access      `json:"access"`
	Confidence   exposure.Confidence  `json:"confidence"`

	Hops        []exposure.Hop `json:"hops"`
	Blockers    []exposure.Hop `json:"blockers"`
	Unknowns    []exposure.Gap `json:"unknowns"`
	Assumptions []string       `json:"assumptions"`
	Notes       []string       `json:"notes"`

	Change   exposure.Change   `json:"change,omitempty"`
	Severity exposure.Severity `json:"severity"`
	Observed *observed         `json:"observed"`
}

// observed is an observation with the figures of its decisive port on top, so
// that a reader need not look for them.
type observed struct {
	exposure.Observation
	OpenPorts      []uint16                  `json:"validated_open_ports"`
	HTTPStatus     exposure.HTTPStatus       `json:"http_status,omitempty"`
	HTTPStatusCode int                       `json:"http_status_code,omitempty"`
	WebPageTitle   string                    `json:"web_page_title,omitempty"`
	Technologies   []exposure.Technology     `json:"technologies"`
	Authentication []exposure.Authentication `json:"authentication"`
}

// JSON renders the report as one JSON document, described by Schema.
func JSON(w io.Writer, r exposure.Report) error {
	d := document{
		FormatVersion: FormatVersion,
		Input:         r.Input,
		Inputs:        r.Inputs,
		Offline:       r.Offline,
		FailOn:        r.FailOn,
		Passed:        r.Passed,
		Summary:       r.Summary(),
		Endpoints:     make([]endpoint, len(r.Results)),
		Closed:        make([]endpoint, len(r.Closed)),
		Findings:      list(r.Findings),
		Assumptions:   maps.Clone(r.Assumptions),
		Uncovered:     list(r.Uncovered),
		Incomplete:    list(r.Incomplete),
		Warnings:      list(r.Warnings),
	}
	if d.Assumptions == nil {
		d.Assumptions = map[string]string{}
	}
	for i, result := range r.Results {
		d.Endpoints[i] = endpointOf(result)
	}
	for i, e := range r.Closed {
		d.Closed[i] = endpointOf(exposure.Result{Endpoint: e})
	}
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(true)
	encoder.SetIndent("", "  ")
	return encoder.Encode(d)
}

func endpointOf(r exposure.Result) endpoint {
	e := r.Endpoint
	out := endpoint{
		ID: e.ID, Input: e.Input, ResourceAddress: e.ResourceAddress, Key: e.Key, Related: list(e.Related), Identity: e.Identity, Project: e.Project, Tags: e.Tags,
		Names: list(e.Names), Transport: e.Transport, Ports: list(e.Ports), App: e.App, Path: e.Path,
		Kind: e.Kind, Shared: e.SharedFront, Bucket: e.DirectlyExposedBucket, Dormant: e.Dormant,
		Verdict: cmp.Or(e.Verdict, exposure.Unknown), Likelihood: e.Likelihood, Scope: e.Scope, Sources: list(e.Sources), SourceTotal: e.SourceTotal,
		SourceLabels: list(e.SourceLabels), Access: e.Access, Confidence: e.Confidence,
		Hops: list(e.Hops), Blockers: list(e.Blockers), Unknowns: list(e.Unknowns), Assumptions: list(e.Assumptions), Notes: list(e.Notes),
		Change: r.Change, Severity: r.Severity, Observed: observedOf(r.Observed),
	}
	if e.Host != "" {
		out.Host = &e.Host
	}
	return out
}

func observedOf(o *exposure.Observation) *observed {
	if o == nil {
		return nil
	}
	out := &observed{Observation: *o, OpenPorts: o.OpenPorts(), Technologies: []exposure.Technology{}, Authentication: []exposure.Authentication{}}
	out.ResolvedAddresses, out.Ports = list(o.ResolvedAddresses), slices.Clone(list(o.Ports))
	for i := range out.Ports {
		out.Ports[i].Result = cmp.Or(out.Ports[i].Result, exposure.Unverified)
	}
	if p := o.Decisive(); p != nil && p.HTTP != nil {
		h := p.HTTP
		out.HTTPStatus, out.HTTPStatusCode, out.WebPageTitle = h.Status, h.StatusCode, h.Title
		out.Technologies, out.Authentication = list(h.Technologies), list(h.Authentication)
	}
	return out
}

// list returns s, which in JSON is never null.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
