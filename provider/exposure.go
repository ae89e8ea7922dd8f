package provider

import (
	"context"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// exposureSource is the analysis alone: it sends nothing.
type exposureSource struct{ environment *environment }

func newExposure() datasource.DataSource { return &exposureSource{} }

func (*exposureSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "dynamicscan_exposure"
}

func (d *exposureSource) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.environment, _ = req.ProviderData.(*environment) // nil before the provider is configured
}

func (*exposureSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "What a state exposes to the internet, by analysis alone: no packet is sent.\n\n" +
			"`endpoints` is a map that `for_each` of `dynamicscan_endpoint`, and `endpoints` of `dynamicscan_validation`, take as it is.",
		Attributes: map[string]schema.Attribute{
			"state":     stateAttribute(true, "The state or plan that is analysed."),
			"source":    sourceAttribute(),
			"endpoints": exposedAttribute(),
			"results":   exposureResults(),
			"summary":   schema.MapAttribute{Computed: true, ElementType: types.Int64Type, MarkdownDescription: "Counts: `exposed`, `restricted`, `unknown`, `not_exposed`, `uncovered_resource_types`."},
			"uncovered": schema.MapAttribute{Computed: true, ElementType: types.Int64Type, MarkdownDescription: "Resource types that the analysis does not cover, with the number of their resources."},
		},
	}
}

func exposedAttribute() schema.Attribute {
	return schema.MapNestedAttribute{
		Computed: true,
		MarkdownDescription: "Endpoints that are exposed or may be, by resource, family and ports: `aws_instance.web/ipv4:443`. Left out is what cannot be looked at: " +
			"other transports than TCP, hosts that are not known yet, resources that are stopped. `results` has them all.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"host":                    schema.StringAttribute{Computed: true, MarkdownDescription: "Address or name."},
			"ports":                   schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Ports and ranges."},
			"path":                    schema.StringAttribute{Computed: true, MarkdownDescription: "Path of the GET; null for `/`."},
			"project":                 schema.StringAttribute{Computed: true, MarkdownDescription: "Project; null without one."},
			"resource_address":        schema.StringAttribute{Computed: true, MarkdownDescription: "Resource that exposes the endpoint."},
			"resource_id":             schema.StringAttribute{Computed: true, MarkdownDescription: "The cloud's own identity of the resource; null when the state does not tell."},
			"directly_exposed_bucket": schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether this is a storage bucket that anyone can read, list or write."},
		}},
	}
}

func exposureResults() schema.Attribute {
	return schema.ListNestedAttribute{
		Computed:            true,
		MarkdownDescription: "Every endpoint with its verdict, those too that nobody reaches, by resource address.",
		NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
			"resource_address": schema.StringAttribute{Computed: true, MarkdownDescription: "Resource that exposes the endpoint."},
			"host":             schema.StringAttribute{Computed: true, MarkdownDescription: "Address or name; empty when it is not known yet."},
			"ports":            schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "Ports and ranges."},
			"transport":        schema.StringAttribute{Computed: true, MarkdownDescription: "`tcp` or `udp`."},
			"verdict":          schema.StringAttribute{Computed: true, MarkdownDescription: "`exposed`, `not_exposed` or `unknown`."},
			"likelihood":       schema.StringAttribute{Computed: true, MarkdownDescription: "`likely` or `unlikely` where the verdict is `unknown`; else null."},
			"source_scope":     schema.StringAttribute{Computed: true, MarkdownDescription: "`world`, `broad`, `provider`, `restricted` or `none`."},
			"why":              schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "The way from the internet, step by step; of an endpoint that nobody reaches, what stops it."},
			"unknown":          schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "What the analysis could not know, and what would tell."},
		}},
	}
}

