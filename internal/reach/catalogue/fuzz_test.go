package catalogue_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/catalogue"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/reachtest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// FuzzEntries reads any file as one of entries and judges resources of any
// values by it: nothing panics, nothing runs for ever, whatever is wrong has a
// place, and the same input gives the same answer.
func FuzzEntries(f *testing.F) {
	values := []string{
		`{"host":"a.example.com","port":8443,"on":true,"public":true,"allow":["0.0.0.0/0"],"hosts":["b.example.com"],"names":[],"rules":[{"priority":1,"action":"allow","source":"*"}]}`,
		`{"host":null,"port":22.5,"on":"maybe","public":[true],"allow":{"a":[1]},"hosts":"b","names":3,"rules":[[],{},null,7]}`,
		`{}`,
	}
	files, err := filepath.Glob("*.hcl")
	if err != nil || len(files) == 0 {
		f.Fatalf("no entries of ours: %v", err)
	}
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		// One of each file: large inputs keep the fuzzer busy making them smaller.
		if _, first, ok := strings.Cut("\n"+string(source), "\nservice "); ok {
			first, _, _ = strings.Cut(first, "\n}\n")
			f.Add("service "+first+"\n}\n", values[1])
		}
	}
	quick, slow, _ := strings.Cut(acme, `service "acme_work"`) // that one spends all its steps, which takes a while
	_, rest, _ := strings.Cut(slow, `service "acme_some"`)
	for _, value := range values {
		f.Add(quick, value)
		f.Add(`service "acme_some"`+rest, value)
	}
	f.Fuzz(func(t *testing.T, source, attributes string) {
		entries, err := catalogue.Parse(map[string][]byte{"f.hcl": []byte(source)})
		if err != nil {
			for _, problem := range err.(interface{ Unwrap() []error }).Unwrap() {
				if !strings.HasPrefix(problem.Error(), "f.hcl:") {
					t.Errorf("Parse(%q) tells %q without a place", source, problem)
				}
			}
			return
		}
		in, err := tfstate.Parse("s", []byte(stateFor(entries, attributes)))
		if err != nil {
			return // attributes are no JSON object
		}
		first, second := reach.Analyze(in, catalogue.CloudWith(entries)), reach.Analyze(in, catalogue.CloudWith(entries))
		if reachtest.Render(first) != reachtest.Render(second) {
			t.Errorf("two answers by %q for %q", source, attributes)
		}
		for _, e := range first.Endpoints {
			if e.Verdict == exposure.Unknown && len(e.Unknowns) == 0 {
				t.Errorf("%s [%s] is unknown without a reason, by %q for %q", e.ResourceAddress, e.Key, source, attributes)
			}
		}
	})
}

// stateFor returns a state with one resource of each type of the entries.
func stateFor(entries *catalogue.Entries, attributes string) string {
	var resources []string
	for _, resourceType := range entries.Types() {
		resources = append(resources, `{"mode":"managed","type":"`+resourceType+`","name":"a","provider":"provider[\"registry.terraform.io/x/x\"]","instances":[{"attributes":`+attributes+`}]}`)
	}
	return `{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"l","outputs":{},"resources":[` + strings.Join(resources, ",") + `]}`
}
