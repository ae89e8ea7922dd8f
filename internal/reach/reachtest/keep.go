package reachtest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Keep writes a plan of a scenario below the folder that DYNAMICSCAN_PLANS
// names, for programs other than this one to read: FOLDER/aws/testdata/x/NAME.json
// for the member NAME of testdata/x.txtar in the package aws. Without the
// variable, and for a state, it does nothing.
//
// Terraform writes what it plans twice; the scenarios write the changes only.
// Keep adds the other picture, which is what most programs read. It adds what
// the rules of security groups leave out, which providers write as empty, and
// takes away the empty lists of references that Terraform does not write.
func Keep(t *testing.T, archive, name string, document []byte) {
	t.Helper()
	folder := os.Getenv("DYNAMICSCAN_PLANS")
	var plan map[string]any
	if folder == "" || json.Unmarshal(document, &plan) != nil || plan["resource_changes"] == nil {
		return
	}
	completePlan(plan)
	withoutEmptyReferences(plan["configuration"])
	text, err := json.MarshalIndent(plan, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	at, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	_, pkg, _ := strings.Cut(filepath.ToSlash(at), "/internal/reach/")
	file := filepath.Join(folder, pkg, strings.TrimSuffix(archive, ".txtar"), name+".json")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// completePlan fills planned_values from the changes where a scenario leaves
// it empty.
func completePlan(plan map[string]any) {
	root := object(object(plan["planned_values"])["root_module"])
	if root["resources"] != nil || root["child_modules"] != nil {
		return
	}
	resources := []any{}
	changes, _ := plan["resource_changes"].([]any)
	for _, c := range changes {
		entry := object(c)
		after := object(object(entry["change"])["after"])
		if after == nil || entry["mode"] == "data" {
			continue
		}
		fillRules(entry, after)
		resource := map[string]any{"schema_version": 0, "values": after, "sensitive_values": map[string]any{}}
		for _, name := range []string{"address", "mode", "type", "name", "index", "provider_name"} {
			if entry[name] != nil {
				resource[name] = entry[name]
			}
		}
		resources = append(resources, resource)
	}
	plan["planned_values"] = map[string]any{"root_module": map[string]any{"resources": resources}}
}

// unset is what providers write for the arguments of a rule that are not set,
// by the type of the resource and the block.
var unset = map[string]map[string]any{
	"aws_security_group ingress":                   emptyRule,
	"aws_security_group egress":                    emptyRule,
	"aws_default_security_group ingress":           emptyRule,
	"aws_network_acl ingress":                      {"cidr_block": "", "ipv6_cidr_block": "", "icmp_type": nil, "icmp_code": nil},
	"aws_network_acl egress":                       {"cidr_block": "", "ipv6_cidr_block": "", "icmp_type": nil, "icmp_code": nil},
	"azurerm_network_security_group security_rule": emptySecurityRule,
}

var emptyRule = map[string]any{
	"cidr_blocks": []any{}, "ipv6_cidr_blocks": []any{}, "prefix_list_ids": []any{}, "security_groups": []any{}, "self": false, "description": "",
}

var emptySecurityRule = map[string]any{
	"source_address_prefix": "", "source_address_prefixes": []any{}, "destination_address_prefix": "", "destination_address_prefixes": []any{},
	"source_port_range": "", "source_port_ranges": []any{}, "destination_port_range": "", "destination_port_ranges": []any{},
	"source_application_security_group_ids": []any{}, "destination_application_security_group_ids": []any{}, "description": "",
}

// fillRules adds to the rules in after what is neither set nor known later.
func fillRules(entry, after map[string]any) {
	later := object(object(entry["change"])["after_unknown"])
	for block, list := range after {
		rules, _ := list.([]any)
		pending, _ := later[block].([]any)
		for i, rule := range rules {
			values, unknown := object(rule), map[string]any{}
			if i < len(pending) {
				unknown = object(pending[i])
			}
			for name, empty := range unset[entryType(entry)+" "+block] {
				if _, set := values[name]; !set && unknown[name] == nil && values != nil {
					values[name] = empty
				}
			}
		}
	}
}

func entryType(entry map[string]any) string {
	name, _ := entry["type"].(string)
	return name
}

func object(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func withoutEmptyReferences(v any) {
	switch v := v.(type) {
	case []any:
		for _, part := range v {
			withoutEmptyReferences(part)
		}
	case map[string]any:
		if list, _ := v["references"].([]any); len(list) == 0 {
			delete(v, "references")
		}
		for _, part := range v {
			withoutEmptyReferences(part)
		}
	}
}
