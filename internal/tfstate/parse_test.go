package tfstate_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

func replace(format, part string) string { return strings.Replace(format, "%s", part, 1) }

func inUTF16(text string, order binary.AppendByteOrder, mark bool) string {
	var out []byte
	if mark {
		out = order.AppendUint16(out, 0xfeff)
	}
	for _, unit := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, unit)
	}
	return string(out)
}

func TestTextAroundTheJSONIsTolerated(t *testing.T) {
	const state = `{"version":4,"resources":[{"type":"a","name":"b😀","instances":[{}]}]}`
	tests := map[string]string{
		"byte order mark":            "\xef\xbb\xbf" + state,
		"UTF-16 little endian":       inUTF16(state, binary.LittleEndian, true),
		"UTF-16 big endian":          inUTF16(state, binary.BigEndian, true),
		"UTF-16 without mark":        inUTF16(state, binary.LittleEndian, false),
		"UTF-16 big without mark":    inUTF16(state, binary.BigEndian, false),
		"white space":                "\r\n\t " + state + "\n\n",
		"a log line":                 "time=\"2024-01-01\" level=info msg=\"{x}\"\n" + state,
		"several log lines":          "Acquiring state lock.\r\n\r\n[info] done\r\n  " + state,
		"byte order mark, log lines": "\xef\xbb\xbfInitialising ...\n" + state,
	}
	for name, text := range tests {
		in, err := tfstate.Parse("f", []byte(text))
		if err != nil || len(in.Resources) != 1 || in.Resources[0].Address != "a.b😀" {
			t.Errorf("%s: Parse() = %+v, %v, want a.b😀", name, in, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	const v4 = `{"version":4,"resources":[{"module":"module.m","mode":"managed","type":"aws_eip","name":"a","instances":[%s]}]}`
	tests := []struct {
		name, text, want string
	}{
		{"empty", "", "f: the file is empty"},
		{"white space", " \n\t", "f: the file holds nothing but white space"},
		{"not JSON", "# aws_eip.a:\nresource \"aws_eip\" \"a\" {\n", "f: this is not JSON, which starts with a brace: expected a terraform.tfstate, or the output of `terraform show -json`"},
		{"an array", `[1]`, "f: the JSON is neither a terraform state nor a plan: expected a terraform.tfstate, or the output of `terraform show -json` for a state or a plan"},
		{"cut off", "{\n\"version\": 4,\n\"resources\": [", "f: line 3: the file ends before its JSON does: it was cut off"},
		{"syntax", "log\n{\n \"é\": \"é\" x}", "f: line 3, column 11: this is not JSON: invalid character 'x' after object key:value pair"},
		{"two documents", `{"version":4}{"version":4}`, "f: line 1, column 14: this is not JSON: invalid character '{' after top-level value"},
		{"other JSON", `{"name":"x","version":"1.0.0"}`, "f: the JSON is neither"},
		{"a number named version", `{"version":17}`, "f: the JSON is neither"},
		{"state version 1", `{"version":1,"serial":1,"modules":[]}`, "f: state version 1 was written by a terraform older than 0.9"},
		{"state version 5", `{"version":5,"lineage":"x"}`, "f: state version 5 is not known, versions 3 and 4 are read"},
		{"format version 2", `{"format_version":"2.0","values":{}}`, "f: format version 2.0 is not known, versions 0.1 to 1.x are read"},
		{"format version 2 of a plan", `{"format_version":"2.0","planned_values":{}}`, "f: format version 2.0 is not known"},
		{"encrypted", `{"serial":1,"lineage":"x","meta":{"k":"v"},"encrypted_data":"AAAA","encryption_version":"v0"}`, "f: the file is encrypted by OpenTofu: pass the output of `tofu show -json` instead"},
		{"saved plan", "PK\x03\x04rest", "f: this is a saved plan file, which only terraform can read: pass the output of `terraform show -json FILE` instead"},
		{"log of plan -json", `{"@level":"info","type":"version"}` + "\n" + `{"@level":"info"}`, "f: "},
		{"log of plan -json, one line", `{"@level":"info","type":"version"}`, "f: this is the log of a run with -json, not a plan"},
		{"odd UTF-16", "\xff\xfe{", "f: the file is UTF-16 with a byte missing at its end: save it as UTF-8"},
		{"attributes of v4", replace(v4, `{"attributes":["x"]}`), "f: module.m.aws_eip.a: attributes: an object was expected, not an array"},
		{"attributes_flat of v4", replace(v4, `{"attributes_flat":{"x":[]}}`), "f: module.m.aws_eip.a: attributes: x: a flat map holds strings, not an array"},
		{"index key of v4", replace(v4, `{"index_key":[1]}`), "f: module.m.aws_eip.a: an index key is a number or a string, not an array"},
		{"identity of v4", replace(v4, `{"identity":"x"}`), "f: module.m.aws_eip.a: identity: an object was expected, not a string"},
		{"huge number", replace(v4, `{"attributes":{"a":{"n":1e999999999}}}`), "f: module.m.aws_eip.a: attributes: a: n: the number 1e999999999 is out of range"},
		{"instances of v4", replace(v4, `"x"`), "f: resources[0] (aws_eip.a): instances is of the JSON type string, which no state or plan has there"},
		{"resources of v4", `{"version":4,"resources":{}}`, "f: resources is no array"},
		{"attributes of v3", `{"version":3,"modules":[{"path":["root","m"],"resources":{"aws_eip.a.1":{"primary":{"attributes":{"x":{}}}}}}]}`, "f: module.m.aws_eip.a[1]: attributes: x: a flat map holds strings, not an object"},
		{"values of show", `{"format_version":"1.0","values":{"root_module":{"resources":[{"type":"a","name":"b","address":"a.b","values":7}]}}}`, "f: a.b: values: an object was expected, not a number"},
		{"after of a plan", `{"resource_changes":[{"address":"a.b","change":{"actions":["create"],"after":7}}]}`, "f: a.b: after: an object was expected, not a number"},
		{"changes of a plan", `{"resource_changes":{"a":1}}`, "f: resource_changes: it is of the JSON type object, which no state or plan has there"},
		{"hostile name", replace(v4, `{"index_key":"\u001b[31m\n","attributes":7}`), `f: module.m.aws_eip.a["\u001b[31m\n"]: attributes: an object was expected, not a number`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in, err := tfstate.Parse("f", []byte(test.text))
			if err == nil {
				t.Fatalf("Parse() = %s with %q, want an error", in.Kind, addresses(in.Resources))
			}
			if !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("Parse() error = %q, want it to begin with %q", err, test.want)
			}
			if strings.ContainsAny(err.Error(), "\n\r\x1b") {
				t.Errorf("Parse() error = %q, want one clean line", err)
			}
		})
	}
}

func TestTruncatedStateIsRefusedAtEveryLength(t *testing.T) {
	state := []byte(`{"version":4,"terraform_version":"1.0.0","resources":[{"type":"a","name":"b","instances":[{"attributes":{"x":[1,"é",null]}}]}]}`)
	for n := range state {
		if in, err := tfstate.Parse("f", state[:n]); err == nil {
			t.Errorf("Parse(%s) = %q, want an error", state[:n], addresses(in.Resources))
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"version":4,"resources":[{"module":"module.m[\"a]\"]","mode":"data","type":"a","name":"b","provider":"provider[\"x/y/z\"]","instances":[{"index_key":"k","attributes":{"x":[1,{"y":null}]},"sensitive_attributes":[[{"type":"get_attr","value":"x"},{"type":"index","value":{"value":0,"type":"number"}}]]}]}]}`,
		`{"version":3,"modules":[{"path":["root","m"],"resources":{"a.b.0":{"type":"a","primary":{"id":"1","attributes":{"x.#":"1","x.12.y.%":"1","x.12.y.z.z":"1"}}}}}]}`,
		`{"format_version":"1.0","values":{"root_module":{"child_modules":[{"address":"module.m","resources":[{"type":"a","name":"b","values":{"x":1},"sensitive_values":{"x":true}}]}]}}}`,
		`{"format_version":"1.2","planned_values":{},"resource_changes":[{"address":"a.b[0]","type":"a","name":"b","index":0,"change":{"actions":["create"],"after":{"x":[null]},"after_unknown":{"x":[true],"y":{"z":true}},"after_sensitive":{"x":true}}}],"configuration":{"root_module":{"resources":[{"type":"a","name":"b","expressions":{"x":{"references":["module.m.o","count.index"]},"i":[{"c":{"references":["each.value"]}}]},"for_each_expression":{"references":["a.b"]}}],"module_calls":{"m":{"expressions":{"v":{"references":["module.m.o"]}},"module":{"outputs":{"o":{"expression":{"references":["var.v"]}}}}}}}}}`,
		"log\n{\"planned_values\":{\"root_module\":{\"resources\":[{\"address\":\"module.a.b.c\",\"values\":{}}]}},\"prior_state\":{}}",
		"\xff\xfe{\x00}\x00", "PK\x03\x04", "{",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		in, err := tfstate.Parse("f", data)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r") {
				t.Errorf("Parse() error = %q, want one line", err)
			}
			return
		}
		for _, resources := range [][]tfstate.Resource{in.Resources, in.Prior} {
			for i := range resources {
				r := &resources[i]
				for _, path := range []string{"x", "i.0.c", "y.z", ""} {
					v := r.Attr(path)
					tfstate.Printable(v)
					tfstate.Strings(v)
					tfstate.Bool(v)
					tfstate.Int(v)
					r.References(path)
					r.Configured(path)
				}
			}
		}
	})
}

func TestDepthIsBounded(t *testing.T) {
	deep := bytes.Repeat([]byte(`[`), 100000)
	text := `{"version":4,"resources":[{"type":"a","name":"b","instances":[{"attributes":{"x":` + string(deep)
	if _, err := tfstate.Parse("f", []byte(text)); err == nil {
		t.Error("Parse() of 100000 open brackets succeeded")
	}
	key := strings.Repeat("a.", 100000)
	in := parse(t, `{"version":3,"modules":[{"path":["root"],"resources":{"a.b":{"primary":{"attributes":{"`+key+`":"1"}}}}}]}`)
	if len(in.Resources) != 1 {
		t.Errorf("resources = %q, want a.b", addresses(in.Resources))
	}
}

// A version that is not read is named, whatever else the document lacks.
func TestABareVersionIsNamed(t *testing.T) {
	for _, text := range []string{`{"version":5}`, `{"version":5,"lineage":"a"}`} {
		_, err := tfstate.Parse("a.tfstate", []byte(text))
		if err == nil || !strings.Contains(err.Error(), "version") || !strings.Contains(err.Error(), "5") || !strings.Contains(err.Error(), "3 and 4") {
			t.Errorf("Parse(%s) = %v, want an error that names version 5 and those that are read", text, err)
		}
	}
}
