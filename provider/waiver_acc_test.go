package provider_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// accepting is a gate with waivers, each of which begins on a line of its own.
func accepting(port int, waivers ...string) string {
	return gated(port, "waivers = [\n    "+strings.Join(waivers, ",\n    ")+",\n  ]")
}

func TestAccWaiverAcceptsUpToItsSeverity(t *testing.T) {
	t.Parallel()
	web := serve(t, askPassword) // high
	waiver := func(severity string) string {
		return fmt.Sprintf(`{ rule = "http-weak-authentication", severity = %q, reason = "r", owner = "web team", expires = "2999-12-31" }`, severity)
	}
	config := strings.Replace(accepting(web.port, waiver("high")), "settings = dynamicscan", "fail_on = \"high\"\n  settings = dynamicscan", 1)
	w := newWorkspace(t, strings.Replace(config, "screenshots   = false", "screenshots   = false\n  host_configuration_rules = { enabled = false }", 1))
	w.apply().wantCode(t, 0)

	web.answer(adminPage) // critical now, and by another rule: nobody accepted that
	w.later()
	w.apply().wantCode(t, 1)

	web.answer(askPassword)
	w.write("main.tf", strings.Replace(w.read("main.tf"), `severity = "high"`, `severity = "medium"`, 1))
	w.later()
	worse := w.apply()
	worse.wantCode(t, 1)
	worse.wantDiagnostic(t, "error", "aws_instance.web", "HTTP 401")
	worse.wantDiagnostic(t, "warning", "severity up to medium accepts no finding", "worse than it accepts", "web team")
}

// TestAccBadWaiversAreToldAtTheirLines checks that each of several waivers has
// its diagnostics on its own line.
func TestAccBadWaiversAreToldAtTheirLines(t *testing.T) {
	t.Parallel()
	const good = `reason = "r", owner = "o", expires = "2999-12-31"`
	config := accepting(1,
		`{ rule = "open-port", `+good+` }`,
		`{ rule = "open-prot", `+good+` }`,
		`{ rule = "http-sso", severity = "huge", `+good+` }`,
		`{ rule = "http-endpoint", reason = " ", owner = "o", expires = "2999-12-31" }`,
		`{ rule = "not-scanned", reason = "r", owner = "o", expires = "someday" }`,
		`{ `+good+` }`,
		`{ rule = "left-out", reason = "r", owner = "o", expires = "2020-01-31" }`,
	)
	validated := newWorkspace(t, config).validate()
	validated.wantCode(t, 1)
	for _, tt := range []struct{ severity, at, summary, detail string }{
		{"error", `"open-prot"`, "Invalid waiver", `alike are "open-port"`},
		{"error", `"http-sso"`, "Invalid waiver", `severity "huge" is none of critical`},
		{"error", `"http-endpoint"`, "Invalid waiver", "reason is required"},
		{"error", `"not-scanned"`, "Invalid waiver", `expires "someday" is neither`},
		{"error", "{ reason", "Invalid waiver", "would cover every finding"},
		{"warning", `"left-out"`, "Waiver has expired", "ended at 2020-01-31T23:59:59Z and accepts nothing"},
	} {
		validated.wantDiagnostic(t, tt.severity, tt.summary, tt.detail)
		if want := lineOf(t, config, tt.at); !pointsTo(validated, tt.summary, tt.detail, want) {
			t.Errorf("%s is not told at line %d:\n%s", tt.detail, want, validated.told())
		}
	}
	if n := len(validated.diagnostics()); n != 6 {
		t.Errorf("validate told %d diagnostics, want 6:\n%s", n, validated.told())
	}
}

// TestAccWaivedFindingIsLookedAtOnceInAnInterval checks that a waived critical
// finding does not cost a scan in every run.
func TestAccWaivedFindingIsLookedAtOnceInAnInterval(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	tomorrow := time.Now().AddDate(0, 0, 1).UTC().Format(time.DateOnly)
	config := accepting(web.port, fmt.Sprintf(`{ rule = "http-no-authentication", reason = "r", owner = "o", expires = %q }`, tomorrow))
	w := newWorkspace(t, strings.Replace(config, `"1m"`, `"1h"`, 1))
	w.apply().wantCode(t, 0)
	before := web.accepted.Load()
	w.apply().wantCode(t, 0)
	if n := web.accepted.Load() - before; before == 0 || n != 0 {
		t.Errorf("the run after the first made %d connections, want none", n)
	}
}
