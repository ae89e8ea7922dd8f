package provider_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestAccMistakesInSettingsAreToldAtTheirLines checks each mistake in the
// resource, and where endpoints and gates declare settings themselves: there
// too at the line of the setting.
func TestAccMistakesInSettingsAreToldAtTheirLines(t *testing.T) {
	t.Parallel()
	mistakes := []struct{ setting, detail string }{
		{`scan_windows = [{ start = "22:00", end = "23:00" }, { start = "22:30", end = "23:30" }]`, "overlaps every day 22:00 to 23:00 UTC"},
		{`scan_windows = [{ start = "22:00", end = "22:00" }]`, "so it never opens"},
		{`scan_windows = []`, "nothing would ever be probed"},
		{`scan_windows = [{ start = "22:00", end = "23:00", time_zone = "Europe/Berlinn" }]`, `"Europe/Berlinn" is no time zone`},
		{`scope = { include_modules = ["module.a"], exclude_modules = ["module.b"] }`, "include_modules and exclude_modules cannot both be given"},
		{`scan_interval = "-5m"`, "-5m is not between 1m"},
	}
	var config strings.Builder
	config.WriteString(header)
	for i, m := range mistakes {
		fmt.Fprintf(&config, "resource \"dynamicscan_settings\" \"m%d\" {\n  %s # settings %d\n}\n", i, m.setting, i)
		for _, kind := range []string{"endpoint", "gate"} {
			config.WriteString(declaration(kind, fmt.Sprintf("m%d", i), fmt.Sprintf("settings = {\n    screenshots = false\n    %s # %s %d\n  }\n", m.setting, kind, i)))
		}
	}
	validated := newWorkspace(t, config.String()).validate()
	validated.wantCode(t, 1)
	for i, m := range mistakes {
		for _, kind := range []string{"settings", "endpoint", "gate"} {
			validated.wantDiagnostic(t, "error", "Invalid setting", m.detail)
			if want := lineOf(t, config.String(), fmt.Sprintf("# %s %d\n", kind, i)); !pointsTo(validated, "Invalid setting", m.detail, want) {
				t.Errorf("%s of %s is not told at line %d:\n%s", m.setting, kind, want, validated.told())
			}
		}
	}
	if told := len(validated.diagnostics()); told != 3*len(mistakes) {
		t.Errorf("validate told %d diagnostics, want %d:\n%s", told, 3*len(mistakes), validated.told())
	}
}

// TestAccMistakesInRetryAndTimeouts checks what bounds the waiting.
func TestAccMistakesInRetryAndTimeouts(t *testing.T) {
	t.Parallel()
	mistakes := []struct{ kind, arguments, summary, detail string }{
		{"endpoint", `retry = { interval = "soon" }`, "Invalid retry", `"soon" is not a duration`},
		{"endpoint", `retry = { interval = "-5s" }`, "Invalid retry", "-5s is not between 1s and 1h"},
		{"endpoint", `retry = { interval = "500ms" }`, "Invalid retry", "500ms is not between 1s and 1h"},
		{"endpoint", `retry = { consecutive_successes = 0 }`, "Invalid retry", "0 is not a whole number between 1 and 100"},
		{"endpoint", `retry = { consecutive_successes = 1.5 }`, "Invalid retry", "1.5 is not a whole number"},
		{"endpoint", `timeouts { create = "-1m" }`, "Invalid time limit", "-1m is not between 1s and 24h"},
		{"endpoint", `timeouts { update = "later" }`, "Time Duration", "later"},
		{"endpoint", `baseline = { resolved_addresses = ["www.example.com"] }`, "Invalid baseline", `"www.example.com" is neither an address nor a network`},
		{"endpoint", `baseline = { resolved_addresses = [] }`, "Invalid baseline", "could be nowhere"},
		{"gate", `retry = {}`, "Nothing to wait for", "retry waits for endpoints"},
		{"gate", `timeouts { read = "0s" }`, "Invalid time limit", "0s is not between 1s and 24h"},
	}
	var config strings.Builder
	config.WriteString(header)
	for i, m := range mistakes {
		config.WriteString(declaration(m.kind, fmt.Sprintf("m%d", i), fmt.Sprintf("%s # %d\n", m.arguments, i)))
	}
	validated := newWorkspace(t, config.String()).validate()
	validated.wantCode(t, 1)
	for i, m := range mistakes {
		validated.wantDiagnostic(t, "error", m.summary, m.detail)
		if want := lineOf(t, config.String(), fmt.Sprintf(" # %d\n", i)); !pointsTo(validated, m.summary, m.detail, want) {
			t.Errorf("%s is not told at line %d:\n%s", m.arguments, want, validated.told())
		}
	}
}

func TestAccGlobThatMatchesNothingIsAWarning(t *testing.T) {
	t.Parallel()
	web := serve(t, askPassword)
	w := newWorkspace(t, strings.Replace(stateGate, "screenshots   = false", "screenshots   = false\n  scope = { exclude_modules = [\"module.shopp\"] }", 1))
	w.write("estate.tfstate", stateOf(t, "127.0.0.1", web.port, "0.0.0.0/0"))
	applied := w.apply()
	applied.wantCode(t, 0)
	applied.wantDiagnostic(t, "warning", `exclude_modules "module.shopp" matches no endpoint`)
}
