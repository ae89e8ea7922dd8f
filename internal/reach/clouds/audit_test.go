package clouds_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/scenario"
)

// TestEveryScenarioIsPinned holds the list of scenarios against the files it
// names: each clause of each row is answered there as the list says. The files
// themselves are held against the analysis by the tests beside them.
func TestEveryScenarioIsPinned(t *testing.T) {
	clauses := readClauses(t)
	for n := 1; n <= 40; n++ {
		row := fmt.Sprintf("T%d", n)
		if !slices.ContainsFunc(clauses, func(c scenario.Clause) bool { return c.Row == row && c.Pinned() }) {
			t.Errorf("testdata/scenarios.txt has nothing that pins %s", row)
		}
	}
	for _, c := range clauses {
		t.Run(c.Row+" "+c.Name, func(t *testing.T) {
			switch {
			case !c.Pinned():
				if c.Says[0] == "" {
					t.Error("nothing pins it, and no reason is given")
				}
			case c.Tested():
				checkTest(t, c)
			default:
				checkArchive(t, c)
			}
		})
	}
}

func readClauses(t *testing.T) []scenario.Clause {
	t.Helper()
	text, err := os.ReadFile("testdata/scenarios.txt")
	if err != nil {
		t.Fatal(err)
	}
	clauses, err := scenario.Parse(string(text))
	if err != nil {
		t.Fatalf("testdata/scenarios.txt: %v", err)
	}
	return clauses
}

func checkTest(t *testing.T, c scenario.Clause) {
	text, err := os.ReadFile(filepath.Join("..", c.File))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range c.Members {
		if !strings.Contains(string(text), "func "+name+"(t *testing.T)") {
			t.Errorf("%s has no test %s", c.File, name)
		}
	}
}

func checkArchive(t *testing.T, c scenario.Clause) {
	archive, err := txtar.ParseFile(filepath.Join("..", c.File))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, f := range archive.Files {
		found[f.Name] = string(f.Data)
	}
	for _, member := range c.Members {
		text, ok := found[member]
		if !ok {
			t.Errorf("%s has no member %s", c.File, member)
			continue
		}
		for _, want := range c.Says {
			if !says(text, want) {
				t.Errorf("%s in %s does not say %q:\n%s", member, c.File, want, text)
			}
		}
	}
}

// says reports whether an answer has a text, at the beginning of a line where
// it is a verdict: "exposed" is not said by "not_exposed". \n ends a line.
func says(text, want string) bool {
	want = strings.ReplaceAll(want, `\n`, "\n")
	for _, verdict := range []string{"exposed ", "unknown", "blocked", "not_exposed "} {
		if strings.HasPrefix(want, verdict) {
			return strings.Contains("\n"+text, "\n"+want)
		}
	}
	return strings.Contains(text, want)
}
