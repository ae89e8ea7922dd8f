package provider_test

import (
	"fmt"
	"strings"
	"testing"
)

// watched is a configuration with one endpoint under watch, which is looked at
// anew in every run that has a store of its own.
func watched(port int, arguments string) string {
	return header + fmt.Sprintf(`
resource "dynamicscan_endpoint" "web" {
  host             = "127.0.0.1"
  ports            = ["%d"]
  resource_address = "aws_instance.web"
  settings         = { scan_interval = "1m", screenshots = false, http_ports = ["1024-65535"] }
  %s
}
`, port, arguments)
}

// later makes the workspace look again, as it would once scan_interval has
// passed: the results so far are out of reach.
func (w *workspace) later() {
	w.looks++
	w.env = append(w.env, fmt.Sprintf("DYNAMICSCAN_STORE=store-%d", w.looks))
}

func TestAccEndpointThatFailsIsNotCreated(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	config := watched(web.port, "")
	w := newWorkspace(t, config)
	applied := w.apply()
	applied.wantCode(t, 1)
	d := applied.wantDiagnostic(t, "error", "aws_instance.web", "HTTP 200", `set max_severity = "critical" in the baseline`)
	if want := lineOf(t, config, "host "); d.line() != want {
		t.Errorf("the finding points to line %d, want %d", d.line(), want)
	}
	if state := w.read("terraform.tfstate"); strings.Contains(state, "dynamicscan_endpoint") {
		t.Errorf("the state holds an endpoint that was not created:\n%s", state)
	}

	planned := w.plan() // nothing is in the way of the next attempt
	planned.wantCode(t, 2)
	planned.wantNone(t, "error")
	web.answer(askPassword)
	w.apply().wantCode(t, 0)
}

// TestAccEndpointDriftsOnlyOnMaterialChange follows an endpoint from its
// acceptance through refreshes, a departure, and a destroy while it is open.
func TestAccEndpointDriftsOnlyOnMaterialChange(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	accepted := watched(web.port, fmt.Sprintf(`baseline = { max_severity = "critical", open_ports = ["%d"] }`, web.port))
	w := newWorkspace(t, accepted)
	w.apply().wantCode(t, 0)
	if state := w.read("terraform.tfstate"); strings.Contains(state, "Request ") || !strings.Contains(state, "Acme admin") {
		t.Errorf("the state should hold the title of the page and nothing that changes with every request:\n%s", state)
	}

	before := web.accepted.Load()
	w.later()
	w.plan().wantCode(t, 0)
	if web.accepted.Load() == before {
		t.Error("the refresh did not look at the endpoint")
	}

	web.close()
	w.later()
	w.plan().wantCode(t, 0) // closed departs from no part of this baseline
	refreshed := w.run("plan", "-refresh-only", "-no-color", "-input=false")
	refreshed.wantOutput(t, `"open" -> "closed"`)

	web.open()
	w.destroy().wantCode(t, 0)
}

func TestAccDepartureFromTheBaselineIsADifferenceUntilAccepted(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	web.close()
	config := watched(web.port, `baseline = { port_status = "closed" }`)
	w := newWorkspace(t, config)
	w.apply().wantCode(t, 0)
	w.plan().wantCode(t, 0)

	web.answer(askPassword) // high: below fail_on, so that only the baseline minds
	web.open()
	w.later()
	planned := w.plan()
	planned.wantCode(t, 2)
	d := planned.wantDiagnostic(t, "warning", "departs from its baseline", "its port status is open and the baseline accepts only closed")
	if want := lineOf(t, config, "baseline "); d.line() != want {
		t.Errorf("the departure points to line %d, want %d", d.line(), want)
	}

	applied := w.apply()
	applied.wantCode(t, 1)
	applied.wantDiagnostic(t, "error", "departs from its baseline", "To accept what is there, change the baseline")
	w.plan().wantCode(t, 2) // the failed apply accepted nothing

	w.write("main.tf", watched(web.port, `baseline = { port_status = "open", max_severity = "high" }`))
	w.apply().wantCode(t, 0)
	w.plan().wantCode(t, 0)

	w.write("main.tf", config)
	w.apply().wantCode(t, 1)
	web.close() // mended: the apply looks again although the stored result is fresh
	w.apply().wantCode(t, 0)
	w.plan().wantCode(t, 0)
}

func TestAccEndpointUnderWeakerEnforcement(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	w := newWorkspace(t, watched(web.port, ""))
	plain := w.env
	w.env = append(plain, "DYNAMICSCAN_ENFORCEMENT=warn")
	warned := w.apply()
	warned.wantCode(t, 0)
	warned.wantDiagnostic(t, "warning", "aws_instance.web", "HTTP 200")
	w.destroy().wantCode(t, 0)

	w.env = append(plain, "DYNAMICSCAN_ENFORCEMENT=off")
	off := w.apply()
	off.wantCode(t, 0)
	off.wantNone(t, "warning")
}

// TestAccBrokenStoreBlocksNeitherPlanNorDestroy checks that what was applied
// can be planned and destroyed without a store, and only not applied anew.
func TestAccBrokenStoreBlocksNeitherPlanNorDestroy(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, watched(freePort(t), ""))
	w.apply().wantCode(t, 0)
	w.write("file", "")
	plain := w.env
	w.env = append(plain, "DYNAMICSCAN_STORE=file/below")
	planned := w.plan()
	planned.wantCode(t, 0)
	planned.wantDiagnostic(t, "warning", "Endpoint not refreshed: aws_instance.web", "file/below")

	w.write("main.tf", watched(freePort(t), ""))
	changed := w.apply()
	changed.wantCode(t, 1)
	changed.wantDiagnostic(t, "error", "Endpoint cannot be validated: aws_instance.web", "DYNAMICSCAN_ENFORCEMENT=warn")
	w.env = append(w.env, "DYNAMICSCAN_ENFORCEMENT=off")
	opened := w.apply()
	opened.wantCode(t, 0)
	opened.wantDiagnostic(t, "warning", "Endpoint cannot be validated")

	w.env = append(plain, "DYNAMICSCAN_STORE=file/below")
	w.destroy().wantCode(t, 0)
}

// TestAccImportSendsNothing checks that an endpoint is taken over by its id
// alone, and looked at only by the apply that follows, as it is declared.
func TestAccImportSendsNothing(t *testing.T) {
	t.Parallel()
	web := serve(t, askPassword)
	w := newWorkspace(t, watched(web.port, ""))
	id := fmt.Sprintf("127.0.0.1:%d", web.port)
	w.run("import", "-input=false", "dynamicscan_endpoint.web", id).wantCode(t, 0)
	w.plan().wantCode(t, 2)
	if n := web.accepted.Load(); n != 0 {
		t.Errorf("the import and the plan after it made %d connections, want none", n)
	}
	w.apply().wantCode(t, 0)
	w.plan().wantCode(t, 0)

	w.run("state", "rm", "dynamicscan_endpoint.web").wantCode(t, 0)
	bad := w.run("import", "-input=false", "-no-color", "dynamicscan_endpoint.web", "127.0.0.1")
	bad.wantCode(t, 1)
	if !strings.Contains(bad.stderr, "names no port") {
		t.Errorf("import of an id without port did not say what is missing:\n%s", bad.stderr)
	}
}
