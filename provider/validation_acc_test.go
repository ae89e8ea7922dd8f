package provider_test

import (
	"fmt"
	"testing"
)

// stateGate is a gate over a state in the folder.
const stateGate = header + settings + `
data "dynamicscan_validation" "estate" {
  state    = { path = "estate.tfstate" }
  settings = dynamicscan_settings.test
  fail_on  = "critical"
}
output "passed" { value = data.dynamicscan_validation.estate.passed }
`

func TestAccGateOverStateFailsOnAnOpenPage(t *testing.T) {
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
