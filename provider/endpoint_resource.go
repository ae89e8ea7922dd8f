package provider

import (
	"cmp"
	"context"
	"errors"
	"net/netip"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/policy"
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
	patience patience
}

// readWatch reads a declaration for an operation: "create", "update" or "read".
func readWatch(config cty.Value, operation string, diags *diag.Diagnostics) watch {
	w := watch{
		endpoint: endpointFrom(nameOf(config), config, path.Root, diags),
		settings: settingsFrom(attribute(config, "settings"), path.Root("settings"), diags),
		failOn:   failOn(config, diags),
		baseline: readBaseline(attribute(config, "baseline"), diags),
		patience: readPatience(config, operation, diags),
	}
	return w
}

// nameOf returns what messages call the endpoint.
func nameOf(config cty.Value) string {
	return cmp.Or(text(config, "resource_address"), text(config, "host"))
}

func (*endpointResource) ValidateConfig(_ context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	readWatch(ctyOf(req.Config.Raw), "create", &resp.Diagnostics)
}

func (r *endpointResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	r.apply(ctx, "create", req.Plan, nil, &resp.State, &resp.Diagnostics)
}

func (r *endpointResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	r.apply(ctx, "update", req.Plan, &req.State, &resp.State, &resp.Diagnostics)
}

// apply validates the planned endpoint. On a finding or a departure from the
// baseline that fails, the state is left as it was: what was not accepted is
// not recorded as applied, and the next plan shows it again. While no scan window
// is open and nothing is stored, what was seen before, in prior, stands.
func (r *endpointResource) apply(ctx context.Context, operation string, plan tfsdk.Plan, prior, state *tfsdk.State, diags *diag.Diagnostics) {
	w := readWatch(ctyOf(plan.Raw), operation, diags)
	strength := enforcementFrom("", path.Empty(), diags)
	if diags.HasError() {
		return
	}
	result, err := r.validate(ctx, w, strength, diags)
	if err != nil {
		w.tellUnable(ctx, err, strength, diags)
	}
	observed := seenOf(result.Observed, result.Severity)
	if last := lastSeen(ctx, plan, prior, diags); last != nil && result.Observed.Postponed {
		observed = *last
		if departures := w.baseline.departures(observed); len(departures) > 0 {
			w.tellDeparture(ctx, strength, departures, "It could not be looked at again: "+result.Observed.Reason+".", diags)
		}
	}
	if diags.HasError() {
		return
	}
	state.Raw = plan.Raw
	setObserved(ctx, w, observed, state, diags)
}

// lastSeen returns what was observed of the planned endpoint before the plan,
// nil when nothing was, or when the plan asks something else of the network.
func lastSeen(ctx context.Context, plan tfsdk.Plan, prior *tfsdk.State, diags *diag.Diagnostics) *seen {
	if prior == nil {
		return nil
	}
	planned, before := ctyOf(plan.Raw), ctyOf(prior.Raw)
	for _, name := range []string{"host", "ports", "path"} {
		if !attribute(planned, name).RawEquals(attribute(before, name)) {
			return nil
		}
	}
	var last *seen
	diags.Append(prior.GetAttribute(ctx, path.Root("observed"), &last)...)
	return last
}

// tellUnable says why there is nothing to judge the endpoint by.
func (w watch) tellUnable(ctx context.Context, err error, strength enforcement, diags *diag.Diagnostics) {
	at, summary, detail := path.Root("host"), "Endpoint cannot be validated: ", sentence(err)
	var absent *scan.AbsentError
	if errors.As(err, &absent) {
		summary, detail = "Endpoint did not come up in time: ", w.patience.told(absent.Pending[0])
	}
	strength.tellUnable(ctx, diags, at, summary+w.endpoint.ResourceAddress, detail)
}

// validate looks at the endpoint, again and again where the user wants that,
// and tells what fails. On an error the result is that of the last look, and
// else that of a scan that failed.
func (r *endpointResource) validate(ctx context.Context, w watch, strength enforcement, diags *diag.Diagnostics) (exposure.Result, error) {
	bounded, end := w.patience.bound(ctx)
	defer end()
	last, err := r.await(bounded, w)
	var found exposure.Report
	if err == nil {
		found, err = r.judge(bounded, w)
	}
	if err != nil {
		if last.Observed == nil {
			last.Observed, last.Severity = &exposure.Observation{PortStatus: exposure.StatusScanFailed}, exposure.SeverityCritical
		}
		return last, w.patience.explain(bounded, err)
	}
	w.diagnose(ctx, found, strength, diags)
	return found.Results[0], nil
}

// judge looks at the endpoint, or takes a result that is fresh.
func (r *endpointResource) judge(ctx context.Context, w watch) (exposure.Report, error) {
	gate := scan.Gate{FailOn: w.failOn}
	found, err := r.scan(ctx, w, gate)
	if err == nil && found.Results[0].Observed.FromStore && len(w.departures(found.Results[0])) > 0 {
		w.settings.ScanInterval = 0 // it may have been mended since
		found, err = r.scan(ctx, w, gate)
	}
	return found, err
}

