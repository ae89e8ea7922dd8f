package azure_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// TestEveryUnknownNamesAGap holds what a reader of an unknown verdict is
// promised: what is not known, where, and what would tell.
func TestEveryUnknownNamesAGap(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios in testdata: %v", err)
	}
	unknown := 0
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source := map[string][]byte{}
		for _, f := range archive.Files {
			name, kind, _ := strings.Cut(f.Name, ".")
			if kind == "tf" {
				source[name] = f.Data
				continue
			}
			for _, e := range analyse(t, f.Name, kind, readScenario(t, source["base"], source[name])).Endpoints {
				if e.Verdict != exposure.Unknown {
					continue
				}
				unknown++
				if len(e.Unknowns) == 0 {
					t.Errorf("%s in %s: %s is unknown and names no gap", f.Name, file, e.ResourceAddress)
				}
				for _, gap := range e.Unknowns {
					if gap.Resource == "" || gap.Reason == "" || gap.Remedy == "" {
						t.Errorf("%s in %s: gap of %s = %+v, want resource, reason and remedy", f.Name, file, e.ResourceAddress, gap)
					}
				}
			}
		}
	}
	if unknown == 0 {
		t.Error("no scenario has an unknown verdict")
	}
}
