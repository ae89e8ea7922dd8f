package azure_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
)

// TestDocumentationExamples holds the analysis against labels that -update
// does not rewrite.
func TestDocumentationExamples(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/examples/labels.txtar")
	if err != nil {
		t.Fatal(err)
	}
	labels := map[string]string{}
	for _, f := range archive.Files {
		if name, ok := strings.CutSuffix(f.Name, ".label"); ok {
			labels[name] = string(f.Data)
		}
	}
	for _, f := range archive.Files {
		name, ok := strings.CutSuffix(f.Name, ".tf")
		if !ok {
			continue
		}
		for _, kind := range []string{"state", "plan"} {
			t.Run(name+"."+kind, func(t *testing.T) {
				got := labelled(analyse(t, name, kind, readScenario(t, f.Data)))
				if diff := gocmp.Diff(labels[name], got); diff != "" {
					t.Errorf("Analyze(%s as a %s) (-label +got):\n%s", f.Name, kind, diff)
				}
			})
		}
	}
}

// labelled writes an analysis as a label.
func labelled(a *reach.Analysis) string {
	var lines []string
	for _, e := range slices.Concat(a.Endpoints, a.Blocked) {
		if e.Verdict == exposure.NotExposed {
			lines = append(lines, fmt.Sprintf("%s %s", e.Verdict, e.ResourceAddress))
			continue
		}
		lines = append(lines, fmt.Sprintf("%s %s %s %s", e.Verdict, e.ResourceAddress, e.Transport, exposure.FormatPorts(e.Ports)))
	}
	slices.Sort(lines)
	if lines = slices.Compact(lines); len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}
