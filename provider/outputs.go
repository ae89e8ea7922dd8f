package provider

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// seen is what is told of an observation. What changes with every request
// (times, bodies, headers) stays out of the state, so that a refresh without
// a material change is no change.
type seen struct {
	PortStatus         *string  `tfsdk:"port_status"`
	ValidatedOpenPorts []int64  `tfsdk:"validated_open_ports"`
	ResolvedAddresses  []string `tfsdk:"resolved_addresses"`
	HTTPStatus         *string  `tfsdk:"http_status"`
	HTTPStatusCode     *int64   `tfsdk:"http_status_code"`
	WebPageTitle       *string  `tfsdk:"web_page_title"`
	Technologies       []string `tfsdk:"technologies"`
	Authentication     []string `tfsdk:"authentication"`

	AuthenticationDetails []authenticationSeen `tfsdk:"authentication_details"`

	Severity string `tfsdk:"severity"`
}

// authenticationSeen is one method with what is told of it.
type authenticationSeen struct {
	Method   string  `tfsdk:"method"`
	Verdict  string  `tfsdk:"verdict"`
	Provider *string `tfsdk:"provider"`
	Tenant   *string `tfsdk:"tenant"`
}

// authenticationType is the type of one authenticationSeen.
var authenticationType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"method": types.StringType, "verdict": types.StringType, "provider": types.StringType, "tenant": types.StringType,
}}

const authenticationDescription = "Every way to sign in that was seen, weakest first, with its `method` as in `authentication`, its `verdict` " +
	"(`enforced` keeps strangers out; `offered` stands on a page that anyone can read and counts for no severity), and of single sign-on the `provider` and its `tenant`, where they are known."

func seenOf(o *exposure.Observation, severity exposure.Severity) seen {
	s := seen{
		ValidatedOpenPorts: []int64{}, ResolvedAddresses: []string{}, Technologies: []string{}, Authentication: []string{},
		AuthenticationDetails: []authenticationSeen{}, Severity: severity.String(),
	}
	if o == nil {
		return s
	}
	s.PortStatus = pointer(string(o.PortStatus))
	s.ResolvedAddresses = append(s.ResolvedAddresses, o.ResolvedAddresses...)
	slices.Sort(s.ResolvedAddresses)
	for _, p := range o.OpenPorts() {
		s.ValidatedOpenPorts = append(s.ValidatedOpenPorts, int64(p))
	}
	if p := o.Decisive(); p != nil && p.HTTP != nil {
		s.http(*p.HTTP)
	}
	return s
}

func (s *seen) http(h exposure.HTTPObservation) {
	s.HTTPStatus = pointer(string(h.Status))
	if h.StatusCode != 0 {
		s.HTTPStatusCode = pointer(int64(h.StatusCode))
		s.WebPageTitle = pointer(h.Title)
	}
	for _, t := range h.Technologies {
		s.Technologies = append(s.Technologies, t.Name)
	}
	for _, method := range exposure.MethodsOf(h.Authentication, exposure.AuthEnforced) {
		s.Authentication = append(s.Authentication, string(method))
	}
	for _, a := range h.Authentication {
		s.AuthenticationDetails = append(s.AuthenticationDetails, authenticationSeen{
			Method: string(a.Method), Verdict: string(a.Verdict), Provider: optional(a.Provider), Tenant: optional(a.Tenant),
		})
	}
}

func pointer[T any](v T) *T { return &v }

// optional returns nil for no text, which the state shows as null.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

type resultOutput struct {
	ResourceAddress string   `tfsdk:"resource_address"`
	Host            string   `tfsdk:"host"`
	Ports           []string `tfsdk:"ports"`
	Transport       string   `tfsdk:"transport"`
	Verdict         string   `tfsdk:"verdict"`
	SourceScope     *string  `tfsdk:"source_scope"`
	Screenshot      *string  `tfsdk:"screenshot"`
	seen
}

type findingOutput struct {
	Rule            string `tfsdk:"rule"`
	Title           string `tfsdk:"title"`
	Severity        string `tfsdk:"severity"`
	ResourceAddress string `tfsdk:"resource_address"`
	Host            string `tfsdk:"host"`
	Port            int64  `tfsdk:"port"`
	Evidence        string `tfsdk:"evidence"`
	Waived          bool   `tfsdk:"waived"`
}

// setOutputs writes the computed attributes of a validation.
func setOutputs(ctx context.Context, store string, r exposure.Report, state *tfsdk.State, diags *diag.Diagnostics) {
	s := r.Summary()
	set := func(name string, v any) { diags.Append(state.SetAttribute(ctx, path.Root(name), v)...) }
	set("passed", r.Passed)
	set("summary", map[string]int64{
		"exposed": int64(s.Exposed), "restricted": int64(s.Restricted), "unknown": int64(s.Unknown), "not_exposed": int64(s.NotExposed),
		"scanned": int64(s.Scanned), "open": int64(s.Open), "not_scanned": int64(s.NotScanned),
		"findings": int64(s.Findings), "waived": int64(s.Waived), "failing": int64(s.Failing),
	})
	set("results", resultOutputs(store, r))
	set("findings", findingOutputs(r))
}

func resultOutputs(store string, r exposure.Report) []resultOutput {
	out := []resultOutput{}
	for _, result := range r.Results {
		e := result.Endpoint
		if e.Verdict == exposure.NotExposed && e.Scope == exposure.ScopeNone {
			continue
		}
		o := resultOutput{
			ResourceAddress: e.ResourceAddress, Host: e.Host, Ports: []string{}, Transport: string(e.Transport),
			Verdict: string(e.Verdict), seen: seenOf(result.Observed, result.Severity),
		}
		for _, p := range e.Ports {
			o.Ports = append(o.Ports, p.String())
		}
		if e.Scope != "" {
			o.SourceScope = pointer(string(e.Scope))
		}
		if file := screenshotOf(result.Observed); file != "" {
			o.Screenshot = pointer(filepath.Join(store, file))
		}
		out = append(out, o)
	}
	return out
}

func screenshotOf(o *exposure.Observation) string {
	if o == nil {
		return ""
	}
	if p := o.Decisive(); p != nil && p.HTTP != nil && p.HTTP.Screenshot != nil {
		return p.HTTP.Screenshot.File
	}
	return ""
}

func findingOutputs(r exposure.Report) []findingOutput {
	out := []findingOutput{}
	for _, f := range r.Findings {
		out = append(out, findingOutput{
			Rule: f.Rule, Title: f.Title, Severity: f.Severity.String(), ResourceAddress: f.ResourceAddress,
			Host: f.Host, Port: int64(f.Port), Evidence: f.Evidence, Waived: f.Waiver != nil,
		})
	}
	return out
}
