package clouds_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// clause is one line of testdata/scenarios.txt.
type clause struct {
	row, name, file string
	members, says   []string
}

// TestEveryScenarioIsPinned holds the list of scenarios against the files it
// names: each clause of each row is answered there as the list says. The files
// themselves are held against the analysis by the tests beside them.
func TestEveryScenarioIsPinned(t *testing.T) {
	clauses := readClauses(t)
	for n := 1; n <= 40; n++ {
		row := fmt.Sprintf("T%d", n)
		if !slices.ContainsFunc(clauses, func(c clause) bool { return c.row == row && c.file != "-" }) {
			t.Errorf("testdata/scenarios.txt has nothing that pins %s", row)
		}
	}
	for _, c := range clauses {
		t.Run(c.row+" "+c.name, func(t *testing.T) {
			switch {
			case c.file == "-":
				if c.says[0] == "" {
					t.Error("nothing pins it, and no reason is given")
				}
			case strings.HasSuffix(c.file, "_test.go"):
				c.checkTest(t)
			default:
				c.checkArchive(t)
			}
		})
	}
}

func readClauses(t *testing.T) []clause {
	t.Helper()
	text, err := os.ReadFile("testdata/scenarios.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out []clause
	seen := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(line, " | ")
		if len(fields) != 5 {
			t.Fatalf("testdata/scenarios.txt: %q has %d fields, want 5", line, len(fields))
		}
		c := clause{row: fields[0], name: fields[1], file: fields[2], members: strings.Fields(fields[3]), says: strings.Split(fields[4], "; ")}
		if seen[c.row+c.name] {
			t.Errorf("testdata/scenarios.txt has %s %s twice", c.row, c.name)
		}
		seen[c.row+c.name] = true
		out = append(out, c)
	}
	return out
}

func (c clause) checkTest(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", c.file))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range c.members {
		if !strings.Contains(string(text), "func "+name+"(t *testing.T)") {
			t.Errorf("%s has no test %s", c.file, name)
		}
	}
}

func (c clause) checkArchive(t *testing.T) {
	archive, err := txtar.ParseFile(filepath.Join("..", c.file))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, f := range archive.Files {
		found[f.Name] = string(f.Data)
	}
	for _, member := range c.inForms() {
		text, ok := found[member]
		if !ok {
			t.Errorf("%s has no member %s", c.file, member)
			continue
		}
		for _, want := range c.says {
			if !says(text, want) {
				t.Errorf("%s in %s does not say %q:\n%s", member, c.file, want, text)
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

// inForms returns the members with their endings.
func (c clause) inForms() []string {
	var out []string
	for _, member := range c.members {
		if strings.Contains(member, ".") {
			out = append(out, member)
			continue
		}
		out = append(out, member+".state", member+".plan")
	}
	return out
}
