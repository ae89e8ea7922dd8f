package settings_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/zclconf/go-cty/cty"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
)

func text(s string) cty.Value { return cty.StringVal(s) }

func list(texts ...string) cty.Value {
	values := make([]cty.Value, len(texts))
	for i, s := range texts {
		values[i] = text(s)
	}
	return cty.TupleVal(values)
}

func TestParseTakesWhatIsDeclared(t *testing.T) {
	got, problems := settings.Parse(map[string]cty.Value{
		"enabled":         cty.False,
		"scan_interval":   text("90m"),
		"max_state_age":   text("36h"),
		"severity_policy": text("strict"),
		"custom_policy":   text("package dynamicscan.severity"),
		"scope": cty.ObjectVal(map[string]cty.Value{
			"include_projects": list("prod-*", "shop"), "exclude_modules": list("module.lab"), "include_accounts": list("1*"),
			"include_tags": cty.ObjectVal(map[string]cty.Value{"env": text("prod")}),
		}),
		"scan_windows":  cty.TupleVal([]cty.Value{window([]string{"Sat", "sun"}, "22:00", "04:00", "UTC")}),
		"screenshots":   cty.False,
		"data_scanning": text("false"), // as HCL converts it
		"host_configuration_rules": cty.ObjectVal(map[string]cty.Value{
			"enabled": cty.False, "extended": cty.True, "skip": list("http-no-hsts"), "folder": text("rules"),
		}),
		"http_ports":       cty.TupleVal([]cty.Value{cty.NumberIntVal(3000), text("9000-9100")}),
		"additional_ports": list("all"),
		"limits": cty.ObjectVal(map[string]cty.Value{
			"connections_per_second": cty.NumberFloatVal(2.5),
			"connections":            cty.NumberIntVal(1000),
			"connect_timeout":        text("100ms"),
			"http_timeout":           text("5m"),
			"body_size":              text("16777216"),
		}),
		"user_agent":      text("acme-scan/1 (+https://acme.example)"),
		"request_headers": cty.ObjectVal(map[string]cty.Value{"X-Scan": text("yes"), "X-Absent": cty.NullVal(cty.String)}),
	})
	want := settings.Settings{
		Enabled: false, ScanInterval: 90 * time.Minute, MaxStateAge: 36 * time.Hour, SeverityPolicy: "strict", CustomPolicy: "package dynamicscan.severity",
		Scope: settings.Scope{
			IncludeProjects: []string{"prod-*", "shop"}, ExcludeModules: []string{"module.lab"}, IncludeAccounts: []string{"1*"},
			IncludeTags: map[string]string{"env": "prod"},
		},
		ScanWindows: []settings.Window{{Days: []time.Weekday{time.Sunday, time.Saturday}, Start: 22 * 60, End: 4 * 60, Zone: time.UTC}},
		HostRules:   settings.HostRules{Extended: true, Skip: []string{"http-no-hsts"}, Folder: "rules"},
		HTTPPorts:   []exposure.PortRange{{Lo: 3000, Hi: 3000}, {Lo: 9000, Hi: 9100}},
		AddedPorts:  []exposure.PortRange{{Lo: 1, Hi: 65535}},
		Limits: settings.Limits{
			ConnectionsPerSecond: 2.5, Connections: 1000, ConnectTimeout: 100 * time.Millisecond,
			HTTPTimeout: 5 * time.Minute, BodySize: 16 << 20,
		},
		UserAgent: "acme-scan/1 (+https://acme.example)", RequestHeaders: map[string]string{"X-Scan": "yes"},
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })); diff != "" || len(problems) > 0 {
		t.Errorf("Parse: problems %v, settings (-want +got):\n%s", problems, diff)
	}
}

