package provider_test

import (
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/provider"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestSeverityTakesWhatAnEndpointObserved(t *testing.T) {
	ctx := t.Context()
	observed, attributes := provider.ObservedType(), map[string]attr.Value{}
	for name, kind := range observed.AttrTypes {
		null, err := kind.ValueFromTerraform(ctx, tftypes.NewValue(kind.TerraformType(ctx), nil))
		if err != nil {
			t.Fatalf("null of %s: %v", name, err)
		}
		attributes[name] = null
	}
	attributes["port_status"] = types.StringValue("open")
	attributes["authentication"] = types.ListValueMust(types.StringType, []attr.Value{types.StringValue("basic")})
	attributes["http_status_code"] = types.Int64Value(401)
	object, diags := types.ObjectValue(observed.AttrTypes, attributes)
	if diags.HasError() {
		t.Fatalf("object of type observed: %v", diags)
	}
	arguments := function.NewArgumentsData([]attr.Value{types.StringValue("moderate"), types.DynamicValue(object)})
	resp := function.RunResponse{Result: function.NewResultData(types.StringUnknown())}
	provider.SeverityOf().Run(ctx, function.RunRequest{Arguments: arguments}, &resp)
	if resp.Error != nil {
		t.Fatalf("severity(moderate, observed) fails: %v", resp.Error)
	}
	if got, want := resp.Result.Value(), types.StringValue("high"); !got.Equal(want) {
		t.Errorf("severity(moderate, observed) = %s, want %s", got, want)
	}
}
