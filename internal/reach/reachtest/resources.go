package reachtest

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// RunResources runs every scenario that the pattern matches, written as
// resources rather than as a document. The comment of an archive cites what it
// pins. NAME.json in it holds resources by address, to which those of
// base.json in the same archive are added; null takes one of them away.
// NAME.state and NAME.plan hold what comes out of a raw state with them and of
// a plan that creates them. With -update both are rewritten, those that are
// missing are made.
//
// A text "=aws_vpc.main.id" stands for that attribute of another resource: its
// value in the state, and in the plan unknown with the reference. An attribute
// whose name begins with + is one that the provider fills in: the plan does not
// know it yet. The attribute id always is. "?" is known only after apply and
// refers to nothing that a plan shows; a scenario with it has no state. A
// resource with "_existing": true is there before the plan. A list of objects
// is a list of blocks.
func RunResources(t *testing.T, pattern, provider string, clouds ...reach.Cloud) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenario matches %s (%v)", pattern, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { runResources(t, file, provider, clouds) })
	}
}

func runResources(t *testing.T, file, provider string, clouds []reach.Cloud) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var base []byte
	wanted := map[string]string{}
	for _, f := range archive.Files {
		wanted[f.Name] = string(f.Data)
		if f.Name == "base.json" {
			base = f.Data
		}
	}
	out := &txtar.Archive{Comment: archive.Comment}
	for _, f := range archive.Files {
		name, ok := strings.CutSuffix(f.Name, ".json")
		if !ok {
			continue
		}
		out.Files = append(out.Files, f)
		for _, kind := range []string{"state", "plan"} {
			if name == "base" || kind == "state" && strings.Contains(string(base)+string(f.Data), `"?"`) {
				continue
			}
			w := readWorld(t, base, f.Data)
			document := w.write(t, kind, provider)
			Keep(t, file, name, document)
			got := judge(t, name+"."+kind, document, clouds)
			out.Files = append(out.Files, txtar.File{Name: name + "." + kind, Data: []byte(got)})
			t.Run(name+"."+kind, func(t *testing.T) {
				if diff := cmp.Diff(wanted[name+"."+kind], got); diff != "" && !*update {
					t.Errorf("Analyze(%s.%s) (-want +got):\n%s", name, kind, diff)
				}
			})
		}
	}
	if *update {
		if err := os.WriteFile(file, txtar.Format(out), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// RunLabelled runs scenarios written as resources against labels that are
// written by hand and that -update leaves alone: NAME.label is all that is to
// come out of NAME.json, in a state and in a plan alike. A line of it is a
// verdict, a resource address, a transport and ports; or not_exposed and a
// resource address, for those whom nobody or only a few reach. A scenario
// stands alone: there is no base.json.
func RunLabelled(t *testing.T, pattern, provider string, clouds ...reach.Cloud) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenario matches %s (%v)", pattern, err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		labels := map[string]string{}
		for _, f := range archive.Files {
			labels[f.Name] = string(f.Data)
		}
		for _, f := range archive.Files {
			name, ok := strings.CutSuffix(f.Name, ".json")
			if !ok {
				continue
			}
			for _, kind := range []string{"state", "plan"} {
				t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar")+"/"+name+"."+kind, func(t *testing.T) {
					in, err := tfstate.Parse(name, readWorld(t, f.Data).write(t, kind, provider))
					if err != nil {
						t.Fatalf("Parse(%s): %v", name, err)
					}
					if diff := cmp.Diff(labels[name+".label"], labelOf(reach.Analyze(in, clouds...))); diff != "" {
						t.Errorf("Analyze(%s as a %s) (-label +got):\n%s", f.Name, kind, diff)
					}
				})
			}
		}
	}
}

// labelOf writes an analysis as a label.
func labelOf(a *reach.Analysis) string {
	var lines []string
	for _, e := range slices.Concat(a.Endpoints, a.Blocked) {
		line := string(e.Verdict) + " " + e.ResourceAddress
		if e.Verdict != exposure.NotExposed {
			line += " " + string(e.Transport) + " " + exposure.FormatPorts(e.Ports)
		}
		lines = append(lines, line+"\n")
	}
	slices.Sort(lines)
	return strings.Join(slices.Compact(lines), "")
}

// world is the resources of a scenario by address.
type world map[string]map[string]any

func readWorld(t *testing.T, sources ...[]byte) world {
	t.Helper()
	w := world{}
	for _, source := range sources {
		if len(source) == 0 {
			continue
		}
		var more world
		if err := json.Unmarshal(source, &more); err != nil {
			t.Fatalf("resources of the scenario: %v", err)
		}
		maps.Copy(w, more)
	}
	maps.DeleteFunc(w, func(_ string, r map[string]any) bool { return r == nil })
	return w
}