func TestWhatIsNotDeclaredTakesItsDefault(t *testing.T) {
	undeclared := map[string]map[string]cty.Value{"absent": {}, "null": {}, "unknown": {}, "null below": {}, "unknown below": {}}
	for _, name := range settings.Names() {
		undeclared["null"][name] = cty.NullVal(cty.DynamicPseudoType)
		undeclared["unknown"][name] = cty.DynamicVal
	}
	for state, leaf := range map[string]cty.Value{"null below": cty.NullVal(cty.String), "unknown below": cty.UnknownVal(cty.String)} {
		undeclared[state]["limits"] = cty.ObjectVal(map[string]cty.Value{"connect_timeout": leaf, "body_size": leaf})
		undeclared[state]["scope"] = cty.ObjectVal(map[string]cty.Value{"include_projects": cty.NullVal(cty.List(cty.String))})
	}
	for state, values := range undeclared {
		got, problems := settings.Parse(values)
		if diff := cmp.Diff(settings.Default(), got); diff != "" || len(problems) > 0 {
			t.Errorf("Parse of %s values: problems %v, settings (-default +got):\n%s", state, problems, diff)
		}
	}
}

func TestEveryBadValueGivesOneSentence(t *testing.T) {
	const names = "additional_ports, custom_policy, data_scanning, enabled, host_configuration_rules, http_ports, limits, max_state_age, request_headers, scan_interval, scan_windows, scope, screenshots, severity_policy, user_agent"
	object := func(name string, v cty.Value) cty.Value { return cty.ObjectVal(map[string]cty.Value{name: v}) }
	tests := []struct {
		name  string
		value cty.Value
		want  string
	}{
		{"scan_intervall", text("24h"), `scan_intervall: no such setting; the settings are ` + names},
		{"enabled", text("yes"), `enabled: has to be true or false, not this string`},
		{"enabled", list(), `enabled: has to be true or false, not this list`},
		{"scan_interval", cty.True, `scan_interval: "true" is not a duration such as "90s", "15m" or "24h"`},
		{"scan_interval", cty.NumberIntVal(24), `scan_interval: "24" is not a duration such as "90s", "15m" or "24h"`},
		{"scan_interval", text("59s"), `scan_interval: 59s is not between 1m and 87600h`},
		{"scan_interval", text("-24h"), `scan_interval: -24h is not between 1m and 87600h`},
		{"scan_interval", text("99999999h"), `scan_interval: 99999999h is not between 1m and 87600h`},
		{"scan_interval", text("-99999999999999999999.5h3m"), `scan_interval: -99999999999999999999.5h3m is not between 1m and 87600h`},
		{"scan_interval", text("99999999"), `scan_interval: "99999999" is not a duration such as "90s", "15m" or "24h"`},
		{"scan_interval", list("24h"), `scan_interval: has to be a string, not this list`},
		{"severity_policy", text("Strict"), `severity_policy: "Strict" is none of permissive, moderate, strict; a policy of your own goes into custom_policy`},
		{"scope", text("prod"), `scope: has to be an object with some of exclude_accounts, exclude_modules, exclude_projects, exclude_tags, include_accounts, include_modules, include_projects, include_tags, not this string`},
		{"scope", object("projects", list("a")), `scope.projects: no such attribute; there are exclude_accounts, exclude_modules, exclude_projects, exclude_tags, include_accounts, include_modules, include_projects, include_tags`},
		{"scope", object("include_projects", text("a")), `scope.include_projects: has to be a list of strings such as ["one", "two"], not this string`},
		{"scope", object("include_projects", list("a", "")), `scope.include_projects: holds an empty value`},
		{"scope", object("include_modules", list("module.a", "*", "mod*", "root", "shop")), `scope.include_modules: "shop" is no module; write "module.shop", or "root" for the root module`},
		{"scope", object("exclude_modules", list("shop*")), `scope.exclude_modules: "shop*" is no module; write "module.shop", or "root" for the root module`},
		{"scope", cty.ObjectVal(map[string]cty.Value{"include_projects": list("a"), "exclude_projects": list("b")}), `scope: include_projects and exclude_projects cannot both be given`},
		{"scope", cty.ObjectVal(map[string]cty.Value{"include_modules": list("module.a"), "exclude_modules": list("module.b")}), `scope: include_modules and exclude_modules cannot both be given`},
		{"scope", object("include_tags", object("env", cty.NullVal(cty.String))), `scope.include_tags.env: has no value; "*" is any`},
		{"scope", object("include_tags", list("env")), `scope.include_tags: has to be a map of strings such as { name = "value" }, not this list`},
		{"http_ports", text("8080"), `http_ports: has to be a list of strings such as ["one", "two"], not this string`},
		{"http_ports", list("http"), `http_ports: port "http" is not a number from 0 to 65535, a range such as 8000-8100, or all`},
		{"http_ports", list("0"), `http_ports: port "0" holds port 0, which no service can use`},
		{"http_ports", list("0-80"), `http_ports: port "0-80" holds port 0, which no service can use`},
		{"additional_ports", list("70000"), `additional_ports: port "70000" is not a number from 0 to 65535, a range such as 8000-8100, or all`},
		{"additional_ports", list("90-80"), `additional_ports: port range "90-80" ends before it begins`},
		{"additional_ports", cty.TupleVal([]cty.Value{cty.NullVal(cty.String)}), `additional_ports: holds an empty value`},
		{"limits", object("connect_timout", text("5s")), `limits.connect_timout: no such attribute; there are body_size, connect_timeout, connections, connections_per_second, http_timeout`},
		{"limits", object("connect_timeout", text("5")), `limits.connect_timeout: "5" is not a duration such as "90s", "15m" or "24h"`},
		{"limits", object("connect_timeout", text("0s")), `limits.connect_timeout: 0s is not between 100ms and 1m`},
		{"limits", object("http_timeout", text("301s")), `limits.http_timeout: 301s is not between 100ms and 5m`},
		{"limits", object("connections", text("many")), `limits.connections: has to be a number, not this string`},
		{"limits", object("connections", cty.NumberFloatVal(1.5)), `limits.connections: 1.5 is not a whole number`},
		{"limits", object("connections", cty.Zero), `limits.connections: 0 is not between 1 and 1000`},
		{"limits", object("connections_per_second", cty.MustParseNumberVal("1e400")), `limits.connections_per_second: 1e+400 is not between 1 and 10000`},
		{"limits", object("body_size", cty.NumberIntVal(1<<30)), `limits.body_size: 1073741824 is not between 1024 and 16777216`},
		{"user_agent", text(""), `user_agent: is empty or holds characters that a header cannot have`},
		{"user_agent", text("a\r\nX: b"), `user_agent: is empty or holds characters that a header cannot have`},
		{"request_headers", list("X: b"), `request_headers: has to be a map of strings such as { name = "value" }, not this list`},
		{"request_headers", object("X Y", text("b")), `request_headers: "X Y" is not a header name`},
		{"request_headers", object("hOsT", text("b")), `request_headers.hOsT: the scan sets this header itself`},
		{"request_headers", object("Accept", text("b")), `request_headers.Accept: the scan sets this header itself`},
		{"request_headers", object("Range", text("b")), `request_headers.Range: the scan sets this header itself`},
		{"request_headers", object("Keep-Alive", text("b")), `request_headers.Keep-Alive: the scan sets this header itself`},
		{"request_headers", object("Cookie", text("b")), `request_headers.Cookie: the scan sends no credentials: it sees what anyone sees`},
		{"request_headers", object("authorization", text("b")), `request_headers.authorization: the scan sends no credentials: it sees what anyone sees`},
		{"request_headers", object("Proxy-X", text("b")), `request_headers.Proxy-X: the header is for a proxy, and the scan uses none`},
		{"request_headers", object("X", text(strings.Repeat("b", 1025))), `request_headers.X: the value is longer than 1024 bytes`},
		{"request_headers", object("X", text("hunter2\n")), `request_headers.X: the value holds characters that a header cannot have`},
		{"request_headers", cty.ObjectVal(map[string]cty.Value{"X-A": text("1"), "x-a": text("2")}), `request_headers.x-a: the header is given twice, in different case`},
	}
	for _, test := range tests {
		_, problems := settings.Parse(map[string]cty.Value{test.name: test.value})
		if len(problems) != 1 || problems[0].Error() != test.want {
			t.Errorf("Parse(%s = %#v) = %q, want %q", test.name, test.value, problems, test.want)
		}
	}
}

