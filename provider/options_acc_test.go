package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What the engine's own options do to endpoints and gates.

// pair watches two servers.
func pair(first, second int) string {
	return watched(first, `baseline = { max_severity = "critical" }`) + fmt.Sprintf(`
resource "dynamicscan_endpoint" "other" {
  host     = "127.0.0.1"
  ports    = ["%d"]
  settings = dynamicscan_endpoint.web.settings
}
`, second)
}

func TestAccTargetLooksAtNothingElse(t *testing.T) {
	t.Parallel()
	web, other := serve(t, adminPage), serve(t, askPassword)
	w := newWorkspace(t, pair(web.port, other.port)+`
data "dynamicscan_validation" "gate" {
  endpoints = { other = { host = "127.0.0.1", ports = dynamicscan_endpoint.other.ports } }
  settings  = dynamicscan_endpoint.web.settings
}
`)
	w.run("apply", "-json", "-input=false", "-auto-approve", "-target=dynamicscan_endpoint.web").wantCode(t, 0)
	if web.accepted.Load() == 0 || other.accepted.Load() != 0 {
		t.Errorf("%d connections to the endpoint that was targeted and %d to the other one, want some and none", web.accepted.Load(), other.accepted.Load())
	}
	w.plan().wantCode(t, 2) // the other one is still to be created
	w.apply().wantCode(t, 0)
	before := other.accepted.Load()
	w.later()
	w.run("plan", "-json", "-input=false", "-detailed-exitcode", "-target=dynamicscan_endpoint.web").wantCode(t, 0)
	if other.accepted.Load() != before {
		t.Error("the plan for one endpoint looked at the other one")
	}
}

// TestAccWithoutRefreshEndpointsRestAndGatesLook checks that -refresh=false
// leaves endpoints as they were seen last, while a gate answers as always: an
// engine reads data sources either way.
func TestAccWithoutRefreshEndpointsRestAndGatesLook(t *testing.T) {
	t.Parallel()
	web := serve(t, askPassword)
	w := newWorkspace(t, watched(web.port, `baseline = { max_severity = "high" }`))
	w.apply().wantCode(t, 0)
	web.answer(adminPage)
	w.later()
	before := web.accepted.Load()
	w.run("plan", "-json", "-input=false", "-detailed-exitcode", "-refresh=false").wantCode(t, 0)
	if web.accepted.Load() != before {
		t.Error("a plan without refresh looked at the endpoint")
	}
	w.plan().wantCode(t, 2)

	w.write("main.tf", header+fmt.Sprintf(`
data "dynamicscan_validation" "gate" {
  endpoints = { "aws_instance.web" = { host = "127.0.0.1", ports = ["%d"] } }
  settings  = { scan_interval = "1m", screenshots = false, http_ports = ["1024-65535"] }
}
`, web.port))
	w.later()
	gated := w.run("plan", "-json", "-input=false", "-refresh=false")
	gated.wantCode(t, 1)
	gated.wantDiagnostic(t, "error", "aws_instance.web", "HTTP 200")
}

// TestAccRefreshOnlyRecordsWhatIsSeen checks what is recorded. The exit status
// of plan -refresh-only -detailed-exitcode says nothing about drift.
func TestAccRefreshOnlyRecordsWhatIsSeen(t *testing.T) {
	t.Parallel()
	web := serve(t, askPassword)
	w := newWorkspace(t, watched(web.port, `baseline = { max_severity = "high" }`))
	w.apply().wantCode(t, 0)
	web.answer(adminPage)
	w.later()
	if refreshed := w.run("apply", "-json", "-input=false", "-auto-approve", "-refresh-only"); refreshed.code != 0 {
		t.Fatalf("%s exited %d, want 0: a refresh fails on no finding\n%s", refreshed.command, refreshed.code, refreshed.told())
	}
	if state := w.read("terraform.tfstate"); !strings.Contains(state, `"critical"`) || !strings.Contains(state, "Acme admin") {
		t.Errorf("the state does not hold what the refresh saw:\n%s", state)
	}
	w.plan().wantCode(t, 2) // recorded is not accepted
}