func (w world) write(t *testing.T, kind, provider string) []byte {
	t.Helper()
	document := w.state(t, provider)
	if kind == "plan" {
		document = w.plan(t, provider)
	}
	text, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func taken(address string) (mode, resourceType, name string) {
	mode = "managed"
	if rest, ok := strings.CutPrefix(address, "data."); ok {
		mode, address = "data", rest
	}
	resourceType, name, _ = strings.Cut(address, ".")
	return mode, resourceType, name
}

func (w world) state(t *testing.T, provider string) map[string]any {
	var list []any
	for _, address := range slices.Sorted(maps.Keys(w)) {
		mode, resourceType, name := taken(address)
		list = append(list, map[string]any{
			"mode": mode, "type": resourceType, "name": name, "provider": `provider["registry.terraform.io/` + provider + `"]`,
			"instances": []any{map[string]any{"schema_version": 0, "attributes": w.known(t, w[address])}},
		})
	}
	return map[string]any{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": map[string]any{}, "resources": list}
}

// known returns a value as a state has it.
func (w world) known(t *testing.T, v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		// "+name" sorts first, so that what is computed and configured is as
		// configured.
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if name != "_existing" {
				out[strings.TrimPrefix(name, "+")] = w.known(t, v[name])
			}
		}
		return out
	case []any:
		out := []any{}
		for _, part := range v {
			out = append(out, w.known(t, part))
		}
		return out
	case string:
		if ref, ok := strings.CutPrefix(v, "="); ok {
			return w.at(t, ref)
		}
	}
	return v
}

// at returns the value that a reference stands for.
func (w world) at(t *testing.T, ref string) any {
	dot := strings.LastIndex(ref, ".")
	r, attribute := w[ref[:dot]], ref[dot+1:]
	for _, name := range []string{attribute, "+" + attribute} {
		if v, ok := r[name]; ok {
			return w.known(t, v)
		}
	}
	t.Fatalf("the scenario has no %s", ref)
	return nil
}

func (w world) plan(t *testing.T, provider string) map[string]any {
	var changes, configuration, prior []any
	for _, address := range slices.Sorted(maps.Keys(w)) {
		mode, resourceType, name := taken(address)
		common := map[string]any{"address": address, "mode": mode, "type": resourceType, "name": name, "provider_name": "registry.terraform.io/" + provider}
		after, unknown, expressions := w.planned(w[address])
		configured := maps.Clone(common)
		configured["provider_config_key"], configured["expressions"] = provider, expressions
		configuration = append(configuration, configured)
		change := map[string]any{"actions": []string{"create"}, "before": nil, "after": after, "after_unknown": unknown}
		if mode == "data" || w[address]["_existing"] == true {
			values := w.known(t, w[address])
			change = map[string]any{"actions": []string{"no-op"}, "before": values, "after": values, "after_unknown": map[string]any{}}
			shown := maps.Clone(common)
			shown["values"] = values
			prior = append(prior, shown)
		}
		if mode == "managed" {
			entry := maps.Clone(common)
			change["before_sensitive"], change["after_sensitive"] = map[string]any{}, map[string]any{}
			entry["change"] = change
			changes = append(changes, entry)
		}
	}
	return map[string]any{
		"format_version": "1.2", "terraform_version": "1.11.4", "complete": true, "errored": false,
		"planned_values":   map[string]any{"root_module": map[string]any{}},
		"resource_changes": changes,
		"prior_state":      map[string]any{"format_version": "1.0", "terraform_version": "1.11.4", "values": map[string]any{"root_module": map[string]any{"resources": prior}}},
		"configuration":    map[string]any{"provider_config": map[string]any{}, "root_module": map[string]any{"resources": configuration}},
	}
}

// planned splits the values of a resource or block into the three pictures of
// a plan that creates it.
func (w world) planned(values map[string]any) (after, unknown, expressions map[string]any) {
	after, unknown, expressions = map[string]any{}, map[string]any{}, map[string]any{}
	for name, v := range values {
		computed, isComputed := strings.CutPrefix(name, "+")
		refs := referred(v)
		blocks := blocksOf(v)
		switch {
		case name == "_existing":
		case isComputed:
			unknown[computed] = true
		case name == "id" && len(refs) == 0:
			unknown[name] = true
		case len(blocks) > 0:
			var a, u, x []any
			for _, block := range blocks {
				ba, bu, bx := w.planned(block)
				a, u, x = append(a, ba), append(u, bu), append(x, bx)
			}
			after[name], unknown[name], expressions[name] = a, u, x
		case len(refs) > 0:
			unknown[name], expressions[name] = true, map[string]any{"references": refs}
			if parts, isMap := v.(map[string]any); isMap {
				after[name], unknown[name], _ = w.planned(parts)
			}
		case v == nil:
			after[name] = nil
		default:
			after[name], expressions[name] = v, map[string]any{"constant_value": v}
		}
	}
	return after, unknown, expressions
}

// referred lists what a value refers to, as a plan does.
func referred(v any) []string {
	var refs []string
	switch v := v.(type) {
	case string:
		if ref, ok := strings.CutPrefix(v, "="); ok {
			return []string{ref, ref[:strings.LastIndex(ref, ".")]}
		}
		if v == "?" {
			return []string{"data.external.elsewhere.result", "data.external.elsewhere"}
		}
	case []any:
		for _, part := range v {
			refs = append(refs, referred(part)...)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			refs = append(refs, referred(v[name])...)
		}
	}
	return refs
}

func blocksOf(v any) []map[string]any {
	list, _ := v.([]any)
	var out []map[string]any
	for _, part := range list {
		if block, ok := part.(map[string]any); ok {
			out = append(out, block)
		}
	}
	return out
}
