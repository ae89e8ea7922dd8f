package azure_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// scenarioResource is one resource of a scenario. Its block computed holds
// what a state knows beside the arguments; its block meta says that it exists
// before the plan, is deleted by it, is read during apply (pending), is not in
// the input but in another state (elsewhere), or was taken out of the base
// (removed).
type scenarioResource struct {
	mode, kind, name string
	body             *hclsyntax.Body
	computed         map[string]cty.Value
	meta             map[string]bool
}

// exists reports whether the plan finds the resource already there.
func (r *scenarioResource) exists() bool {
	return r.meta["existing"] || r.meta["deleted"] || r.meta["elsewhere"] || r.mode == "data" && !r.meta["pending"]
}

func (r *scenarioResource) address() string {
	if r.mode == "data" {
		return "data." + r.kind + "." + r.name
	}
	return r.kind + "." + r.name
}

// chosen are the optional attributes that the provider fills in, so that a
// plan does not know them when the configuration leaves them out.
var chosen = map[string][]string{
	"azurerm_public_ip":                       {"ip_address", "fqdn"},
	"azurerm_network_security_group":          {"security_rule"},
	"azurerm_network_interface":               {"private_ip_address", "private_ip_addresses", "virtual_machine_id"},
	"azurerm_linux_virtual_machine":           {"public_ip_address", "public_ip_addresses", "private_ip_address"},
	"azurerm_windows_virtual_machine":         {"public_ip_address", "public_ip_addresses", "private_ip_address"},
	"azurerm_lb_rule":                         {"frontend_ip_configuration_id"},
	"azurerm_lb_nat_rule":                     {"frontend_ip_configuration_id", "backend_ip_configuration_id"},
	"azurerm_mssql_server":                    {"fully_qualified_domain_name"},
	"azurerm_sql_server":                      {"fully_qualified_domain_name"},
	"azurerm_postgresql_flexible_server":      {"fqdn"},
	"azurerm_mysql_flexible_server":           {"fqdn", "public_network_access_enabled"},
	"azurerm_mssql_managed_instance":          {"fqdn"},
	"azurerm_linux_web_app":                   {"default_hostname"},
	"azurerm_linux_function_app":              {"default_hostname"},
	"azurerm_storage_account":                 {"primary_blob_host", "primary_web_host", "primary_file_host", "primary_queue_host", "network_rules"},
	"azurerm_container_app":                   {"latest_revision_fqdn"},
	"azurerm_container_group":                 {"ip_address", "fqdn", "exposed_port"},
	"azurerm_cdn_frontdoor_endpoint":          {"host_name"},
	"azurerm_cdn_endpoint":                    {"fqdn"},
	"azurerm_virtual_network":                 {"guid"},
	"azurerm_subnet":                          {"private_endpoint_network_policies"},
	"azurerm_linux_virtual_machine_scale_set": {"unique_id"},
}

func readScenario(t *testing.T, sources ...[]byte) map[string]*scenarioResource {
	t.Helper()
	out := map[string]*scenarioResource{}
	for i, src := range sources {
		if i > 0 && strings.HasPrefix(string(src), "# on an existing network\n") {
			for _, r := range out {
				r.meta["existing"] = true
			}
		}
		file, diags := hclsyntax.ParseConfig(src, "scenario.tf", hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		for _, block := range file.Body.(*hclsyntax.Body).Blocks {
			r := &scenarioResource{mode: "managed", kind: block.Labels[0], name: block.Labels[1], body: block.Body,
				computed: map[string]cty.Value{}, meta: map[string]bool{}}
			if block.Type == "data" {
				r.mode = "data"
			}
			r.fill(t)
			out[r.address()] = r
		}
	}
	for address, r := range out {
		if r.meta["removed"] {
			delete(out, address)
		}
	}
	return out
}

func (r *scenarioResource) fill(t *testing.T) {
	r.computed["id"] = cty.StringVal("/subscriptions/s1/resourceGroups/rg/providers/" + strings.TrimPrefix(r.kind, "azurerm_") + "/" + r.name)
	if r.kind == "azurerm_public_ip" {
		r.computed["ip_address"] = cty.StringVal("203.0.113.50")
	}
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

// context offers what resources know before any reference is resolved: what is
// computed, and constant arguments.
func context(t *testing.T, resources map[string]*scenarioResource) *hcl.EvalContext {
	managed, data := map[string]map[string]cty.Value{}, map[string]map[string]cty.Value{}
	for _, r := range resources {
		values := map[string]cty.Value{}
		for name, attribute := range r.body.Attributes {
			if len(attribute.Expr.Variables()) == 0 {
				values[name] = evaluate(t, attribute.Expr, nil)
			}
		}
		for name, v := range r.computed {
			values[name] = v
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
	ctx := &hcl.EvalContext{Variables: map[string]cty.Value{}}
	for kind, names := range managed {
		ctx.Variables[kind] = cty.ObjectVal(names)
	}
	all := map[string]cty.Value{}
	for kind, names := range data {
		all[kind] = cty.ObjectVal(names)
	}
	ctx.Variables["data"] = cty.ObjectVal(all)
	return ctx
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

// known returns the attributes of the resource in a state.
func (r *scenarioResource) known(t *testing.T, resources map[string]*scenarioResource) map[string]any {
	out := knownBody(t, r.body, context(t, resources))
	for name, v := range r.computed {
		out[name] = plain(t, v)
	}
	return out
}

func knownBody(t *testing.T, body *hclsyntax.Body, ctx *hcl.EvalContext) map[string]any {
	out := map[string]any{}
	for name, attribute := range body.Attributes {
		out[name] = plain(t, evaluate(t, attribute.Expr, ctx))
	}
	for _, block := range body.Blocks {
		appendTo(out, block.Type, knownBody(t, block.Body, ctx))
	}
	return out
}

// planned returns the three pictures of a resource that a plan creates.
func (r *scenarioResource) planned(t *testing.T, resources map[string]*scenarioResource) (after, unknown, expressions map[string]any) {
	after, unknown, expressions = plannedBody(t, r.body, resources, context(t, resources))
	for _, name := range append([]string{"id"}, chosen[r.kind]...) {
		if _, set := expressions[name]; !set && after[name] == nil {
			unknown[name] = true
			delete(after, name)
		}
	}
	return after, unknown, expressions
}

func plannedBody(t *testing.T, body *hclsyntax.Body, resources map[string]*scenarioResource, ctx *hcl.EvalContext) (after, unknown, expressions map[string]any) {
	after, unknown, expressions = map[string]any{}, map[string]any{}, map[string]any{}
	for name, attribute := range body.Attributes {
		refs, pending := referencesIn(attribute.Expr, resources)
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
		a, u, x := plannedBody(t, block.Body, resources, ctx)
		appendTo(after, block.Type, a)
		appendTo(unknown, block.Type, u)
		appendTo(expressions, block.Type, x)
	}
	return after, unknown, expressions
}

func appendTo(m map[string]any, key string, v any) {
	list, _ := m[key].([]any)
	m[key] = append(list, v)
}

// referencesIn lists what an expression refers to as a plan does, and whether
// any of it is known only after apply.
func referencesIn(e hcl.Expression, resources map[string]*scenarioResource) (refs []string, pending bool) {
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
		address := strings.Join(parts[:length], ".")
		refs = append(refs, strings.Join(parts[:min(length+1, len(parts))], "."), address)
		r := resources[address]
		constant := false
		if r != nil && len(parts) > length {
			_, constant = r.body.Attributes[parts[length]]
		}
		pending = pending || r == nil || !r.exists() && !constant
	}
	return refs, pending
}
