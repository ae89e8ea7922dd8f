package gcp_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// resource is one resource of a scenario. Its block computed holds what a state
// knows beside the arguments; its block meta says that it is there before the
// plan (existing), or in another state (elsewhere).
type resource struct {
	mode, kind, name string
	body             *hclsyntax.Body
	computed         map[string]cty.Value
	meta             map[string]bool
}

type world map[string]*resource

func (r *resource) exists() bool {
	return r.meta["existing"] || r.meta["elsewhere"] || r.mode == "data"
}

func (r *resource) address() string {
	return strings.TrimPrefix(map[string]string{"data": "data."}[r.mode]+r.kind+"."+r.name, ".")
}

// chosen are the optional attributes that the provider fills in, by type and
// by block, so that a plan does not know them when they are left out.
var chosen = map[string][]string{
	"google_compute_instance":                                   {"current_status", "project", "zone", "instance_id"},
	"google_compute_instance.network_interface":                 {"network", "subnetwork", "subnetwork_project", "network_ip", "ipv6_access_type", "ipv6_address"},
	"google_compute_instance.network_interface.access_config":   {"nat_ip", "network_tier"},
	"google_compute_instance.service_account":                   {"email"},
	"google_compute_instance_template.network_interface":        {"network", "subnetwork", "subnetwork_project"},
	"google_compute_firewall":                                   {"source_ranges", "destination_ranges", "direction", "project"},
	"google_compute_network":                                    {"routing_mode", "project", "mtu"},
	"google_compute_subnetwork":                                 {"project", "region"},
	"google_compute_address":                                    {"address", "project", "region"},
	"google_compute_global_address":                             {"address", "project"},
	"google_compute_forwarding_rule":                            {"ip_address", "ip_protocol", "port_range", "project", "region", "network", "subnetwork"},
	"google_compute_global_forwarding_rule":                     {"ip_address", "ip_protocol", "project", "network"},
	"google_compute_route":                                      {"project"},
	"google_compute_ha_vpn_gateway.vpn_interfaces":              {"ip_address"},
	"google_storage_bucket":                                     {"public_access_prevention", "uniform_bucket_level_access", "project", "url"},
	"google_storage_bucket_acl":                                 {"role_entity"},
	"google_compute_network_firewall_policy_rule":               {"project"},
	"google_compute_instance_group_manager":                     {"project", "zone", "instance_group", "target_size"},
	"google_compute_target_pool":                                {"instances", "project", "region"},
	"google_compute_region_network_firewall_policy_association": {"region", "project"},
}

