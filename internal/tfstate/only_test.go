package tfstate_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zclconf/go-cty/cty"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate/estate"
)

func onlyA(resourceType string) bool { return resourceType == "a" }

func TestOnlyWantedTypesHaveValues(t *testing.T) {
	const v4 = `{"version":4,"resources":[
		{"mode":"managed","type":"a","name":"x","instances":[{"attributes":{"id":"1"}}]},
		{"mode":"managed","type":"b","name":"x","instances":[{"index_key":0,"attributes":{"id":"2"}},{"index_key":1,"attributes":{"n":1e99999}}]},
		{"mode":"data","type":"b","name":"x","instances":[{"attributes":{"id":"3"}}]}]}`
	tests := map[string]string{
		"v4":         v4,
		"v4, sorted": `{"resources":[{"instances":[{"attributes":{"id":"1"}}],"mode":"managed","name":"x","type":"a"},{"instances":[{"attributes":{"id":"2"},"index_key":0},{"attributes":{},"index_key":1}],"mode":"managed","name":"x","type":"b"},{"instances":[{"attributes":{"id":"3"}}],"mode":"data","name":"x","type":"b"}],"version":4}`,
		"show":       `{"format_version":"1.0","values":{"root_module":{"resources":[{"address":"a.x","mode":"managed","type":"a","name":"x","values":{"id":"1"}},{"address":"b.x[0]","mode":"managed","type":"b","name":"x","index":0,"values":{"id":"2"}},{"address":"b.x[1]","mode":"managed","type":"b","name":"x","index":1,"values":{"id":"2"}},{"address":"data.b.x","mode":"data","type":"b","name":"x","values":{"id":"3"}}]}}}`,
		"plan":       `{"resource_changes":[{"address":"a.x","mode":"managed","type":"a","name":"x","change":{"actions":["create"],"after":{"id":"1"}}},{"address":"b.x[0]","mode":"managed","type":"b","name":"x","index":0,"change":{"actions":["update"],"before":{"id":"2"},"after":{"id":"2"}}},{"address":"b.x[1]","mode":"managed","type":"b","name":"x","index":1,"change":{"actions":["create"],"after":{},"after_unknown":{"id":true}}}],"prior_state":{"values":{"root_module":{"resources":[{"address":"data.b.x","mode":"data","type":"b","name":"x","values":{"id":"3"}}]}}}}`,
	}
	want := map[string]string{"a.x": "1", "b.x[0]": "none", "b.x[1]": "none", "data.b.x": "3"}
	for name, text := range tests {
		in, err := tfstate.Parse(name, []byte(text), tfstate.Only(onlyA))
		if err != nil {
			t.Errorf("%s: Parse() error: %v", name, err)
			continue
		}
		got := map[string]string{}
		for i := range in.Resources {
			r := &in.Resources[i]
			got[r.Address] = tfstate.Printable(r.Attr("id"))
			if r.Values() == cty.NilVal {
				got[r.Address] = "none"
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: ids with Only(a) (-want +got):\n%s", name, diff)
		}
	}
}

// What is read over is still checked, and the place told.
func TestTypesThatNobodyWantsAreStillJSON(t *testing.T) {
	const state = "{\"version\":4,\"resources\":[{\"mode\":\"managed\",\"type\":\"b\",\"name\":\"x\",\"instances\":[{\"attributes\":{\n  \"id\":%s}}]}]}"
	tests := map[string]string{
		`tru`:     "f: line 2, column 11: this is not JSON: invalid character '}' in literal true (expecting 'e')",
		`{"a" 1}`: "f: line 2, column 13: this is not JSON: invalid character '1' after object key",
		`"\x"`:    "f: line 2, column 10: this is not JSON: invalid character 'x' in string escape code",
	}
	for value, want := range tests {
		_, err := tfstate.Parse("f", []byte(replace(state, value)), tfstate.Only(onlyA))
		if err == nil || err.Error() != want {
			t.Errorf("Parse(... %s ...) error = %v, want %s", value, err, want)
		}
	}
}

// A file is read in pieces, with the same result and the same errors as from
// memory.
func TestOpenAndParseAgree(t *testing.T) {
	var large bytes.Buffer
	if err := estate.WriteState(&large, 300); err != nil {
		t.Fatal(err)
	}
	whole := large.String()
	texts := map[string]string{
		"whole":           whole,
		"mark":            "\ufeff" + whole,
		"log lines":       "Acquiring state lock\n" + whole,
		"cut off":         whole[:len(whole)/2],
		"broken far in":   whole[:400_000] + "\x01" + whole[400_000:],
		"something after": whole + "}",
		"no end":          strings.TrimSpace(whole) + strings.Repeat(" ", 100_000),
		"space before":    strings.Repeat("\n", 10_000) + whole,
		"wrong kind":      strings.Replace(whole, `"instances": [`, `"instances": 7, "x": [`, 1),
	}
	for name, text := range texts {
		path := filepath.Join(t.TempDir(), "state")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		want := summary(tfstate.Parse(path, []byte(text)))
		if got := summary(tfstate.Open(t.Context(), path, nil)); got != want {
			t.Errorf("%s: Open() = %s, want as Parse(): %s", name, got, want)
		}
		piped := strings.ReplaceAll(summary(tfstate.Open(t.Context(), "-", strings.NewReader(text))), "standard input", path)
		if piped != want {
			t.Errorf("%s: Open(-) = %s, want as Parse(): %s", name, piped, want)
		}
	}
}

func summary(in *tfstate.Input, err error) string {
	if err != nil {
		return "error: " + err.Error()
	}
	var b strings.Builder
	for i := range in.Resources {
		fmt.Fprintln(&b, in.Resources[i].Address, tfstate.Printable(in.Resources[i].Values()))
	}
	return b.String()
}

// More values are asked for than are kept, in an order in which they displace
// each other.
func TestValuesAreTheirOwnHoweverManyAreAskedFor(t *testing.T) {
	var text bytes.Buffer
	if err := estate.WriteState(&text, 900); err != nil {
		t.Fatal(err)
	}
	in := parse(t, text.String())
	for range 2 {
		for i := range in.Resources {
			r := &in.Resources[i]
			values := r.Values()
			for name := range values.Type().AttributeTypes() {
				if got, want := r.Attr(name), values.GetAttr(name); !got.RawEquals(want) {
					t.Fatalf("%s: Attr(%s) = %#v, want %#v", r.Address, name, got, want)
				}
			}
		}
	}
}
