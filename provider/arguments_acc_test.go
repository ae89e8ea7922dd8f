package provider_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestAccBadArgumentsAreToldAtTheirLines checks that a value that cannot be
// used is refused by validate, before anything is planned, at the very line.
func TestAccBadArgumentsAreToldAtTheirLines(t *testing.T) {
	t.Parallel()
	const bad = "  # bad\n"
	tests := []struct{ name, kind, arguments, summary, detail string }{
		{"duration", "settings", `scan_interval = "soon"`, "Invalid setting", `"soon" is not a duration`},
		{"short", "settings", `scan_interval = "5s"`, "Invalid setting", "5s is not between 1m"},
		{"policy", "settings", `severity_policy = "lenient"`, "Invalid setting", "none of permissive, moderate, strict"},
		{"rego", "settings", `custom_policy = "package severity\nnonsense {"`, "Invalid severity policy", "line 2"},
		{"rules", "settings", `host_configuration_rules = { skip = ["no-such-rule"] }`, "Invalid host configuration rules", "no-such-rule: no such"},
		{"port", "settings", `http_ports = ["http"]`, "Invalid setting", `port "http" is not a number`},
		{"range", "settings", `additional_ports = ["90-80"]`, "Invalid setting", "ends before it begins"},
		{"scope", "settings", `scope = { include_projects = ["a"], exclude_projects = ["b"] }`, "Invalid setting", "cannot both be given"},
		{"header", "settings", `request_headers = { "X Y" = "z" }`, "Invalid setting", `"X Y" is not a header name`},
		{"host_header", "settings", `request_headers = { Host = "z" }`, "Invalid setting", "request_headers.Host"},
		{"agent", "settings", `user_agent = "a\nb"`, "Invalid setting", "user_agent"},
		{"timeout", "settings", `limits = { connect_timeout = "1h" }`, "Invalid setting", "connect_timeout: 1h is not between 100ms and 1m"},
		{"rate", "settings", `limits = { connections_per_second = 0 }`, "Invalid setting", "0 is not between 1 and 10000"},
		{"nested", "endpoint", `settings = { scan_interval = "soon" }`, "Invalid setting", `"soon" is not a duration`},
		{"ports", "endpoint", `ports = ["0"]`, "Invalid port", "port 0"},
		{"no_ports", "endpoint", `ports = []`, "Endpoint without ports", "nothing to look at"},
		{"no_host", "endpoint", `host = ""`, "Endpoint without host", "nothing to look at"},
		{"path", "endpoint", `path = "admin"`, "Invalid path", "does not begin with a slash"},
		{"url", "endpoint", `host = "https://www.example.com"`, "Invalid host", "neither an address nor a name"},
		{"split_path", "endpoint", `path = "/a b"`, "Invalid path", "holds a space"},
		{"fail_on", "endpoint", `fail_on = "none"`, "Invalid severity", `"none" is none of critical`},
		{"status", "endpoint", `baseline = { port_status = "shut" }`, "Invalid baseline", `"shut" is none of open, closed`},
		{"severity", "endpoint", `baseline = { max_severity = "huge" }`, "Invalid baseline", `"huge" is none of critical`},
		{"open_ports", "endpoint", `baseline = { open_ports = ["x"] }`, "Invalid baseline", `port "x" is not a number`},
		{"enforcement", "gate", `enforcement = "strict"`, "Invalid enforcement", `"strict" is none of error, warn, off`},
		{"gate_fail_on", "gate", `fail_on = "worst"`, "Invalid severity", `"worst" is none of critical`},
		{"report", "gate", `report = { pdf = "x" }`, "Invalid report", `"pdf" is none of`},
		{"waiver", "gate", `waivers = [{ reason = "r", owner = "o", expires = "someday" }]`, "Invalid waiver", "someday"},
		{"map_key", "gate", `endpoints = { "aws_instance.web" = { host = "127.0.0.1", ports = ["70000"] } }`, "Invalid port", `"70000"`},
		{"no_state", "empty_gate", `state = { path = "" }`, "State without path", "there is no state to validate"},
		{"no_context", "empty_gate", `state = { path = "a", context = ["b", ""] }`, "Context without path", "there is no state to read"},
		{"nothing", "empty_gate", `fail_on = "high"`, "Nothing to validate", "Give state, endpoints, or both"},
	}
	var config strings.Builder
	config.WriteString(header)
	for _, tt := range tests {
		config.WriteString(declaration(tt.kind, tt.name, tt.arguments+bad))
	}
	validated := newWorkspace(t, config.String()).validate()
	validated.wantCode(t, 1)
	for _, tt := range tests {
		d := validated.wantDiagnostic(t, "error", tt.summary, tt.detail)
		want := lineOf(t, config.String(), tt.arguments+bad)
		if tt.name == "nothing" {
			want = lineOf(t, config.String(), fmt.Sprintf("%q {", tt.name)) // no argument is at fault
		}
		if !pointsTo(validated, tt.summary, tt.detail, want) {
			t.Errorf("%s: %q is told at line %d, want line %d", tt.name, d.Summary, d.line(), want)
		}
	}
	if told := len(validated.diagnostics()); told != len(tests) {
		t.Errorf("validate told %d diagnostics, want one for each of %d mistakes:\n%s", told, len(tests), validated.told())
	}
}

func pointsTo(o outcome, summary, detail string, line int) bool {
	for _, d := range o.diagnostics() {
		if d.line() == line && holdsAll(d.Summary+"\n"+d.Detail, []string{summary, detail}) {
			return true
		}
	}
	return false
}

// declaration returns a block of the kind that is valid but for the arguments.
func declaration(kind, name, arguments string) string {
	switch kind {
	case "settings":
		return fmt.Sprintf("resource \"dynamicscan_settings\" %q {\n  %s}\n", name, arguments)
	case "endpoint":
		var others string
		for _, argument := range []string{`host = "127.0.0.1"`, `ports = ["443"]`} {
			if name, _, _ := strings.Cut(argument, " "); !strings.HasPrefix(arguments, name+" ") {
				others += "  " + argument + "\n"
			}
		}
		return fmt.Sprintf("resource \"dynamicscan_endpoint\" %q {\n%s  %s}\n", name, others, arguments)
	case "gate":
		return fmt.Sprintf("data \"dynamicscan_validation\" %q {\n  state = { path = \"x.tfstate\" }\n  %s}\n", name, arguments)
	}
	return fmt.Sprintf("data \"dynamicscan_validation\" %q {\n  %s}\n", name, arguments)
}

func TestAccBadProviderNetworkIsToldByValidate(t *testing.T) {
	t.Parallel()
	config := strings.Replace(header, "127.0.0.0/8", "127.0.0.1", 1) + settings
	d := newWorkspace(t, config).validate().wantDiagnostic(t, "error", "Invalid network", `"127.0.0.1" is not a network`)
	if want := lineOf(t, config, "allowed_networks"); d.line() != want {
		t.Errorf("told at line %d, want %d", d.line(), want)
	}
}
