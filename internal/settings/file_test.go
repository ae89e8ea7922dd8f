package settings_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
)

const goodFile = `
# what every run uses
scan_interval = "1h"
http_ports    = ["3000"]

limits = {
  connections     = 4
  connect_timeout = "2s"
}

custom_policy = <<REGO
package dynamicscan.severity
REGO

waivers = [
  {
    rule     = "open-port"
    resource = "aws_instance.bastion"
    ports    = ["22"]
    reason   = "the way in"
    owner    = "ops"
    expires  = "2030-12-31"
  },
]
`

func TestParseFile(t *testing.T) {
	got, diags := settings.ParseFile("c.hcl", []byte(goodFile), nil)
	if len(diags) > 0 {
		t.Fatalf("ParseFile: %v", diags)
	}
	want := settings.Default()
	want.ScanInterval, want.HTTPPorts = time.Hour, []exposure.PortRange{{Lo: 3000, Hi: 3000}}
	want.Limits.Connections, want.Limits.ConnectTimeout = 4, 2*time.Second
	want.CustomPolicy = "package dynamicscan.severity\n"
	if diff := cmp.Diff(want, got.Settings); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	waivers := []exposure.Waiver{{
		Rule: "open-port", Resource: "aws_instance.bastion", Ports: []string{"22"},
		Reason: "the way in", Owner: "ops", Expires: time.Date(2030, 12, 31, 23, 59, 59, 0, time.UTC),
	}}
	if diff := cmp.Diff(waivers, got.Waivers); diff != "" {
		t.Errorf("waivers (-want +got):\n%s", diff)
	}
	for setting, place := range map[string]string{"custom_policy": "c.hcl:11,17", "scan_interval": "c.hcl:3,17", "enabled": ""} {
		if got := got.Place(setting); got != place {
			t.Errorf("Place(%q) = %q, want %q", setting, got, place)
		}
	}
}

func TestAnEmptyFileMeansTheDefaults(t *testing.T) {
	for _, src := range []string{"", "\n", "# nothing\n", "\ufeff"} {
		got, diags := settings.ParseFile("c.hcl", []byte(src), nil)
		if diff := cmp.Diff(settings.Default(), got.Settings); diff != "" || len(diags) > 0 || len(got.Waivers) > 0 {
			t.Errorf("ParseFile(%q): %v, %v (-default +got):\n%s", src, diags, got.Waivers, diff)
		}
	}
}

func TestEveryErrorOfAFileHasItsPlace(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"syntax", "enabled = \n", "c.hcl:1,11: Invalid expression"},
		{"not text", "\x00\x01\x02", "c.hcl:1,1: "},
		{"the second line", "enabled = true\nscan_interval = \"soon\"\n", `c.hcl:2,17: Invalid setting: scan_interval: "soon" is not a duration such as "90s", "15m" or "24h".`},
		{"a misspelt name", "scan_intervals = \"1h\"\n", "c.hcl:1,18: Invalid setting: scan_intervals: no such setting; the settings are "},
		{"inside an object", "limits = {\n  connections = 1\n  http_timeout = \"1h\"\n}\n", "c.hcl:3,18: Invalid setting: limits.http_timeout: 1h is not between 100ms and 5m."},
		{"a misspelt name inside an object", "limits = {\n  connection = 1\n}\n", "c.hcl:2,16: Invalid setting: limits.connection: no such attribute; "},
		{"a block", "limits {\n}\n", `c.hcl:1,1: Unexpected "limits" block`},
		{"a variable", "enabled = var.on\n", "c.hcl:1,11: Variables not allowed"},
		{"a function", "enabled = on()\n", "c.hcl:1,11: Function calls not allowed"},
		{"twice", "enabled = true\nenabled = true\n", "c.hcl:2,1: Attribute redefined"},
		{"a waiver without reason", "waivers = [\n  { rule = \"open-port\", owner = \"ops\", expires = \"2030-01-01\" },\n]\n", "c.hcl:2,3: Invalid setting: waivers.0: reason is required."},
		{"a misspelt waiver", "waivers = [\n  {\n    rules = \"open-port\"\n  },\n]\n", "c.hcl:3,13: Invalid setting: waivers.0.rules: no such attribute; there are "},
		{"a waiver with a bad port", "waivers = [{ ports = [\"ssh\"], owner = \"ops\", reason = \"r\", expires = \"2030-01-01\" }]\n", `c.hcl:1,12: Invalid setting: waivers.0: port "ssh" is not a number`},
		{"a waiver with a bad date", "waivers = [{ rule = \"open-port\", owner = \"ops\", reason = \"r\", expires = \"soon\" }]\n", `c.hcl:1,12: Invalid setting: waivers.0: expires "soon" is neither a date`},
		{"a waiver with a bad severity", "waivers = [{ rule = \"open-port\", severity = \"huge\", owner = \"ops\", reason = \"r\", expires = \"2030-01-01\" }]\n", `c.hcl:1,12: Invalid setting: waivers.0: severity "huge" is none of critical`},
		{"a waiver of an empty resource", "waivers = [{ rule = \"open-port\", resource = \"\", owner = \"ops\", reason = \"r\", expires = \"2030-01-01\" }]\n",
			"c.hcl:1,45: Invalid setting: waivers.0.resource: is empty; leave it out, or give null, to cover any."},
		{"a waiver of no ports", "waivers = [{ rule = \"open-port\", ports = [], owner = \"ops\", reason = \"r\", expires = \"2030-01-01\" }]\n",
			"c.hcl:1,42: Invalid setting: waivers.0.ports: holds no port; leave it out, or give null, to cover all."},
		{"waivers that are no list", "waivers = { rule = \"open-port\" }\n", "c.hcl:1,11: Invalid setting: waivers: has to be a list of objects, not this object."},
		{"waivers of strings", "waivers = [\"open-port\"]\n", "c.hcl:1,12: Invalid setting: waivers.0: has to be an object with some of "},
		{"too large", strings.Repeat("#", 256<<10+1), "c.hcl:1,1: Configuration too large: The file has 262145 bytes; a configuration has at most 262144."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, diags := settings.ParseFile("c.hcl", []byte(test.src), nil)
			if !diags.HasErrors() {
				t.Fatalf("ParseFile(%q) gave no error", test.src)
			}
			if got := told(diags[0]); !strings.HasPrefix(got, test.want) {
				t.Errorf("ParseFile(%q) = %q, want it to begin with %q", test.src, got, test.want)
			}
		})
	}
}

