package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// stateVersion is that of the states of resources. Version 0 came before the
// first release, version 1 with resolved_addresses, retry and timeouts. A
// change of what is there already, other than a new attribute, needs the next
// version and an upgrader from each before it.
const stateVersion = 1

// UpgradeState takes over the states of earlier versions.
func (r *endpointResource) UpgradeState(ctx context.Context) map[int64]resource.StateUpgrader {
	var current resource.SchemaResponse
	r.Schema(ctx, resource.SchemaRequest{}, &current)
	return upgraders(current.Schema.Type().TerraformType(ctx))
}

// UpgradeState takes over the states of earlier versions.
func (r *settingsResource) UpgradeState(ctx context.Context) map[int64]resource.StateUpgrader {
	var current resource.SchemaResponse
	r.Schema(ctx, resource.SchemaRequest{}, &current)
	return upgraders(current.Schema.Type().TerraformType(ctx))
}

func upgraders(current tftypes.Type) map[int64]resource.StateUpgrader {
	return map[int64]resource.StateUpgrader{0: {StateUpgrader: added(current)}}
}

// added upgrades a state that has fewer attributes than there are now: those
// that it lacks are null, at every depth, and those that are gone are left out.
func added(current tftypes.Type) func(context.Context, resource.UpgradeStateRequest, *resource.UpgradeStateResponse) {
	return func(_ context.Context, req resource.UpgradeStateRequest, resp *resource.UpgradeStateResponse) {
		old, err := req.RawState.UnmarshalWithOpts(current, tfprotov6.UnmarshalOpts{
			ValueFromJSONOpts: tftypes.ValueFromJSONOpts{IgnoreUndefinedAttributes: true},
		})
		if err != nil {
			resp.Diagnostics.AddError("State of an earlier version cannot be read", sentence(err))
			return
		}
		upgraded, err := tfprotov6.NewDynamicValue(current, old)
		if err != nil {
			resp.Diagnostics.AddError("State of an earlier version cannot be upgraded", sentence(err))
			return
		}
		resp.DynamicValue = &upgraded
	}
}
