package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/report"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfsource"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/zclconf/go-cty/cty"
)

// validation is the gate.
type validation struct{ environment *environment }

func newValidation() datasource.DataSource { return &validation{} }

func (*validation) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "dynamicscan_validation"
}

func (d *validation) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.environment, _ = req.ProviderData.(*environment) // nil before the provider is configured
}

func (*validation) ValidateConfig(_ context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	config := ctyOf(req.Config.Raw)
	readGate(config, &resp.Diagnostics)
	tellExpired(config, &resp.Diagnostics)
	if !present(config, "state") && !present(config, "endpoints") {
		resp.Diagnostics.AddError("Nothing to validate", "Give state, endpoints, or both.")
	}
}

// tellExpired warns of waivers that have ended already. They are no error: what
// they accepted fails the gate again, and a destroy has to get by.
func tellExpired(config cty.Value, diags *diag.Diagnostics) {
	list := attribute(config, "waivers")
	if !list.IsKnown() || list.IsNull() {
		return
	}
	for i, declaration := range list.AsValueSlice() {
		waivers, _ := settings.ParseWaivers(cty.TupleVal([]cty.Value{declaration}), nil) // readGate tells what is wrong with it
		for _, w := range waivers {
			if time.Now().After(w.Expires) {
				diags.AddAttributeWarning(path.Root("waivers").AtListIndex(i), "Waiver has expired: "+coverage(w),
					fmt.Sprintf("It ended at %s and accepts nothing. Its owner is %s.", w.Expires.UTC().Format(time.RFC3339), exposure.CleanLine(w.Owner)))
			}
		}
	}
}

// coverage names what a waiver is for.
func coverage(w exposure.Waiver) string {
	fields := []string{w.Rule, w.Resource, w.Host, strings.Join(w.Ports, " ")}
	return exposure.CleanLine(strings.Join(slices.DeleteFunc(fields, func(s string) bool { return s == "" }), ", "))
}

func (d *validation) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	config := ctyOf(req.Config.Raw)
	g := readGate(config, &resp.Diagnostics)
	if err := report.CheckAll(g.reports); err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("report"), "Report cannot be written", sentence(err))
	}
	if resp.Diagnostics.HasError() {
		return
	}
	// Without an answer the report says that the gate did not pass.
	var found exposure.Report
	input, err := d.environment.inputOf(ctx, config)
	if err != nil {
		g.enforcement.tellUnable(ctx, &resp.Diagnostics, path.Root("state"), "State cannot be read", sentence(err))
	} else if g.context, err = d.environment.contextOf(ctx, config, input); err != nil {
		g.enforcement.tellUnable(ctx, &resp.Diagnostics, path.Root("state"), "Context cannot be read", sentence(err))
	} else if source, err := sourceOf(config, &resp.Diagnostics); err != nil {
		g.enforcement.tellUnable(ctx, &resp.Diagnostics, path.Root("source"), "Configuration cannot be read", sentence(err))
	} else if found, err = d.validate(ctx, g, input, source); err != nil {
		g.tellUnable(ctx, err, &resp.Diagnostics)
	} else {
		g.write(ctx, found, &resp.Diagnostics)
		diagnose(ctx, found, g, &resp.Diagnostics)
		if input == nil && len(g.endpoints) == 0 {
			resp.Diagnostics.AddAttributeWarning(path.Root("endpoints"), "Nothing was validated", "The map of endpoints is empty, so the gate had nothing to look at.")
		}
	}
	resp.State.Raw = req.Config.Raw
	setOutputs(ctx, d.environment.store, found, &resp.State, &resp.Diagnostics)
}

// sourceOf reads the configuration that a gate names. Without a name it is
// that beside the state, or else that of the working folder, which is the
// engine's own root module. Nobody asked for these, so that one that cannot be
// read is only told of.
func sourceOf(config cty.Value, diags *diag.Diagnostics) (*tfsource.Source, error) {
	if dir := text(config, "source"); dir != "" {
		source, err := tfsource.Load(dir)
		if err == nil && source.Empty() {
			err = fmt.Errorf("%s holds no configuration", dir)
		}
		return source, err
	}
	folders := []string{"."}
	if file := text(attribute(config, "state"), "path"); file != "" {
		folders = []string{tfsource.FolderOf(file), "."}
	}
	for _, dir := range folders {
		source, err := tfsource.Load(dir)
		if err != nil {
			diags.AddWarning("Configuration cannot be read", "No lines are shown, and no comment accepts anything: "+sentence(err))
			return nil, nil
		}
		if !source.Empty() {
			return source, nil
		}
	}
	return nil, nil
}

// write writes the reports that the gate asks for.
func (g gate) write(ctx context.Context, found exposure.Report, diags *diag.Diagnostics) {
	for _, file := range g.reports {
		if err := report.WriteFile(file.Format, file.Path, found); err != nil {
			g.enforcement.audible().tell(ctx, diags, path.Root("report"), "Report cannot be written", sentence(err))
		}
	}
}

// tellUnable says why the gate has no answer, of endpoints that did not come up
// each at its own line.
func (g gate) tellUnable(ctx context.Context, err error, diags *diag.Diagnostics) {
	var absent *scan.AbsentError
	if !errors.As(err, &absent) {
		g.enforcement.tellUnable(ctx, diags, path.Empty(), "Exposure cannot be validated", sentence(err))
		return
	}
	for _, r := range absent.Pending {
		at := path.Root("endpoints").AtMapKey(g.declared[r.Endpoint.ID])
		g.enforcement.tellUnable(ctx, diags, at, "Endpoint did not come up in time: "+r.Endpoint.ResourceAddress, g.patience.told(r))
	}
}

func (d *validation) validate(ctx context.Context, g gate, input *tfstate.Input, source *tfsource.Source) (exposure.Report, error) {
	bounded, stop := g.patience.bound(ctx)
	defer stop()
	request, end, err := d.environment.request(bounded, g.settings)
	if err != nil {
		return exposure.Report{}, err
	}
	defer end()
	request.Endpoints = g.endpoints
	if g.patience.retries {
		if _, err := scan.Await(bounded, request, g.patience.Patience, scan.Arrived(exposure.StatusOpen)); err != nil {
			return exposure.Report{}, g.patience.explain(bounded, err)
		}
	}
	found, err := scan.Validate(bounded, scan.Validation{Request: request, Input: input, Context: g.context, Source: source, Catalogue: d.environment.catalogue, Gate: g.Gate})
	return found, g.patience.explain(bounded, err)
}

// sentence turns an error into a diagnostic's detail. Its first letter stays:
// it may be that of a file.
func sentence(err error) string { return stopped(exposure.Clean(err.Error())) }
