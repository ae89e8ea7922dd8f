package aws_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/aws"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/reachtest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// A scenario is an archive in testdata/lb. Its first line cites what it pins.
// Each file NAME.state or NAME.plan holds resources by address, to which those
// of testdata/lb/network.json are added, and NAME.document a whole document;
// NAME.expect holds what comes out.
//
// In a plan the value "?" is known after apply and not configured, and
// "=aws_lb.web.arn" is known after apply and refers to that resource. A
// resource with "_existing": true is there already.
func TestLoadBalancerScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/lb/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios in testdata/lb: %v", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, input := range archive.Files {
			name, kind, _ := strings.Cut(input.Name, ".")
			if kind != "state" && kind != "plan" && kind != "document" {
				continue
			}
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar")+"/"+name, func(t *testing.T) {
				document := scenarioDocument(t, kind, input.Data)
				reachtest.Keep(t, file, name, document)
				got := summary(reach.Analyze(parsed(t, document), aws.Cloud()))
				if reachtest.Updating() {
					setFile(archive, name+".expect", got)
					return
				}
				if diff := gocmp.Diff(fileOf(archive, name+".expect"), got); diff != "" {
					t.Errorf("Analyze(%s in %s) (-want +got):\n%s", input.Name, file, diff)
				}
			})
		}
		if reachtest.Updating() {
			if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func fileOf(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

func setFile(a *txtar.Archive, name, text string) {
	for i := range a.Files {
		if a.Files[i].Name == name {
			a.Files[i].Data = []byte(text)
			return
		}
	}
	a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(text)})
}

// summary lists the endpoints, and all that is blocked, with what decides them.
func summary(a *reach.Analysis) string {
	var b strings.Builder
	for _, ep := range a.Endpoints {
		fmt.Fprintf(&b, "%s %s %s\n", strings.TrimSpace(string(ep.Verdict)+" "+ep.Likelihood), ep.ResourceAddress, line(ep))
		for _, h := range ep.Hops {
			if slices.Contains([]string{"listener", "target_group", "target"}, h.Gate) {
				fmt.Fprintf(&b, "  %s: %s\n", h.Gate, h.Summary)
			}
		}
		for _, gap := range ep.Unknowns {
			fmt.Fprintf(&b, "  gap: %s\n", gap.Reason)
		}
		if len(ep.Related) > 0 {
			fmt.Fprintf(&b, "  related: %s\n", strings.Join(ep.Related, " "))
		}
	}
	for _, ep := range a.Blocked {
		if ep.Kind == "lb" {
			fmt.Fprintf(&b, "blocked %s %s\n", ep.ResourceAddress, line(ep))
		} else {
			fmt.Fprintf(&b, "blocked %s\n", ep.ResourceAddress)
		}
		for _, h := range ep.Blockers {
			fmt.Fprintf(&b, "  %s: %s\n", h.Gate, cmp.Or(h.Resource, "-"))
		}
	}
	return b.String()
}

func line(ep exposure.Endpoint) string {
	words := []string{ep.Key, ep.HostPort(), string(ep.Transport), ep.App}
	if ep.Access != exposure.AccessUnknown {
		words = append(words, string(ep.Access))
	}
	if ep.Verdict == exposure.NotExposed && ep.Scope != exposure.ScopeNone {
		words = append(words, string(ep.Scope))
	}
	for _, n := range ep.Notes {
		words = append(words, "("+n+")")
	}
	words = slices.DeleteFunc(words, func(s string) bool { return s == "" })
	return strings.Join(words, " ")
}

