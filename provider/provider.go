// Package provider is what terraform and OpenTofu see: schemas, configuration,
// diagnostics. It is the only user of the plugin framework.
//
// It decides nothing about endpoints: analysis and scan are the business of
// the packages below internal, and the same for the command line.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// New returns a constructor of the provider, as the plugin server wants it.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return &dynamicscan{version: version} }
}

type dynamicscan struct{ version string }

// What the engine asks for by interface.
var (
	_ provider.ProviderWithValidateConfig     = (*dynamicscan)(nil)
	_ resource.ResourceWithValidateConfig     = (*settingsResource)(nil)
	_ resource.ResourceWithImportState        = (*settingsResource)(nil)
	_ resource.ResourceWithUpgradeState       = (*settingsResource)(nil)
	_ resource.ResourceWithUpgradeState       = (*endpointResource)(nil)
	_ resource.ResourceWithConfigure          = (*endpointResource)(nil)
	_ resource.ResourceWithValidateConfig     = (*endpointResource)(nil)
	_ resource.ResourceWithModifyPlan         = (*endpointResource)(nil)
	_ resource.ResourceWithImportState        = (*endpointResource)(nil)
	_ datasource.DataSourceWithConfigure      = (*validation)(nil)
	_ datasource.DataSourceWithValidateConfig = (*validation)(nil)
	_ datasource.DataSourceWithConfigure      = (*exposureSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*exposureSource)(nil)
	_ provider.ProviderWithFunctions          = (*dynamicscan)(nil)
)

func (p *dynamicscan) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "dynamicscan"
	resp.Version = p.version
}

func (p *dynamicscan) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Works out which endpoints a Terraform state exposes to the internet, validates each one live, and fails the plan or the apply on critical findings.",
		Attributes: map[string]schema.Attribute{
			"store": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Folder for results, screenshots and the stamps that keep scans apart. Created when missing; it writes its own `.gitignore`. Defaults to `.dynamicscan`. Environment variable: `DYNAMICSCAN_STORE`.",
			},
			"store_retention": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Age from which on results go, those of endpoints that are gone with them, as a duration from `24h` to `87600h`. Defaults to `2160h`, 90 days. Environment variable: `DYNAMICSCAN_STORE_RETENTION`.",
			},
			"store_max_size": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: "Size of results and screenshots together, in MiB, from 16 to 1048576. Beyond it the oldest screenshots go first, then the oldest results. Defaults to 1024. Environment variable: `DYNAMICSCAN_STORE_MAX_SIZE`.",
			},
			"allowed_networks": schema.ListAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "Networks in CIDR notation that may be probed beside public addresses, such as `10.20.0.0/16`. Cloud metadata addresses are never probed. Empty by default. Environment variable: `DYNAMICSCAN_ALLOWED_NETWORKS`, separated by commas.",
			},
			"catalogue": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Files with entries for resource types of your own, or in the place of ours, such as `exposure/*.hcl`, relative to the working folder. See the guide [Teach it a resource type](guides/teach-a-resource-type). Environment variable: `DYNAMICSCAN_CATALOGUE`.",
			},
			"browser_path": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Chromium or chromium-headless-shell for the screenshots. Found by itself when omitted; nothing is ever downloaded. Environment variable: `DYNAMICSCAN_BROWSER_PATH`.",
			},
		},
	}
}

// ValidateConfig says at validate time what Configure would say in the plan.
func (p *dynamicscan) ValidateConfig(_ context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	declared := ctyOf(req.Config.Raw)
	allowedNetworks(declared, &resp.Diagnostics)
	storeOptions(declared, &resp.Diagnostics)
	catalogueFrom(declared, &resp.Diagnostics)
}

func (p *dynamicscan) Configure(_ context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	e := environmentFrom(req.Config, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	e.engine = req.TerraformVersion
	resp.DataSourceData = e
	resp.ResourceData = e
}

func (p *dynamicscan) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{newSettings, newEndpoint}
}

func (p *dynamicscan) Functions(context.Context) []func() function.Function {
	return []func() function.Function{newExposedEndpoints, newSeverity, newSupportedPorts}
}

func (p *dynamicscan) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{newValidation, newExposure}
}
