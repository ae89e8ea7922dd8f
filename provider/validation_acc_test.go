package provider_test

import (
	"fmt"
	"strings"
	"testing"
)

// stateGate is a gate over a state in the folder.
const stateGate = header + settings + `
data "dynamicscan_validation" "estate" {
  state    = { path = "estate.tfstate" }
  settings = dynamicscan_settings.test
  fail_on  = "critical"
}
output "passed" {
  value = data.dynamicscan_validation.estate.passed
}
`

func TestAccGateOverStateFollowsWhatAnswers(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	w := newWorkspace(t, stateGate)
	w.write("estate.tfstate", stateOf(t, "127.0.0.1", web.port, "0.0.0.0/0"))

	applied := w.apply()
	applied.wantCode(t, 1)
	applied.wantDiagnostic(t, "error",
		"aws_instance.web", fmt.Sprintf("127.0.0.1:%d", web.port), `HTTP 200 with the title "Acme admin"`,
		"aws_security_group.web allows 0.0.0.0/0", "add a waiver for rule")

	web.answer(askPassword)
	w.apply().wantCode(t, 0)

	web.close()
	w.apply().wantCode(t, 0)
}

// gated is a configuration whose gate takes one endpoint by value. arguments
// go into the gate.
func gated(port int, arguments string) string {
	return header + settings + fmt.Sprintf(`
data "dynamicscan_validation" "gate" {
  endpoints = {
    "aws_instance.other" = { host = "127.0.0.1", ports = ["1"] }
    "aws_instance.web"   = { host = "127.0.0.1", ports = ["%d"] }
  }
  settings = dynamicscan_settings.test
  %s
}
output "findings" {
  value = data.dynamicscan_validation.gate.findings
}
`, port, arguments)
}

func TestAccFindingPointsToTheLineOfItsEndpoint(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	config := gated(web.port, "")
	w := newWorkspace(t, config)
	applied := w.apply()
	applied.wantCode(t, 1)
	d := applied.wantDiagnostic(t, "error", "aws_instance.web")
	if want := lineOf(t, config, `"aws_instance.web"`); d.line() != want {
		t.Errorf("the finding points to line %d, want %d", d.line(), want)
	}
}

// TestAccApplyIsGatedByWhatItCreates checks the gate on a resource of the same
// apply: nothing is sent in the plan, and the apply that creates it fails.
func TestAccApplyIsGatedByWhatItCreates(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	w := newWorkspace(t, header+settings+fmt.Sprintf(`
resource "terraform_data" "web" {
  input = "127.0.0.1"
}
data "dynamicscan_validation" "gate" {
  endpoints = { "terraform_data.web" = { host = terraform_data.web.output, ports = ["%d"] } }
  settings  = dynamicscan_settings.test
}
`, web.port))

	w.plan().wantCode(t, 2)
	if n := web.accepted.Load(); n != 0 {
		t.Fatalf("the plan made %d connections to a server that is not there yet, want none", n)
	}
	applied := w.apply()
	applied.wantCode(t, 1)
	applied.wantDiagnostic(t, "error", "terraform_data.web", "HTTP 200")
	if state := w.read("terraform.tfstate"); !strings.Contains(state, "terraform_data") {
		t.Errorf("the state holds no terraform_data, so the gate did not come after it:\n%s", state)
	}

	w.destroy()
	web.close()
	w.apply().wantCode(t, 0)
}

// TestAccSettingsPassByValueInThePlan checks that settings defer the gate to
// the apply that creates them, and no more once they exist.
func TestAccSettingsPassByValueInThePlan(t *testing.T) {
	t.Parallel()
	web := serve(t, askPassword)
	w := newWorkspace(t, gated(web.port, ""))
	w.plan().wantCode(t, 2)
	if n := web.accepted.Load(); n != 0 {
		t.Errorf("the plan that creates the settings made %d connections, want none", n)
	}
	w.apply().wantCode(t, 0)
	w.plan().wantCode(t, 0)
	web.answer(adminPage)
	w.env = append(w.env, "DYNAMICSCAN_STORE=fresh")
	planned := w.plan()
	planned.wantCode(t, 1)
	planned.wantDiagnostic(t, "error", "aws_instance.web", "HTTP 200")
}
