package report_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/report"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestReportsReadAsTheirGoldenFiles(t *testing.T) {
	for name, r := range fixtures() {
		for _, format := range report.Formats() {
			t.Run(name+" as "+format, func(t *testing.T) {
				var got bytes.Buffer
				if err := report.Write(&got, format, r); err != nil {
					t.Fatal(err)
				}
				golden(t, name+"."+format+".golden", got.Bytes())
			})
		}
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v: write it with -update", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got), rewrite it with -update:\n%s", name, diff)
	}
}

func TestJSONKeepsToItsSchema(t *testing.T) {
	schema := compiled(t)
	for name, r := range fixtures() {
		if err := schema.Validate(document(t, r)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A schema that lets anything through would make the test above worthless.
func TestTheSchemaRefusesWhatIsNoReport(t *testing.T) {
	schema := compiled(t)
	endpoint := func(d map[string]any) map[string]any { return d["endpoints"].([]any)[0].(map[string]any) }
	spoil := map[string]func(d map[string]any){
		"a missing member":                      func(d map[string]any) { delete(d, "endpoints") },
		"another version":                       func(d map[string]any) { d["format_version"] = "2.0" },
		"an unknown member":                     func(d map[string]any) { d["extra"] = 1 },
		"a missing host":                        func(d map[string]any) { delete(endpoint(d), "host") },
		"ports as numbers":                      func(d map[string]any) { endpoint(d)["ports"] = []any{22} },
		"an unknown verdict":                    func(d map[string]any) { endpoint(d)["verdict"] = "maybe" },
		"hops that are null":                    func(d map[string]any) { endpoint(d)["hops"] = nil },
		"a severity in capitals":                func(d map[string]any) { endpoint(d)["severity"] = "HIGH" },
		"ports of an observation that are null": func(d map[string]any) { endpoint(d)["observed"].(map[string]any)["ports"] = nil },
	}
	for name, change := range spoil {
		d := document(t, scanReport()).(map[string]any)
		change(d)
		if err := schema.Validate(d); err == nil {
			t.Errorf("the schema accepts a report with %s", name)
		}
	}
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(report.Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func document(t *testing.T, r exposure.Report) any {
	t.Helper()
	var out bytes.Buffer
	if err := report.JSON(&out, r); err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(&out)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestTheSameReportIsTheSameBytes(t *testing.T) {
	for _, format := range report.Formats() {
		var first bytes.Buffer
		if err := report.Write(&first, format, scanReport()); err != nil {
			t.Fatal(err)
		}
		for range 10 { // the order of maps differs
			var again bytes.Buffer
			if err := report.Write(&again, format, scanReport()); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(first.Bytes(), again.Bytes()) {
				t.Fatalf("%s differs from one rendering to the next", format)
			}
		}
	}
}

func TestTextWrapsProseAndKeepsWordsWhole(t *testing.T) {
	r := planReport()
	r.Warnings = []string{strings.Repeat("word ", 60) + strings.Repeat("x", 150) + " end"}
	var out bytes.Buffer
	if err := report.Text(&out, r); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		line = strings.TrimSuffix(line, "\n")
		if line != strings.TrimRight(line, " ") {
			t.Errorf("line %q ends in a space", line)
		}
		if table := strings.Contains(line, "  anywhere  ") || strings.Contains(line, "  FROM  "); !table &&
			utf8.RuneCountInString(line) > 100 && strings.Contains(strings.TrimSpace(line), " ") {
			t.Errorf("line %q has %d characters, want at most 100", line, utf8.RuneCountInString(line))
		}
	}
	if strings.Contains(out.String(), "\n\n\n") || strings.HasPrefix(out.String(), "\n") {
		t.Errorf("text has two empty lines in a row, or begins with one:\n%s", out.String())
	}
}

// The nouns grow, and the report lists their members one by one: none may be
// lost on the way.
func TestEveryMemberOfAnEndpointIsReported(t *testing.T) {
	whole := webSSH()
	whole.Endpoint.Tags = map[string]string{"env": "prod"}
	whole.Endpoint.Path, whole.Endpoint.Likelihood, whole.Change, whole.Endpoint.Input = "/", "likely", exposure.ChangeNew, "prod.tfstate"
	text, err := json.Marshal(whole.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	var members map[string]any
	if err := json.Unmarshal(text, &members); err != nil {
		t.Fatal(err)
	}
	reported := document(t, exposure.Report{Results: []exposure.Result{whole}}).(map[string]any)["endpoints"].([]any)[0].(map[string]any)
	if got, want := len(reported), len(members)+3; got != want { // change, severity and observed are of the result
		t.Errorf("an endpoint has %d members in the report, want %d: one of the noun's is missing", got, want)
	}
}

// A sensitive source is not shown, and its cell says so.
func TestSourcesThatAreNotShownLeaveNoEmptyCell(t *testing.T) {
	e := exposure.Endpoint{ResourceAddress: "aws_instance.web", Host: "203.0.113.1", Transport: exposure.TCP, Ports: []exposure.PortRange{{Lo: 22, Hi: 22}},
		Verdict: exposure.NotExposed, Scope: exposure.ScopeRestricted, Sources: []string{}}
	var got bytes.Buffer
	if err := report.Write(&got, "text", exposure.Report{Results: []exposure.Result{{Endpoint: e}}, Passed: true}); err != nil {
		t.Fatal(err)
	}
	if want := "aws_instance.web  203.0.113.1  tcp 22  sources that are not shown"; !strings.Contains(got.String(), want) {
		t.Errorf("the report does not say %q:\n%s", want, got.String())
	}
}