func TestProblemsAreSortedByPath(t *testing.T) {
	_, problems := settings.Parse(map[string]cty.Value{
		"user_agent": text(""), "enabled": text("?"), "zone": cty.True,
		"limits": cty.ObjectVal(map[string]cty.Value{"http_timeout": text("x"), "body_size": text("x"), "connections": text("x")}),
	})
	paths := []string{}
	for _, p := range problems {
		paths = append(paths, strings.Join(p.Path, "."))
	}
	want := []string{"enabled", "limits.body_size", "limits.connections", "limits.http_timeout", "user_agent", "zone"}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Errorf("paths of the problems (-want +got):\n%s", diff)
	}
}

func TestParsePorts(t *testing.T) {
	got, problems := settings.ParsePorts([]string{"443", "all", "22"})
	if diff := cmp.Diff([]exposure.PortRange{{Lo: 1, Hi: 65535}}, got); diff != "" || problems != nil {
		t.Errorf("ParsePorts: problems %q (-want +got):\n%s", problems, diff)
	}
	got, problems = settings.ParsePorts([]string{"x", "80", "0", "81", "1-"})
	if diff := cmp.Diff([]exposure.PortRange{{Lo: 80, Hi: 81}}, got); diff != "" || len(problems) != 3 {
		t.Errorf("ParsePorts: problems %q, want three; ranges (-want +got):\n%s", problems, diff)
	}
	if got, _ := settings.ParsePorts(nil); got == nil || len(got) != 0 {
		t.Errorf("ParsePorts(nil) = %#v, want an empty list", got)
	}
}

