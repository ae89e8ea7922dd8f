package azure_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/azure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/reachtest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// TestScenarios reads the archives in testdata. The comment of each cites what
// it pins. NAME.tf holds resources, to which those of base.tf in the archive
// are added; NAME.state and NAME.plan hold what comes out when they are written
// as a raw state and as a plan that creates them. Without one of the two, that
// form is not tried.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios in testdata: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { runArchive(t, file) })
	}
}

func runArchive(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	source := map[string][]byte{}
	for i, f := range archive.Files {
		name, kind, _ := strings.Cut(f.Name, ".")
		if kind == "tf" {
			source[name] = f.Data
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			resources := readScenario(t, source["base"], source[name])
			keep(t, file, name, kind, resources)
			got := judge(t, f.Name, kind, resources)
			if reachtest.Updating() {
				archive.Files[i].Data = []byte(got)
			} else if diff := gocmp.Diff(string(f.Data), got); diff != "" {
				t.Errorf("Analyze(%s in %s) (-want +got):\n%s", f.Name, file, diff)
			}
		})
	}
	if reachtest.Updating() {
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func judge(t *testing.T, name, kind string, resources map[string]*scenarioResource) string {
	t.Helper()
	got := reachtest.Render(analyse(t, name, kind, resources))
	// Nearly every path rests on this assumption; it has a test of its own.
	return strings.ReplaceAll(got, "  assumes: azure.no_admin_rules\n", "")
}

// keep lends a plan to other programs.
func keep(t *testing.T, file, name, kind string, resources map[string]*scenarioResource) {
	t.Helper()
	if kind != "plan" {
		return
	}
	text, err := json.Marshal(planOf(t, resources))
	if err != nil {
		t.Fatal(err)
	}
	reachtest.Keep(t, file, name, text)
}

// analyse writes the resources as a state or plan and analyses it.
func analyse(t *testing.T, name, kind string, resources map[string]*scenarioResource) *reach.Analysis {
	t.Helper()
	document := stateOf(t, resources)
	if kind == "plan" {
		document = planOf(t, resources)
	}
	text, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	in, err := tfstate.Parse(name, text)
	if err != nil {
		t.Fatalf("Parse(%s): %v", text, err)
	}
	return reach.Analyze(in, azure.Cloud())
}

const provider = "registry.terraform.io/hashicorp/azurerm"

// stateOf writes the resources as a raw state.
func stateOf(t *testing.T, resources map[string]*scenarioResource) map[string]any {
	var list []any
	for _, address := range slices.Sorted(maps.Keys(resources)) {
		r := resources[address]
		if r.meta["deleted"] || r.meta["elsewhere"] {
			continue
		}
		list = append(list, map[string]any{
			"mode": r.mode, "type": r.kind, "name": r.name, "provider": `provider["` + provider + `"]`,
			"instances": []any{map[string]any{"schema_version": 0, "attributes": r.known(t, resources)}},
		})
	}
	return map[string]any{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": map[string]any{}, "resources": list}
}

// planOf writes the resources as a plan that creates them, but for those that
// exist or are deleted.
func planOf(t *testing.T, resources map[string]*scenarioResource) map[string]any {
	var changes, configuration, prior []any
	for _, address := range slices.Sorted(maps.Keys(resources)) {
		r := resources[address]
		if r.meta["elsewhere"] {
			continue
		}
		common := map[string]any{"address": address, "mode": r.mode, "type": r.kind, "name": r.name, "provider_name": provider}
		after, unknown, expressions := r.planned(t, resources)
		configured := maps.Clone(common)
		configured["provider_config_key"], configured["expressions"] = "azurerm", expressions
		values := map[string]any(nil)
		if r.exists() {
			values = r.known(t, resources)
			shown := maps.Clone(common)
			shown["values"] = values
			prior = append(prior, shown)
		}
		change := map[string]any{"before": values, "before_sensitive": false, "after_sensitive": map[string]any{}}
		switch {
		case r.mode == "data" && !r.meta["pending"]:
			configuration = append(configuration, configured)
			continue
		case r.meta["deleted"]:
			change["actions"], change["after"], change["after_unknown"] = []string{"delete"}, nil, map[string]any{}
		case r.exists():
			change["actions"], change["after"], change["after_unknown"] = []string{"no-op"}, values, map[string]any{}
		default:
			change["actions"], change["after"], change["after_unknown"] = []string{"create"}, after, unknown
			if r.mode == "data" {
				change["actions"] = []string{"read"}
			}
		}
		if !r.meta["deleted"] {
			configuration = append(configuration, configured)
		}
		entry := maps.Clone(common)
		entry["change"] = change
		changes = append(changes, entry)
	}
	return map[string]any{
		"format_version": "1.2", "terraform_version": "1.11.4", "complete": true, "errored": false,
		"planned_values":   map[string]any{"root_module": map[string]any{}},
		"resource_changes": changes,
		"prior_state": map[string]any{"format_version": "1.0", "terraform_version": "1.11.4",
			"values": map[string]any{"root_module": map[string]any{"resources": prior}}},
		"configuration": map[string]any{
			"provider_config": map[string]any{"azurerm": map[string]any{"name": "azurerm", "full_name": provider}},
			"root_module":     map[string]any{"resources": configuration},
		},
	}
}
