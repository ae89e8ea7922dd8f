package provider

import (
	"context"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/report"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
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
	if !present(config, "state") && !present(config, "endpoints") {
		resp.Diagnostics.AddError("Nothing to validate", "Give state, endpoints, or both.")
	}
}

func (d *validation) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	config := ctyOf(req.Config.Raw)
	g := readGate(config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	var input *tfstate.Input
	if file := text(attribute(config, "state"), "path"); file != "" {
		read, err := tfstate.Open(ctx, file, nil)
		if err != nil {
			resp.Diagnostics.AddAttributeError(path.Root("state"), "State cannot be read", sentence(err))
			return
		}
		input = read
	}
	found, err := d.validate(ctx, g, input)
	if err != nil {
		resp.Diagnostics.AddError("Exposure cannot be validated", sentence(err))
		return
	}
	for _, file := range g.reports {
		if err := report.WriteFile(file.Format, file.Path, found); err != nil {
			resp.Diagnostics.AddAttributeError(path.Root("report"), "Report cannot be written", sentence(err))
		}
	}
	diagnose(found, g, &resp.Diagnostics)
	resp.State.Raw = req.Config.Raw
	setOutputs(ctx, d.environment.store, found, &resp.State, &resp.Diagnostics)
}

func (d *validation) validate(ctx context.Context, g gate, input *tfstate.Input) (exposure.Report, error) {
	request, end, err := d.environment.request(ctx, g.settings)
	if err != nil {
		return exposure.Report{}, err
	}
	defer end()
	request.Endpoints = g.endpoints
	return scan.Validate(ctx, scan.Validation{Request: request, Input: input, Gate: g.Gate})
}

// sentence turns an error into a diagnostic's detail. Its first letter stays:
// it may be that of a file.
func sentence(err error) string { return exposure.Clean(err.Error()) + "." }
