package gcp_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/catalogue"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/gcp"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// TestLabelledExamples holds the analysis against examples that were read by
// hand: the file label lists all that is to come out, both of a state and of a
// plan. It is never rewritten.
func TestLabelledExamples(t *testing.T) {
	files, err := filepath.Glob("testdata/labelled/*.txtar")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d labelled examples, want at least 10 (%v)", len(files), err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		w := read(t, archive.Files[0].Data)
		want := strings.Fields(strings.ReplaceAll(string(archive.Files[1].Data), " ", "|"))
		for form, write := range map[string]func(*testing.T) map[string]any{"state": w.state, "plan": w.plan} {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar")+"/"+form, func(t *testing.T) {
				if diff := cmp.Diff(want, verdicts(t, write(t)), cmp.Transformer("sort", sorted)); diff != "" {
					t.Errorf("Analyze(%s) (-label +got):\n%s", file, diff)
				}
			})
		}
	}
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

// verdicts tells an analysis in the form of the labels.
func verdicts(t *testing.T, document map[string]any) []string {
	t.Helper()
	in := parsed(t, document)
	a := reach.Analyze(in, gcp.Cloud(), catalogue.Cloud())
	out := []string{}
	for _, e := range a.Endpoints {
		verdict := string(e.Verdict)
		if e.Verdict == exposure.NotExposed {
			verdict = "restricted"
		}
		out = append(out, fmt.Sprintf("%s|%s|%s|%s", verdict, e.ResourceAddress, e.Transport, strings.ReplaceAll(exposure.FormatPorts(e.Ports), " ", "")))
	}
	for _, e := range a.Blocked {
		out = append(out, "not_exposed|"+e.ResourceAddress)
	}
	return out
}