func read(t *testing.T, sources ...[]byte) world {
	t.Helper()
	out := world{}
	for _, src := range sources {
		file, diags := hclsyntax.ParseConfig(src, "scenario.tf", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		for _, block := range file.Body.(*hclsyntax.Body).Blocks {
			r := &resource{mode: "managed", kind: block.Labels[0], name: block.Labels[1], body: block.Body,
				computed: map[string]cty.Value{}, meta: map[string]bool{}}
			if block.Type == "data" {
				r.mode = "data"
			}
			r.fill(t)
			out[r.address()] = r
		}
	}
	maps.DeleteFunc(out, func(_ string, r *resource) bool { return r.meta["removed"] })
	return out
}

// fill gives the resource its id and self link, and takes the blocks computed
// and meta out of its body.
func (r *resource) fill(t *testing.T) {
	constant := func(name, otherwise string) string {
		if a, ok := r.body.Attributes[name]; ok && len(a.Expr.Variables()) == 0 {
			return evaluate(t, a.Expr, nil).AsString()
		}
		return otherwise
	}
	place := "global"
	if region := constant("region", ""); region != "" {
		place = "regions/" + region
	}
	if zone := constant("zone", ""); zone != "" {
		place = "zones/" + zone
	}
	id := "projects/" + constant("project", "acme") + "/" + place + "/" + strings.TrimPrefix(r.kind, "google_compute_") + "s/" + constant("name", r.name)
	r.computed["id"], r.computed["self_link"] = cty.StringVal(id), cty.StringVal("https://www.googleapis.com/compute/v1/"+id)
	r.body.Blocks = slices.DeleteFunc(r.body.Blocks, func(block *hclsyntax.Block) bool {
		for name, attribute := range block.Body.Attributes {
			switch block.Type {
			case "computed":
				r.computed[name] = evaluate(t, attribute.Expr, nil)
			case "meta":
				r.meta[name] = true
			}
		}
		return block.Type == "computed" || block.Type == "meta"
	})
}

func evaluate(t *testing.T, e hcl.Expression, ctx *hcl.EvalContext) cty.Value {
	t.Helper()
	v, diags := e.Value(ctx)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return v
}

// context offers what resources know before any reference is resolved.
func (w world) context(t *testing.T) *hcl.EvalContext {
	managed, data := map[string]map[string]cty.Value{}, map[string]map[string]cty.Value{}
	for _, r := range w {
		values := maps.Clone(r.computed)
		for name, attribute := range r.body.Attributes {
			if len(attribute.Expr.Variables()) == 0 {
				values[name] = evaluate(t, attribute.Expr, nil)
			}
		}
		into := managed
		if r.mode == "data" {
			into = data
		}
		if into[r.kind] == nil {
			into[r.kind] = map[string]cty.Value{}
		}
		into[r.kind][r.name] = cty.ObjectVal(values)
	}
	ctx := &hcl.EvalContext{Variables: objects(managed)}
	ctx.Variables["data"] = cty.ObjectVal(objects(data))
	return ctx
}

func objects(kinds map[string]map[string]cty.Value) map[string]cty.Value {
	out := map[string]cty.Value{}
	for kind, names := range kinds {
		out[kind] = cty.ObjectVal(names)
	}
	return out
}

func plain(t *testing.T, v cty.Value) any {
	text, err := ctyjson.Marshal(v, v.Type())
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// known returns the attributes of a body as a state has them.
func known(t *testing.T, body *hclsyntax.Body, ctx *hcl.EvalContext) map[string]any {
	out := map[string]any{}
	for name, attribute := range body.Attributes {
		out[name] = plain(t, evaluate(t, attribute.Expr, ctx))
	}
	for _, block := range body.Blocks {
		list, _ := out[block.Type].([]any)
		out[block.Type] = append(list, known(t, block.Body, ctx))
	}
	return out
}

// planned returns the three pictures of a body that a plan creates.
func (w world) planned(t *testing.T, kind string, body *hclsyntax.Body, ctx *hcl.EvalContext) (after, unknown, expressions map[string]any) {
	after, unknown, expressions = map[string]any{}, map[string]any{}, map[string]any{}
	for name, attribute := range body.Attributes {
		refs, pending := w.references(attribute.Expr)
		expressions[name] = map[string]any{"references": refs}
		if len(refs) == 0 {
			expressions[name] = map[string]any{"constant_value": plain(t, evaluate(t, attribute.Expr, ctx))}
		}
		if pending {
			unknown[name] = true
			continue
		}
		after[name] = plain(t, evaluate(t, attribute.Expr, ctx))
	}
	for _, block := range body.Blocks {
		a, u, x := w.planned(t, kind+"."+block.Type, block.Body, ctx)
		for into, v := range map[*map[string]any]map[string]any{&after: a, &unknown: u, &expressions: x} {
			list, _ := (*into)[block.Type].([]any)
			(*into)[block.Type] = append(list, v)
		}
	}
	for _, name := range chosen[kind] {
		if expressions[name] == nil {
			unknown[name] = true
		}
	}
	return after, unknown, expressions
}

// references lists what an expression refers to as a plan does, and whether
// any of it is known only after apply. What is called local refers to nothing
// that a plan shows.
func (w world) references(e hcl.Expression) (refs []string, pending bool) {
	for _, traversal := range e.Variables() {
		var parts []string
		for _, step := range traversal {
			switch step := step.(type) {
			case hcl.TraverseRoot:
				parts = append(parts, step.Name)
			case hcl.TraverseAttr:
				parts = append(parts, step.Name)
			}
		}
		length := 2
		if parts[0] == "data" {
			length = 3
		}
		address := strings.Join(parts[:min(length, len(parts))], ".")
		refs = append(refs, strings.Join(parts[:min(length+1, len(parts))], "."), address)
		r := w[address]
		constant := false
		if r != nil && len(parts) > length {
			_, constant = r.body.Attributes[parts[length]]
		}
		pending = pending || r == nil || !r.exists() && !constant
	}
	return refs, pending
}
