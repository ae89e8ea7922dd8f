package provider

import (
	"context"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/zclconf/go-cty/cty"
)

// endpointResource is one endpoint under watch. Creating and updating it
// validates and may fail; reading it validates again when the stored result is
// old, and never fails on what it finds.
type endpointResource struct{ environment *environment }

func newEndpoint() resource.Resource { return &endpointResource{} }

func (*endpointResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "dynamicscan_endpoint"
}

func (r *endpointResource) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	r.environment, _ = req.ProviderData.(*environment) // nil before the provider is configured
}

// watch is an endpoint resource as a user declared it.
type watch struct {
	endpoint exposure.Endpoint
	settings settings.Settings
	failOn   exposure.Severity
	baseline baseline
}

func readWatch(config cty.Value, diags *diag.Diagnostics) watch {
	key := text(config, "resource_address")
	if key == "" {
		key = text(config, "host")
	}
	return watch{
		endpoint: endpointFrom(key, config, path.Root("host"), diags),
		settings: settingsFrom(attribute(config, "settings"), path.Root("settings"), diags),
		failOn:   failOn(config, diags),
		baseline: readBaseline(attribute(config, "baseline"), diags),
	}
}

func (*endpointResource) ValidateConfig(_ context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	readWatch(ctyOf(req.Config.Raw), &resp.Diagnostics)
}

func (r *endpointResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	r.apply(ctx, req.Plan, &resp.State, &resp.Diagnostics)
}

func (r *endpointResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	r.apply(ctx, req.Plan, &resp.State, &resp.Diagnostics)
}

// apply validates the planned endpoint. On a finding that fails, the state is
// left as it was: nothing was created, and the next apply looks again.
func (r *endpointResource) apply(ctx context.Context, plan tfsdk.Plan, state *tfsdk.State, diags *diag.Diagnostics) {
	w := readWatch(ctyOf(plan.Raw), diags)
	if diags.HasError() {
		return
	}
	found, err := r.scan(ctx, w, scan.Gate{FailOn: w.failOn})
	if err != nil {
		diags.AddError("Endpoint cannot be validated", sentence(err))
		return
	}
	w.diagnose(found, diags)
	if diags.HasError() {
		return
	}
	state.Raw = plan.Raw
	setObserved(ctx, w, found, state, diags)
}

// Read validates again when the stored result is older than scan_interval. It
// never fails: neither a finding nor a scan that cannot run may block a plan.
func (r *endpointResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	config := ctyOf(req.State.Raw)
	if text(config, "host") == "" || r.environment == nil {
		return
	}
	var broken diag.Diagnostics
	w := readWatch(config, &broken)
	if broken.HasError() {
		return // written by another version; the next apply says what is wrong
	}
	found, err := r.scan(ctx, w, scan.Gate{}) // a fresh result is good enough for a refresh
	if err != nil {
		resp.Diagnostics.AddWarning("Endpoint not refreshed", sentence(err))
		return
	}
	setObserved(ctx, w, found, &resp.State, &resp.Diagnostics)
}

func (*endpointResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

func (r *endpointResource) scan(ctx context.Context, w watch, g scan.Gate) (exposure.Report, error) {
	request, end, err := r.environment.request(ctx, w.settings)
	if err != nil {
		return exposure.Report{}, err
	}
	defer end()
	request.Endpoints = []exposure.Endpoint{w.endpoint}
	return scan.Validate(ctx, scan.Validation{Request: request, Gate: g})
}

// diagnose tells the findings that fail the apply and that the baseline does
// not accept.
func (w watch) diagnose(r exposure.Report, diags *diag.Diagnostics) {
	strength, err := enforcementOf("")
	if err != nil {
		diags.AddError("Invalid enforcement", "DYNAMICSCAN_ENFORCEMENT: "+sentence(err))
		return
	}
	endpoints := byID(r)
	for _, group := range grouped(w.baseline.unaccepted(r.Failing())) {
		summary, detail := told(group, endpoints, "set max_severity = \""+group[0].Severity.String()+"\" in the baseline.")
		switch strength {
		case enforceError:
			diags.AddAttributeError(path.Root("host"), summary, detail)
		case enforceWarn:
			diags.AddAttributeWarning(path.Root("host"), summary, detail)
		}
	}
	warn(r, diags)
}

func setObserved(ctx context.Context, w watch, r exposure.Report, state *tfsdk.State, diags *diag.Diagnostics) {
	result := r.Results[0]
	diags.Append(state.SetAttribute(ctx, path.Root("id"), w.endpoint.HostPort())...)
	diags.Append(state.SetAttribute(ctx, path.Root("observed"), seenOf(result.Observed, result.Severity))...)
}