type exposureOutput struct {
	ResourceAddress string   `tfsdk:"resource_address"`
	Host            string   `tfsdk:"host"`
	Ports           []string `tfsdk:"ports"`
	Transport       string   `tfsdk:"transport"`
	Verdict         string   `tfsdk:"verdict"`
	Likelihood      *string  `tfsdk:"likelihood"`
	SourceScope     *string  `tfsdk:"source_scope"`
	Why             []string `tfsdk:"why"`
	Unknown         []string `tfsdk:"unknown"`
}

func (*exposureSource) ValidateConfig(_ context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	checkState(ctyOf(req.Config.Raw), &resp.Diagnostics)
}

// Read analyses the state. It has no gate, so that what cannot be read is an
// error whatever the enforcement.
func (d *exposureSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	config := ctyOf(req.Config.Raw)
	found, ok := d.analyse(ctx, req, &resp.Diagnostics)
	if !ok {
		return
	}
	source, err := sourceOf(config, &resp.Diagnostics)
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("source"), "Configuration cannot be read", sentence(err))
		return
	}
	found.Source, found.Now, found.Settings, found.Offline = source, time.Now, settings.Default(), true
	r, err := scan.Validate(ctx, found)
	if err != nil {
		resp.Diagnostics.AddError("Exposure cannot be analysed", sentence(err))
		return
	}
	warn(r, &resp.Diagnostics)
	resp.State.Raw = req.Config.Raw
	set := func(name string, v any) { resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), v)...) }
	s := r.Summary()
	set("endpoints", exposedOf(r))
	set("results", exposureOutputs(r))
	set("summary", map[string]int64{
		"exposed": int64(s.Exposed), "restricted": int64(s.Restricted), "unknown": int64(s.Unknown), "not_exposed": int64(s.NotExposed),
		"uncovered_resource_types": int64(s.Uncovered),
	})
	uncovered := map[string]int64{}
	for _, t := range r.Uncovered {
		uncovered[t.Type] = int64(t.Count)
	}
	set("uncovered", uncovered)
}

// analyse reads the state and its context.
func (d *exposureSource) analyse(ctx context.Context, req datasource.ReadRequest, diags *diag.Diagnostics) (scan.Validation, bool) {
	config := ctyOf(req.Config.Raw)
	input, err := d.environment.inputOf(ctx, config)
	if err != nil {
		diags.AddAttributeError(path.Root("state"), "State cannot be read", sentence(err))
		return scan.Validation{}, false
	}
	context, err := d.environment.contextOf(ctx, config, input)
	if err != nil {
		diags.AddAttributeError(path.Root("state"), "Context cannot be read", sentence(err))
		return scan.Validation{}, false
	}
	return scan.Validation{Input: input, Context: context, Catalogue: d.environment.catalogue}, true
}

func exposureOutputs(r exposure.Report) []exposureOutput {
	out := []exposureOutput{}
	for _, result := range r.Results {
		e := result.Endpoint
		o := exposureOutput{
			ResourceAddress: e.ResourceAddress, Host: e.Host, Ports: []string{}, Transport: string(e.Transport), Verdict: string(e.Verdict),
			Likelihood: given(e.Likelihood), SourceScope: given(string(e.Scope)), Why: []string{}, Unknown: []string{},
		}
		for _, p := range e.Ports {
			o.Ports = append(o.Ports, p.String())
		}
		steps := e.Hops
		if e.Verdict == exposure.NotExposed && len(e.Blockers) > 0 {
			steps = e.Blockers
		}
		for _, h := range steps {
			o.Why = append(o.Why, withPlace(h))
		}
		for _, g := range e.Unknowns {
			o.Unknown = append(o.Unknown, withRemedy(g))
		}
		out = append(out, o)
	}
	return out
}

// withPlace returns the summary of a hop with its place in the configuration.
func withPlace(h exposure.Hop) string {
	if place := h.Place(); place != "" {
		return h.Summary + " (" + place + ")"
	}
	return h.Summary
}

func withRemedy(g exposure.Gap) string {
	if g.Remedy == "" {
		return g.Reason
	}
	return g.Reason + ": " + g.Remedy
}
