package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
)

// settingsResource declares scan scope and behaviour. It is a value in the
// state and nothing outside of it.
type settingsResource struct{}

func newSettings() resource.Resource { return &settingsResource{} }

func (*settingsResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "dynamicscan_settings"
}

func (*settingsResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	attributes := resourceAttributes(settingsAttributes)
	attributes["id"] = schema.StringAttribute{
		Computed:            true,
		MarkdownDescription: "Always `settings`.",
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
	}
	resp.Schema = schema.Schema{
		Version:             stateVersion,
		MarkdownDescription: "Scan scope and behaviour, to be passed by value to endpoints and gates: `settings = dynamicscan_settings.prod`.",
		Attributes:          attributes,
	}
}

func (*settingsResource) ValidateConfig(_ context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	settingsFrom(ctyOf(req.Config.Raw), path.Empty(), &resp.Diagnostics)
}

func (*settingsResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	settingsFrom(ctyOf(req.Plan.Raw), path.Empty(), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.State.Raw = req.Plan.Raw
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), "settings")...)
}

// Read keeps the state: there is nothing outside of it that could differ.
func (*settingsResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (*settingsResource) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	settingsFrom(ctyOf(req.Plan.Raw), path.Empty(), &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		resp.State.Raw = req.Plan.Raw
	}
}

// ImportState takes the one id there is. What is declared comes with the apply
// that follows.
func (*settingsResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	if req.ID != "settings" {
		resp.Diagnostics.AddError("Invalid import id", fmt.Sprintf("%q is not the id of settings, which is always \"settings\".", req.ID))
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), req.ID)...)
}

func (*settingsResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