// await waits until the endpoint is as it is wanted, and returns the last
// result; without retry it does nothing.
func (r *endpointResource) await(ctx context.Context, w watch) (exposure.Result, error) {
	if !w.patience.retries {
		return exposure.Result{}, nil
	}
	request, end, err := r.environment.request(ctx, w.settings)
	if err != nil {
		return exposure.Result{}, err
	}
	defer end()
	request.Endpoints = []exposure.Endpoint{w.endpoint}
	request.Within = map[string][]netip.Prefix{w.endpoint.ID: w.baseline.addresses}
	results, err := scan.Await(ctx, request, w.patience.Patience, scan.Arrived(w.baseline.awaited()))
	if len(results) == 0 {
		return exposure.Result{}, err
	}
	return results[0], err
}

func (w watch) departures(r exposure.Result) []string {
	return w.baseline.departures(seenOf(r.Observed, r.Severity))
}

// diagnose tells the findings that fail the apply and that the baseline does
// not accept, and where there is none, how else the endpoint departs from it.
func (w watch) diagnose(ctx context.Context, r exposure.Report, strength enforcement, diags *diag.Diagnostics) {
	warn(r, diags)
	for _, f := range r.Findings {
		if f.Rule == policy.RuleLeftOut && strength != enforceOff {
			diags.AddAttributeWarning(path.Root("host"), f.Title+": "+f.ResourceAddress, f.Evidence)
		}
	}
	groups := grouped(w.baseline.unaccepted(r.Failing()))
	for _, group := range groups {
		summary, detail := told(group, byID(r), "set max_severity = \""+group[0].Severity.String()+"\" in the baseline.")
		strength.tell(ctx, diags, path.Root("host"), summary, detail)
	}
	if departures := w.departures(r.Results[0]); len(groups) == 0 && len(departures) > 0 {
		evidence := ""
		if len(r.Findings) > 0 {
			evidence = r.Findings[0].Evidence
		}
		w.tellDeparture(ctx, strength, departures, evidence, diags)
	}
}

func (w watch) tellDeparture(ctx context.Context, strength enforcement, departures []string, evidence string, diags *diag.Diagnostics) {
	detail := strings.TrimSpace(departureSentence(w.endpoint.HostPort(), departures) + " " + evidence)
	strength.tell(ctx, diags, path.Root("baseline"), "Endpoint departs from its baseline: "+w.endpoint.ResourceAddress,
		detail+"\n\nTo accept what is there, change the baseline.")
}

// Read validates again when the stored result is older than scan_interval. It
// never fails: neither a finding nor a scan that cannot run may block a plan.
// An endpoint that was imported is not looked at before its declaration is
// applied: the settings that say how are not in the state yet.
func (r *endpointResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	config := ctyOf(req.State.Raw)
	if !present(config, "observed") || r.environment == nil {
		return
	}
	var broken diag.Diagnostics
	w := readWatch(config, "read", &broken)
	if broken.HasError() {
		return // written by another version; the next apply says what is wrong
	}
	found, err := r.scan(ctx, w, scan.Gate{}) // a fresh result is good enough for a refresh
	if err != nil {
		resp.Diagnostics.AddWarning("Endpoint not refreshed: "+w.endpoint.ResourceAddress,
			sentence(err)+" What is in the state was seen before.")
		return
	}
	result := found.Results[0]
	if result.Observed.Postponed {
		resp.Diagnostics.AddWarning("Endpoint not refreshed: "+w.endpoint.ResourceAddress,
			stopped(exposure.CleanLine(result.Observed.Reason))+" What is in the state was seen before.")
		return
	}
	now := seenOf(result.Observed, result.Severity)
	before := texts(attribute(config, "observed"), "resolved_addresses")
	tellMoved(w.endpoint, before, now.ResolvedAddresses, &resp.Diagnostics)
	now.ResolvedAddresses = steady(before, now.ResolvedAddresses)
	setObserved(ctx, w, now, &resp.State, &resp.Diagnostics)
}

func (*endpointResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

func (r *endpointResource) scan(ctx context.Context, w watch, g scan.Gate) (exposure.Report, error) {
	request, end, err := r.environment.request(ctx, w.settings)
	if err != nil {
		return exposure.Report{}, err
	}
	defer end()
	request.Endpoints = []exposure.Endpoint{w.endpoint}
	request.Within = map[string][]netip.Prefix{w.endpoint.ID: w.baseline.addresses}
	return scan.Validate(ctx, scan.Validation{Request: request, Gate: g})
}

func setObserved(ctx context.Context, w watch, observed seen, state *tfsdk.State, diags *diag.Diagnostics) {
	diags.Append(state.SetAttribute(ctx, path.Root("id"), w.endpoint.HostPort())...)
	diags.Append(state.SetAttribute(ctx, path.Root("observed"), observed)...)
}
