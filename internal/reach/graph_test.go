package reach_test

import (
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

func TestABlockRefersToNothing(t *testing.T) {
	block := cty.ObjectVal(map[string]cty.Value{"subnet_id": cty.StringVal("subnet-1")})
	in := &tfstate.Input{Resources: []tfstate.Resource{{Address: "x_thing.a", Mode: tfstate.Managed, Type: "x_thing", Given: cty.ObjectVal(map[string]cty.Value{
		"single": block,
		"list":   cty.ListVal([]cty.Value{block}),
		"map":    cty.MapVal(map[string]cty.Value{"a": cty.StringVal("subnet-1")}),
		"none":   cty.EmptyObjectVal,
	})}}}
	g := reach.NewGraph(in)
	for _, path := range []string{"single", "list", "map", "none"} {
		got := g.Follow(g.At("x_thing.a"), path, reach.Join{Type: "x_subnet", Attr: "id"})
		if len(got.Links) != 0 || got.Unknown || !got.Unset {
			t.Errorf("Follow(%s) = %+v, want nothing", path, got)
		}
	}
	if got := g.Follow(g.At("x_thing.a"), "list.0.subnet_id"); len(got.Links) != 1 || got.Links[0].ID != "subnet-1" {
		t.Errorf("Follow(list.0.subnet_id) = %+v, want subnet-1", got)
	}
}
