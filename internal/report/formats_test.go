package report_test

import (
	"bytes"
	"encoding/xml"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/net/html"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/report"
)

func render(t *testing.T, format string, r exposure.Report) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := report.Write(&out, format, r); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// The schema is that of the OASIS standard.
func TestSARIFKeepsToTheSchemaOfTheStandard(t *testing.T) {
	text, err := os.ReadFile("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("sarif.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	reports := fixtures()
	reports["hostile"] = hostileReport()
	for name, r := range reports {
		log, err := jsonschema.UnmarshalJSON(bytes.NewReader(render(t, "sarif", r)))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(log); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		run := log.(map[string]any)["runs"].([]any)[0].(map[string]any)
		if got := len(run["results"].([]any)); got != len(r.Findings) {
			t.Errorf("%s: %d results, want one for each of %d findings", name, got, len(r.Findings))
		}
		run["results"] = map[string]any{}
		if schema.Validate(log) == nil {
			t.Errorf("%s: the schema accepts results that are no list", name)
		}
	}
}

// hostileReport holds what must not become markup.
func hostileReport() exposure.Report {
	r := scanReport()
	bad := `</td><script>alert(1)</script>"'&]]>--><img src=x onerror=alert(1)>`
	r.Input = bad
	r.Warnings = append(r.Warnings, bad)
	for i := range r.Findings {
		r.Findings[i].Evidence += bad
		r.Findings[i].Title += bad
		r.Findings[i].ResourceAddress += bad
	}
	for i := range r.Results {
		r.Results[i].Endpoint.Host += bad
		r.Results[i].Endpoint.ResourceAddress += bad
	}
	return r
}

func TestJUnitCountsWhatItHolds(t *testing.T) {
	type suite struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Skipped  int `xml:"skipped,attr"`
		Cases    []struct {
			Name    string    `xml:"name,attr"`
			Class   string    `xml:"classname,attr"`
			Failure *struct{} `xml:"failure"`
			Skipped *struct{} `xml:"skipped"`
		} `xml:"testcase"`
	}
	reports := fixtures()
	reports["hostile"] = hostileReport()
	for name, r := range reports {
		var all struct {
			Suites []suite `xml:"testsuite"`
		}
		if err := xml.Unmarshal(render(t, "junit", r), &all); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		s := all.Suites[0]
		failures, skipped, names := 0, 0, []string{}
		for _, c := range s.Cases {
			names = append(names, c.Class+" "+c.Name)
			if c.Failure != nil {
				failures++
			}
			if c.Skipped != nil {
				skipped++
			}
		}
		if s.Tests != len(s.Cases) || s.Failures != failures || s.Skipped != skipped || s.Tests == 0 {
			t.Errorf("%s: says %d tests, %d failures, %d skipped; holds %d, %d, %d", name, s.Tests, s.Failures, s.Skipped, len(s.Cases), failures, skipped)
		}
		if (failures == 0) != (len(r.Failing()) == 0) {
			t.Errorf("%s: %d failures for %d failing findings", name, failures, len(r.Failing()))
		}
		if slices.Sort(names); len(slices.Compact(names)) != len(s.Cases) {
			t.Errorf("%s: two cases have the same name", name)
		}
	}
}

func TestHTMLIsSafeAndNeedsNothingElse(t *testing.T) {
	tokens := html.NewTokenizer(bytes.NewReader(render(t, "html", hostileReport())))
	for {
		kind := tokens.Next()
		if kind == html.ErrorToken {
			if err := tokens.Err(); err != io.EOF {
				t.Fatal(err)
			}
			return
		}
		token := tokens.Token()
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			continue
		}
		if slices.Contains([]string{"script", "img", "link", "iframe", "object", "form", "a"}, token.Data) {
			t.Errorf("the page holds <%s>", token.Data)
		}
		for _, a := range token.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "src" || a.Key == "href" || a.Key == "style" {
				t.Errorf("the page holds %s=%q", a.Key, a.Val)
			}
		}
	}
}
