package provider_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestAccWaivers(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	waiver := func(rule, expires string) string {
		return fmt.Sprintf(`waivers = [{ rule = %q, reason = "demo", owner = "web team", expires = %q }]`, rule, expires)
	}
	w := newWorkspace(t, gated(web.port, waiver("http-no-authentication", "2999-12-31")))
	w.apply().wantCode(t, 0)
	w.run("output", "-json", "findings").wantOutput(t, `"waived":true`)

	w.write("main.tf", gated(web.port, waiver("http-no-authentication", "2020-01-31")))
	expired := w.apply()
	expired.wantCode(t, 1)
	expired.wantDiagnostic(t, "error", "aws_instance.web")
	expired.wantDiagnostic(t, "warning", "rule http-no-authentication", "expired", "web team")

	w.write("main.tf", gated(web.port, waiver("open-port", "2999-12-31")+"\n  enforcement = \"off\""))
	unused := w.apply()
	unused.wantCode(t, 0)
	unused.wantNone(t, "error")
	unused.wantDiagnostic(t, "warning", "rule open-port covers no finding")
}

func TestAccEnforcement(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	w := newWorkspace(t, gated(web.port, `enforcement = "warn"`))
	warned := w.apply()
	warned.wantCode(t, 0)
	warned.wantDiagnostic(t, "warning", "aws_instance.web", "HTTP 200")

	w.write("main.tf", gated(web.port, `enforcement = "off"`))
	off := w.apply()
	off.wantCode(t, 0)
	off.wantNone(t, "warning")

	w.write("main.tf", gated(web.port, ""))
	plain := w.env
	w.env = append(plain, "DYNAMICSCAN_ENFORCEMENT=warn")
	w.apply().wantCode(t, 0)
	w.env = append(plain, "DYNAMICSCAN_ENFORCEMENT=strict")
	misspelt := w.apply()
	misspelt.wantCode(t, 1)
	misspelt.wantDiagnostic(t, "error", "DYNAMICSCAN_ENFORCEMENT", `"strict" is none of error, warn, off`)
}

// TestAccEmergencyExitOpensAGateThatCannotLook checks that a broken store or
// state blocks until the user says that it shall not.
func TestAccEmergencyExitOpensAGateThatCannotLook(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, stateGate) // whose state does not exist
	applied := w.apply()
	applied.wantCode(t, 1)
	applied.wantDiagnostic(t, "error", "State cannot be read", "estate.tfstate", "DYNAMICSCAN_ENFORCEMENT=warn")

	plain := w.env
	w.env = append(plain, "DYNAMICSCAN_ENFORCEMENT=off")
	opened := w.apply()
	opened.wantCode(t, 0)
	opened.wantDiagnostic(t, "warning", "State cannot be read")
	w.run("output", "-json", "passed").wantOutput(t, "false")

	w.write("estate.tfstate", stateOf(t, "127.0.0.1", freePort(t), "0.0.0.0/0"))
	w.write("file", "")
	w.env = append(plain, "DYNAMICSCAN_STORE=file/below")
	broken := w.apply()
	broken.wantCode(t, 1)
	broken.wantDiagnostic(t, "error", "Exposure cannot be validated", "file/below")
	w.env = append(w.env, "DYNAMICSCAN_ENFORCEMENT=warn")
	w.apply().wantCode(t, 0)
}

func TestAccReportsAreWritten(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	w := newWorkspace(t, gated(web.port, `report = { json = "exposure.json", text = "exposure.txt" }`))
	w.apply().wantCode(t, 1) // a failed gate still reports
	for _, name := range []string{"exposure.json", "exposure.txt"} {
		if report := w.read(name); !strings.Contains(report, "Acme admin") || !strings.Contains(report, "aws_instance.web") {
			t.Errorf("%s does not tell what was found:\n%s", name, report)
		}
	}
	w.write("main.tf", gated(freePort(t), `report = { json = "missing/exposure.json" }`))
	unwritten := w.apply()
	unwritten.wantCode(t, 1)
	unwritten.wantDiagnostic(t, "error", "Report cannot be written", "missing/exposure.json")
}

func TestAccFailOnDecidesWhichFindingsFail(t *testing.T) {
	t.Parallel()
	web := serve(t, askPassword) // high under the default policy
	w := newWorkspace(t, gated(web.port, `fail_on = "critical"`))
	w.apply().wantCode(t, 0)
	for level, code := range map[string]int{"high": 1, "medium": 1, "low": 1} {
		w.write("main.tf", gated(web.port, fmt.Sprintf("fail_on = %q", level)))
		w.apply().wantCode(t, code)
	}
}

func TestAccDisabledScannerFailsOnlyOnRequest(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	disabled := func(arguments string) string {
		return strings.Replace(gated(web.port, arguments), "screenshots   = false", "screenshots   = false\n  enabled       = false", 1)
	}
	w := newWorkspace(t, disabled(""))
	w.apply().wantCode(t, 0)
	w.run("output", "-json", "findings").wantOutput(t, "disable")

	w.write("main.tf", disabled("fail_on_unscanned = true"))
	applied := w.apply()
	applied.wantCode(t, 1)
	applied.wantDiagnostic(t, "error", "aws_instance.web", "The settings disable the scanner")
	if n := web.accepted.Load(); n != 0 {
		t.Errorf("a disabled scanner made %d connections, want none", n)
	}
}
