package aws_test

import (
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

// TestPathScenarios reads the archives in testdata/path. The comment of each
// cites what it pins. NAME.tf holds resources, to which those of
// testdata/path/base.tf are added; NAME.state and NAME.plan hold what comes
// out when they are written as a raw state and as a plan that creates them.
// Without one of the two, that form is not tried.
func TestPathScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/path/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios in testdata/path: %v", err)
	}
	base, err := os.ReadFile("testdata/path/base.tf")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { runArchive(t, file, base) })
	}
}

func runArchive(t *testing.T, file string, base []byte) {
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
			resources := readScenario(t, base, source[name])
			write := stateOf
			if kind == "plan" {
				write = planOf
			}
			document := write(t, resources)
			text, err := json.Marshal(document)
			if err != nil {
				t.Fatal(err)
			}
			reachtest.Keep(t, file, name, text)
			in, err := tfstate.Parse(f.Name, text)
			if err != nil {
				t.Fatalf("Parse(%s): %v", text, err)
			}
			got := pathSummary(reach.Analyze(in, aws.Cloud()))
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

// pathSummary tells all that matters of an analysis. The two assumptions that
// nearly every endpoint rests on are left out.
func pathSummary(a *reach.Analysis) string {
	var b strings.Builder
	tell := func(title string, e exposure.Endpoint, hops []exposure.Hop) {
		words := []string{title, e.ResourceAddress, "[" + e.Key + "]", e.HostPort(), string(e.Transport), "scope=" + string(e.Scope)}
		words = append(words, e.Sources...)
		words = append(words, e.SourceLabels...)
		if e.Dormant {
			words = append(words, "dormant")
		}
		fmt.Fprintln(&b, strings.Join(words, " "))
		for _, h := range hops {
			fmt.Fprintf(&b, "  %s (%s): %s\n", h.Gate, h.Certainty, h.Summary)
		}
		for _, g := range e.Unknowns {
			fmt.Fprintf(&b, "  gap: %s\n", g.Reason)
		}
		for _, id := range e.Assumptions {
			if id != "aws.bpa_off" && id != "aws.default_nacl" {
				fmt.Fprintf(&b, "  assumes: %s\n", id)
			}
		}
		for _, n := range e.Notes {
			fmt.Fprintf(&b, "  note: %s\n", n)
		}
	}
	for _, e := range a.Endpoints {
		tell(strings.TrimSpace(string(e.Verdict)+" "+e.Likelihood), e, e.Hops)
	}
	for _, e := range a.Blocked {
		tell("blocked", e, e.Blockers)
	}
	return b.String()
}

// stateOf writes the resources as a raw state.
func stateOf(t *testing.T, resources map[string]*scenarioResource) map[string]any {
	var list []any
	for _, address := range slices.Sorted(maps.Keys(resources)) {
		r := resources[address]
		if r.meta["deleted"] || r.meta["elsewhere"] {
			continue
		}
		list = append(list, map[string]any{
			"mode": r.mode, "type": r.kind, "name": r.name,
			"provider":  `provider["registry.terraform.io/hashicorp/aws"]`,
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
		common := map[string]any{"address": address, "mode": r.mode, "type": r.kind, "name": r.name,
			"provider_name": "registry.terraform.io/hashicorp/aws"}
		after, unknown, expressions := r.planned(t, resources)
		configured := maps.Clone(common)
		configured["provider_config_key"], configured["expressions"] = "aws", expressions
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
			"provider_config": map[string]any{"aws": map[string]any{"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws"}},
			"root_module":     map[string]any{"resources": configuration},
		},
	}
}
