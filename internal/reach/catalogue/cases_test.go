package catalogue_test

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/catalogue"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/reachtest"
	"github.com/rogpeppe/go-internal/txtar"
)

// What the scenarios of one cloud leave out stands in files of their own.
func TestCases(t *testing.T) {
	reachtest.RunResources(t, "testdata/cases/*.txtar", "example/example", catalogue.Cloud())
}

// without are the cases that a service cannot have, and why.
var without = map[string]map[string]string{
	"aws_lambda_function_url":      {"closed": "a URL is there or not", "unknown": "a URL is there or not"},
	"google_api_gateway_gateway":   {"closed": "nothing closes a gateway", "unknown": "nothing closes a gateway"},
	"google_firebase_hosting_site": {"closed": "nothing closes a site", "unknown": "nothing closes a site"},
	"vultr_kubernetes":             {"closed": "no resource shows the rules of the firewall"},
}

// TestEveryEntryHasAnOpenAClosedAndAnUnknownCase reads what the scenarios
// want; that it is what comes out is for the tests of the scenarios.
func TestEveryEntryHasAnOpenAClosedAndAnUnknownCase(t *testing.T) {
	cases := wantedCases(t)
	types, _, err := catalogue.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	private := catalogue.NeverPublic()
	for _, resourceType := range types {
		for _, wanted := range []string{"open", "closed", "unknown"} {
			_, excused := without[resourceType][wanted]
			excused = excused || wanted != "closed" && slices.Contains(private, resourceType)
			switch has := cases[resourceType][wanted]; {
			case !has && !excused:
				t.Errorf("%s has no %s case below testdata; it has %v", resourceType, wanted, slices.Sorted(maps.Keys(cases[resourceType])))
			case has && excused:
				t.Errorf("%s has the case %s, which it is said to have not", resourceType, wanted)
			}
		}
	}
}

// wantedCases returns which verdicts the scenarios want, by resource type.
func wantedCases(t *testing.T) map[string]map[string]bool {
	t.Helper()
	files, _ := filepath.Glob("testdata/*.txtar")
	deeper, err := filepath.Glob("testdata/*/*.txtar")
	if err != nil || len(files) == 0 || len(deeper) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	found := map[string]map[string]bool{}
	for _, file := range slices.Concat(files, deeper) {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range archive.Files {
			if strings.HasSuffix(part.Name, ".json") {
				continue
			}
			for line := range strings.Lines(string(part.Data)) {
				verdict, address, ok := verdictOf(line)
				if !ok {
					continue
				}
				resourceType, _, _ := strings.Cut(address, ".")
				if found[resourceType] == nil {
					found[resourceType] = map[string]bool{}
				}
				found[resourceType][verdict] = true
			}
		}
	}
	return found
}

// verdictOf reads a line of a rendered analysis that tells of an endpoint.
func verdictOf(line string) (verdict, address string, ok bool) {
	fields := strings.Fields(strings.TrimPrefix(line, "blocked: "))
	if len(fields) < 3 || strings.HasPrefix(line, " ") || !strings.HasPrefix(fields[2], "[") {
		return "", "", false
	}
	word, _, _ := strings.Cut(fields[0], "/")
	verdict, ok = map[string]string{"exposed": "open", "not_exposed": "closed", "unknown": "unknown"}[word]
	return verdict, fields[1], ok
}
