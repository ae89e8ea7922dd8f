package gcp_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/gcp"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/reachtest"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// TestScenarios reads the archives in testdata. The comment of each cites what
// it pins. NAME.tf holds resources, to which those of base.tf in the same
// archive are added; NAME.state and NAME.plan hold what comes out when they are
// written as a raw state and as a plan that creates them. Without one of the
// two, that form is not tried.
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
			w := read(t, source["base"], source[name])
			keep(t, file, name, kind, w)
			got := outcome(t, w, kind == "plan")
			if reachtest.Updating() {
				archive.Files[i].Data = []byte(got)
			} else if diff := cmp.Diff(string(f.Data), got); diff != "" {
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

// keep lends a plan to other programs.
func keep(t *testing.T, file, name, kind string, w world) {
	t.Helper()
	if kind != "plan" {
		return
	}
	text, err := json.Marshal(w.plan(t))
	if err != nil {
		t.Fatal(err)
	}
	reachtest.Keep(t, file, name, text)
}

// outcome analyses a world and tells it in lines. The assumptions that are
// routine are left out.
func outcome(t *testing.T, w world, plan bool) string {
	t.Helper()
	write := w.state
	if plan {
		write = w.plan
	}
	a := analyze(t, write(t))
	for _, e := range a.Endpoints {
		if e.Verdict == exposure.Unknown && (len(e.Unknowns) == 0 || e.Likelihood == "" || e.Unknowns[0].Remedy == "") {
			t.Errorf("%s is unknown with likelihood %q and gaps %v, want one that tells what is missing and what would show it", e.ResourceAddress, e.Likelihood, e.Unknowns)
		}
	}
	got := reachtest.Render(a)
	for _, routine := range gcp.Cloud().Routine {
		got = strings.ReplaceAll(got, " "+routine, "")
	}
	return strings.ReplaceAll(got, "  assumes:\n", "")
}

// state writes the resources as a raw state.
func (w world) state(t *testing.T) map[string]any {
	ctx := w.context(t)
	var list []any
	for _, address := range slices.Sorted(maps.Keys(w)) {
		r := w[address]
		if r.meta["elsewhere"] {
			continue
		}
		attributes := known(t, r.body, ctx)
		for name, v := range r.computed {
			attributes[name] = plain(t, v)
		}
		list = append(list, map[string]any{
			"mode": r.mode, "type": r.kind, "name": r.name,
			"provider":  `provider["registry.terraform.io/hashicorp/google"]`,
			"instances": []any{map[string]any{"schema_version": 0, "attributes": attributes}},
		})
	}
	return map[string]any{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": map[string]any{}, "resources": list}
}

// plan writes the resources as a plan that creates them, but for those that
// exist.
func (w world) plan(t *testing.T) map[string]any {
	ctx := w.context(t)
	var changes, configuration, prior []any
	for _, address := range slices.Sorted(maps.Keys(w)) {
		r := w[address]
		if r.meta["elsewhere"] {
			continue
		}
		common := map[string]any{"address": address, "mode": r.mode, "type": r.kind, "name": r.name,
			"provider_name": "registry.terraform.io/hashicorp/google"}
		after, unknown, expressions := w.planned(t, r.kind, r.body, ctx)
		configured := maps.Clone(common)
		configured["provider_config_key"], configured["expressions"] = "google", expressions
		configuration = append(configuration, configured)
		change := map[string]any{"actions": []string{"create"}, "before": nil, "after": after, "after_unknown": unknown, "after_sensitive": map[string]any{}}
		if r.exists() {
			values := known(t, r.body, ctx)
			for name, v := range r.computed {
				values[name] = plain(t, v)
			}
			shown := maps.Clone(common)
			shown["values"] = values
			prior = append(prior, shown)
			change = map[string]any{"actions": []string{"no-op"}, "before": values, "after": values, "after_unknown": map[string]any{}, "after_sensitive": map[string]any{}}
		} else {
			unknown["id"], unknown["self_link"] = true, true
		}
		if r.mode == "data" {
			continue
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
			"provider_config": map[string]any{"google": map[string]any{"name": "google", "full_name": "registry.terraform.io/hashicorp/google"}},
			"root_module":     map[string]any{"resources": configuration},
		},
	}
}