func told(d *hcl.Diagnostic) string {
	if d.Subject == nil {
		return "nowhere: " + d.Error()
	}
	return fmt.Sprintf("%s: %s: %s", settings.PlaceOf(*d.Subject), d.Summary, d.Detail)
}

func TestErrorsComeInTheOrderOfTheFile(t *testing.T) {
	src := "zone = 1\nuser_agent = \"\"\nlimits = { body_size = 1 }\nscope = var.x\nenabled = \"no!\"\nwaivers = 1\n"
	for range 20 { // maps have no order of their own
		_, diags := settings.ParseFile("c.hcl", []byte(src), nil)
		lines := []int{}
		for _, d := range diags {
			lines = append(lines, d.Subject.Start.Line)
		}
		if diff := cmp.Diff([]int{1, 2, 3, 4, 5, 6}, lines); diff != "" {
			t.Fatalf("lines of the errors (-want +got):\n%s", diff)
		}
	}
}

func TestNoMessageHoldsTheValueOfAHeader(t *testing.T) {
	_, diags := settings.ParseFile("c.hcl", []byte("request_headers = { Authorization = \"Bearer hunter2\\n\", \"B A D\" = \"hunter2\" }\n"), nil)
	if !diags.HasErrors() || strings.Contains(diags.Error(), "hunter2") {
		t.Errorf("ParseFile = %v, want errors without the value", diags)
	}
}

// The parser of HCL recurses without a bound: before there was one here, half
// a million brackets ended the process.
func TestAFileThatNestsDeeplyIsRefusedBeforeItIsParsed(t *testing.T) {
	for _, opening := range []string{"[", "{a=", "(", "!", "-", "\"${", "(!\n", "f("} {
		src := "enabled = " + strings.Repeat(opening, 101)
		_, diags := settings.ParseFile("c.hcl", []byte(src), nil)
		if len(diags) != 1 || diags[0].Summary != "Configuration too large" || !strings.Contains(diags[0].Detail, "nests values more than 100 deep") {
			t.Errorf("ParseFile of 101 times %q = %v, want it refused", opening, diags)
		}
	}
	nested := "enabled = " + strings.Repeat("[", 99) + strings.Repeat("]", 99)
	if _, diags := settings.ParseFile("c.hcl", []byte(nested), nil); len(diags) != 1 || diags[0].Summary != "Invalid setting" {
		t.Errorf("ParseFile of 99 brackets = %v, want them parsed", diags)
	}
}

func TestAListOfManyWaiversIsNotDeep(t *testing.T) {
	one := `{ rule = "open-port", owner = "ops", reason = "r", expires = "2030-01-01", ports = ["1"] },`
	file, diags := settings.ParseFile("c.hcl", []byte("waivers = ["+strings.Repeat(one, 1000)+"]"), nil)
	if diags.HasErrors() || len(file.Waivers) != 1000 {
		t.Errorf("ParseFile = %d waivers, %v, want 1000", len(file.Waivers), diags)
	}
}

func FuzzParseFile(f *testing.F) {
	for _, seed := range []string{goodFile, "", "limits = {", "waivers = [{}]", "scope = { include_projects = [1, null] }", "http_ports = [[\"1\"]]",
		"request_headers = { a = null }", "waivers = [{ ports = [null] }]", "custom_policy = <<E\n${1+1}\nE\n", "limits = { \"\" = 1 }"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		file, diags := settings.ParseFile("c.hcl", src, nil)
		for _, d := range diags {
			if d.Subject == nil || d.Summary == "" {
				t.Errorf("ParseFile(%q): %v has no place or no summary", src, d)
			}
		}
		if diags.HasErrors() {
			return
		}
		s := file.Settings
		if s.ScanInterval < time.Minute || s.Limits.Connections < 1 || s.Limits.ConnectionsPerSecond < 1 ||
			s.Limits.ConnectTimeout <= 0 || s.Limits.HTTPTimeout <= 0 || s.Limits.BodySize < 1<<10 {
			t.Errorf("ParseFile(%q) gave settings out of bounds: %+v", src, s)
		}
	})
}