// scenarioDocument makes a real document of the resources.
func scenarioDocument(t *testing.T, kind string, data []byte) []byte {
	t.Helper()
	if kind == "document" {
		return data
	}
	resources := map[string]map[string]any{}
	base, err := os.ReadFile("testdata/lb/network.json")
	if err != nil {
		t.Fatal(err)
	}
	existing := map[string]map[string]any{}
	for _, src := range []struct {
		data []byte
		into map[string]map[string]any
	}{{base, existing}, {data, resources}} {
		if err := json.Unmarshal(src.data, &src.into); err != nil {
			t.Fatalf("resources of the scenario: %v", err)
		}
	}
	for address, r := range existing {
		if resources[address] == nil {
			r["_existing"] = true
			resources[address] = r
		}
	}
	write := rawState
	if kind == "plan" {
		write = shownPlan
	}
	document := write(resources)
	text, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func parsed(t *testing.T, document []byte) *tfstate.Input {
	t.Helper()
	in, err := tfstate.Parse("scenario", document)
	if err != nil {
		t.Fatalf("Parse(%s): %v", document, err)
	}
	return in
}

func splitAddress(address string) (mode, resourceType, name string) {
	mode = "managed"
	if rest, ok := strings.CutPrefix(address, "data."); ok {
		mode, address = "data", rest
	}
	resourceType, name, _ = strings.Cut(address, ".")
	return mode, resourceType, name
}

func rawState(resources map[string]map[string]any) map[string]any {
	var list []any
	for _, address := range slices.Sorted(maps.Keys(resources)) {
		mode, resourceType, name := splitAddress(address)
		delete(resources[address], "_existing")
		list = append(list, map[string]any{
			"mode": mode, "type": resourceType, "name": name,
			"provider":  `provider["registry.terraform.io/hashicorp/aws"]`,
			"instances": []any{map[string]any{"schema_version": 0, "attributes": resources[address]}},
		})
	}
	return map[string]any{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": map[string]any{}, "resources": list}
}

func shownPlan(resources map[string]map[string]any) map[string]any {
	var changes, configuration, planned []any
	for _, address := range slices.Sorted(maps.Keys(resources)) {
		mode, resourceType, name := splitAddress(address)
		values := resources[address]
		existing := values["_existing"] == true
		delete(values, "_existing")
		after, unknown, expressions := pictures(values)
		actions, before := []string{"create"}, map[string]any(nil)
		if existing {
			actions, before = []string{"no-op"}, after
		}
		common := map[string]any{"address": address, "mode": mode, "type": resourceType, "name": name, "provider_name": "registry.terraform.io/hashicorp/aws"}
		change := maps.Clone(common)
		change["change"] = map[string]any{"actions": actions, "before": before, "after": after, "after_unknown": unknown, "before_sensitive": false, "after_sensitive": map[string]any{}}
		changes = append(changes, change)
		shown := maps.Clone(common)
		shown["values"] = after
		planned = append(planned, shown)
		configured := maps.Clone(common)
		configured["provider_config_key"], configured["expressions"] = "aws", expressions
		configuration = append(configuration, configured)
	}
	return map[string]any{
		"format_version": "1.2", "terraform_version": "1.11.4", "complete": true, "errored": false,
		"planned_values":   map[string]any{"root_module": map[string]any{"resources": planned}},
		"resource_changes": changes,
		"configuration": map[string]any{
			"provider_config": map[string]any{"aws": map[string]any{"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws"}},
			"root_module":     map[string]any{"resources": configuration},
		},
	}
}

// pictures splits the values of a scenario into the three pictures of a plan.
func pictures(values map[string]any) (after, unknown, expressions map[string]any) {
	after, unknown, expressions = map[string]any{}, map[string]any{}, map[string]any{}
	for name, v := range values {
		switch v := v.(type) {
		case string:
			switch {
			case v == "?":
				unknown[name] = true
			case strings.HasPrefix(v, "="):
				unknown[name] = true
				expressions[name] = references(v)
			default:
				after[name], expressions[name] = v, map[string]any{"constant_value": v}
			}
		case []any:
			plannedList(name, v, after, unknown, expressions)
		case nil:
			after[name] = nil
		default:
			after[name], expressions[name] = v, map[string]any{"constant_value": v}
		}
	}
	return after, unknown, expressions
}

func plannedList(name string, list []any, after, unknown, expressions map[string]any) {
	var blocks, unknowns, configured []any
	var refs []string
	for _, e := range list {
		switch e := e.(type) {
		case map[string]any:
			a, u, x := pictures(e)
			blocks, unknowns, configured = append(blocks, a), append(unknowns, u), append(configured, x)
		case string:
			if strings.HasPrefix(e, "=") {
				refs = append(refs, e)
			}
		}
	}
	switch {
	case len(blocks) > 0:
		after[name], unknown[name], expressions[name] = blocks, unknowns, configured
	case len(refs) > 0:
		unknown[name], expressions[name] = true, references(refs...)
	case len(list) == 0:
		after[name] = list
	default:
		after[name], expressions[name] = list, map[string]any{"constant_value": list}
	}
}

func references(values ...string) map[string]any {
	var refs []string
	for _, v := range values {
		full := strings.TrimPrefix(v, "=")
		refs = append(refs, full, full[:strings.LastIndex(full, ".")])
	}
	return map[string]any{"references": refs}
}