func TestScope(t *testing.T) {
	tests := []struct {
		scope   settings.Scope
		project string
		want    bool
	}{
		{settings.Scope{}, "", true},
		{settings.Scope{}, "prod", true},
		{settings.Scope{IncludeProjects: []string{"prod-*"}}, "prod-eu", true},
		{settings.Scope{IncludeProjects: []string{"prod-*"}}, "dev", false},
		{settings.Scope{IncludeProjects: []string{"prod-*"}}, "", false},
		{settings.Scope{IncludeProjects: []string{"a", "b"}}, "b", true},
		{settings.Scope{ExcludeProjects: []string{"dev?"}}, "dev1", false},
		{settings.Scope{ExcludeProjects: []string{"dev?"}}, "dev", true},
		{settings.Scope{ExcludeProjects: []string{"dev?"}}, "", true},
	}
	for _, test := range tests {
		why := test.scope.LeavesOut(exposure.Endpoint{Project: test.project})
		if got := why == ""; got != test.want {
			t.Errorf("%+v.LeavesOut(project %q) = %q, want in scope %v", test.scope, test.project, why, test.want)
		}
	}
}

func TestPortsThatAreAddedAreProbed(t *testing.T) {
	s := settings.Default()
	s.HTTPPorts, s.AddedPorts = []exposure.PortRange{{Lo: 3000, Hi: 3001}}, []exposure.PortRange{{Lo: 12345, Hi: 12345}}
	for port, want := range map[uint16][2]bool{ // GET, probed within a wide range
		443: {true, true}, 22: {false, true}, 3000: {true, true}, 3001: {true, true}, 3002: {false, false}, 12345: {false, true},
	} {
		if got := [2]bool{s.IsHTTP(port), s.Probes(port)}; got != want {
			t.Errorf("IsHTTP(%d), Probes(%d) = %v, want %v", port, port, got, want)
		}
	}
}