// TestAccSavedPlanIsAppliedAsItWasMade checks when the parts of a saved plan
// look: a gate on known endpoints in the plan, for good; an endpoint and a gate
// on what is created in the apply.
func TestAccSavedPlanIsAppliedAsItWasMade(t *testing.T) {
	t.Parallel()
	web := serve(t, askPassword)
	gate := func(host string) string {
		return header + fmt.Sprintf(`
resource "terraform_data" "address" { input = "127.0.0.1" }
data "dynamicscan_validation" "gate" {
  endpoints = { "aws_instance.web" = { host = %s, ports = ["%d"] } }
  settings  = { scan_interval = "1m", screenshots = false, http_ports = ["1024-65535"] }
}
`, host, web.port)
	}
	saved := func(w *workspace) outcome {
		t.Helper()
		web.answer(askPassword)
		w.run("plan", "-json", "-input=false", "-detailed-exitcode", "-out=saved.tfplan").wantCode(t, 2)
		web.answer(adminPage) // in between
		w.later()
		return w.run("apply", "-json", "-input=false", "saved.tfplan")
	}
	w := newWorkspace(t, gate(`"127.0.0.1"`))
	saved(w).wantCode(t, 0) // the gate had answered
	w.later()
	w.plan().wantCode(t, 1)

	w = newWorkspace(t, gate("terraform_data.address.output"))
	applied := saved(w)
	applied.wantCode(t, 1)
	applied.wantDiagnostic(t, "error", "aws_instance.web", "HTTP 200")

	w = newWorkspace(t, watched(web.port, ""))
	applied = saved(w)
	applied.wantCode(t, 1)
	applied.wantDiagnostic(t, "error", "aws_instance.web", "HTTP 200")
}

func TestAccWorkspacesShareAStoreAndNoState(t *testing.T) {
	t.Parallel()
	web := serve(t, askPassword)
	w := newWorkspace(t, watched(web.port, ""))
	w.apply().wantCode(t, 0)
	before := web.accepted.Load()
	w.run("workspace", "new", "staging").wantCode(t, 0)
	w.plan().wantCode(t, 2) // nothing is under watch here
	w.apply().wantCode(t, 0)
	if after := web.accepted.Load(); after != before {
		t.Errorf("%d connections for the second workspace, want none: the result of the first is fresh", after-before)
	}
	w.plan().wantCode(t, 0)
	w.destroy().wantCode(t, 0)
	w.run("workspace", "select", "default").wantCode(t, 0)
	w.plan().wantCode(t, 0)
}

// TestAccChdirIsWherePathsBegin checks that the store, a state and a report
// are found and made in the folder that -chdir names.
func TestAccChdirIsWherePathsBegin(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	w := newEstate(t, "")
	if err := os.Remove(filepath.Join(w.dir, "main.tf")); err != nil {
		t.Fatal(err)
	}
	w.write("infra/main.tf", strings.Replace(stateGate, "fail_on ", "report   = { json = \"exposure.json\" }\n  fail_on ", 1))
	w.write("infra/estate.tfstate", stateOf(t, "127.0.0.1", web.port, "0.0.0.0/0"))
	applied := w.run("-chdir=infra", "apply", "-json", "-input=false", "-auto-approve")
	applied.wantCode(t, 1)
	applied.wantDiagnostic(t, "error", "aws_instance.web", "HTTP 200")
	if report := w.read("infra/exposure.json"); !strings.Contains(report, "aws_instance.web") {
		t.Errorf("the report does not name the resource:\n%s", report)
	}
	if _, err := os.Stat(filepath.Join(w.dir, "infra", ".dynamicscan", "results.db")); err != nil {
		t.Errorf("the store is not in the folder of -chdir: %v", err)
	}
}

func TestAccGateInACheckBlockWarns(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	w := newWorkspace(t, header+fmt.Sprintf(`
check "exposure" {
  data "dynamicscan_validation" "gate" {
    endpoints = { "aws_instance.web" = { host = "127.0.0.1", ports = ["%d"] } }
    settings  = { scan_interval = "1m", screenshots = false, http_ports = ["1024-65535"], host_configuration_rules = { enabled = false } }
  }
  assert {
    condition     = data.dynamicscan_validation.gate.passed
    error_message = "Something is exposed."
  }
}
`, web.port))
	for range 2 { // every time, applied or not
		planned := w.plan()
		if planned.code == 1 {
			t.Errorf("plan exited 1, want it not to fail:\n%s", planned.told())
		}
		planned.wantNone(t, "error")
		planned.wantDiagnostic(t, "warning", "aws_instance.web", "HTTP 200")
		w.apply().wantCode(t, 0)
	}
}
