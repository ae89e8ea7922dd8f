package aws_test

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
// before the plan, is deleted by it, is read during apply (pending), or is not
// in the input but in another state (elsewhere).
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

// idPrefixes are those whose form matters.
var idPrefixes = map[string]string{
	"aws_internet_gateway": "igw-", "aws_subnet": "subnet-", "aws_security_group": "sg-", "aws_instance": "i-",
	"aws_network_interface": "eni-", "aws_eip": "eipalloc-", "aws_ec2_managed_prefix_list": "pl-",
}

// chosen are the optional attributes that the provider fills in, so that a
// plan does not know them when the configuration leaves them out.
var chosen = map[string][]string{
	"aws_instance": {"subnet_id", "vpc_security_group_ids", "security_groups", "associate_public_ip_address", "public_ip", "public_dns",
		"ipv6_addresses", "ipv6_address_count", "instance_state", "primary_network_interface_id", "network_interface"},
	"aws_network_interface":       {"security_groups", "ipv6_addresses", "ipv6_address_list", "ipv6_address_count", "attachment"},
	"aws_security_group":          {"ingress", "egress", "vpc_id", "owner_id"},
	"aws_default_security_group":  {"vpc_id"},
	"aws_network_acl":             {"ingress", "egress", "subnet_ids"},
	"aws_route_table":             {"route"},
	"aws_route":                   {"instance_id", "network_interface_id", "state", "origin"},
	"aws_eip":                     {"instance", "network_interface", "association_id", "public_ip", "public_dns", "allocation_id"},
	"aws_eip_association":         {"instance_id", "network_interface_id", "public_ip", "allocation_id", "private_ip_address"},
	"aws_db_instance":             {"vpc_security_group_ids", "db_subnet_group_name", "availability_zone", "port", "address", "multi_az"},
	"aws_rds_cluster":             {"vpc_security_group_ids", "db_subnet_group_name", "port", "endpoint", "reader_endpoint"},
	"aws_rds_cluster_instance":    {"db_subnet_group_name", "availability_zone", "port", "endpoint", "publicly_accessible"},
	"aws_vpc":                     {"main_route_table_id", "default_route_table_id", "default_network_acl_id", "default_security_group_id"},
	"aws_security_group_rule":     {"source_security_group_id"},
	"aws_nat_gateway":             {"public_ip", "network_interface_id"},
	"aws_ec2_managed_prefix_list": {"entry"},
	"aws_autoscaling_group":       {"vpc_zone_identifier", "availability_zones", "load_balancers", "target_group_arns", "desired_capacity"},
	"aws_launch_configuration":    {"associate_public_ip_address", "name"},
	"aws_launch_template":         {"name"},
}

// likeAttributes are blocks that older providers declare as attributes, so
// that the configuration in a plan shows them as one expression.
var likeAttributes = []string{"ingress", "egress", "route", "entry"}

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
	prefix, ok := idPrefixes[r.kind]
	if !ok {
		prefix = strings.TrimPrefix(r.kind, "aws_") + "-"
	}
	r.computed["id"] = cty.StringVal(prefix + r.name)
	r.computed["arn"] = cty.StringVal("arn:aws:ec2:eu-west-1:111122223333:" + prefix + r.name)
	switch r.kind {
	case "aws_vpc", "aws_default_vpc":
		for attribute, id := range map[string]string{"main_route_table_id": "rtb-main-", "default_route_table_id": "rtb-main-",
			"default_network_acl_id": "acl-", "default_security_group_id": "sg-default-"} {
			r.computed[attribute] = cty.StringVal(id + r.name)
		}
	case "aws_instance":
		r.computed["primary_network_interface_id"] = cty.StringVal("eni-of-" + r.name)
		r.computed["instance_state"] = cty.StringVal("running")
	case "aws_eip":
		r.computed["allocation_id"] = r.computed["id"]
		r.computed["public_ip"] = cty.StringVal("203.0.113.50")
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
	groups := map[string]map[string]cty.Value{}
	data := map[string]map[string]cty.Value{}
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
		into := groups
		if r.mode == "data" {
			into = data
		}
		if into[r.kind] == nil {
			into[r.kind] = map[string]cty.Value{}
		}
		into[r.kind][r.name] = cty.ObjectVal(values)
	}
	ctx := &hcl.EvalContext{Variables: map[string]cty.Value{}}
	for kind, names := range groups {
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
		list, _ := out[block.Type].([]any)
		out[block.Type] = append(list, knownBody(t, block.Body, ctx))
	}
	return out
}

// planned returns the three pictures of a resource that a plan creates.
func (r *scenarioResource) planned(t *testing.T, resources map[string]*scenarioResource) (after, unknown, expressions map[string]any) {
	after, unknown, expressions = plannedBody(t, r.body, resources, context(t, resources))
	for _, name := range append([]string{"id", "arn"}, chosen[r.kind]...) {
		if _, set := expressions[name]; !set && after[name] == nil {
			unknown[name] = true
			delete(after, name)
		}
	}
	for _, name := range likeAttributes {
		if r.meta["old"] {
			delete(expressions, name)
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
		if slices.Contains(likeAttributes, block.Type) {
			refs := []string{}
			for _, e := range x {
				if found, ok := e.(map[string]any)["references"].([]string); ok {
					refs = append(refs, found...)
				}
			}
			before, _ := expressions[block.Type].(map[string]any)
			earlier, _ := before["references"].([]string)
			expressions[block.Type] = map[string]any{"references": append(earlier, refs...)}
			continue
		}
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
