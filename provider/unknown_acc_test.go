package provider_test

import (
	"fmt"
	"testing"
)

// TestAccEndpointWhoseHostIsNotKnownYet checks that a plan says nothing about
// an address that only the apply brings, and that the apply looks.
func TestAccEndpointWhoseHostIsNotKnownYet(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	w := newWorkspace(t, header+fmt.Sprintf(`
resource "terraform_data" "address" { input = "127.0.0.1" }
resource "dynamicscan_endpoint" "web" {
  host     = terraform_data.address.output
  ports    = ["%d"]
  settings = { scan_interval = "1m", screenshots = false, http_ports = ["1024-65535"] }
}
`, web.port))
	planned := w.plan()
	planned.wantCode(t, 2)
	planned.wantNone(t, "warning")
	if n := web.accepted.Load(); n != 0 {
		t.Errorf("the plan made %d connections, want none", n)
	}
	applied := w.apply()
	applied.wantCode(t, 1)
	applied.wantDiagnostic(t, "error", "127.0.0.1", "HTTP 200")
	web.answer(askPassword)
	w.apply().wantCode(t, 0)
	w.plan().wantCode(t, 0)
}

// TestAccSettingsThatAreKnownAfterApply checks that a gate and an endpoint wait
// for the settings they are to look with.
func TestAccSettingsThatAreKnownAfterApply(t *testing.T) {
	t.Parallel()
	web := serve(t, askPassword)
	w := newWorkspace(t, header+fmt.Sprintf(`
resource "terraform_data" "agent" { input = "acme-check" }
resource "dynamicscan_settings" "test" {
  scan_interval = "1m"
  screenshots   = false
  http_ports    = ["1024-65535"]
  user_agent    = terraform_data.agent.output
}
data "dynamicscan_validation" "gate" {
  endpoints = { "aws_instance.web" = { host = "127.0.0.1", ports = ["%[1]d"] } }
  settings  = dynamicscan_settings.test
}
resource "dynamicscan_endpoint" "web" {
  host     = "127.0.0.1"
  ports    = ["%[1]d"]
  settings = dynamicscan_settings.test
}
output "passed" { value = data.dynamicscan_validation.gate.passed }
`, web.port))
	w.plan().wantCode(t, 2)
	if n := web.accepted.Load(); n != 0 {
		t.Errorf("the plan made %d connections before its settings were known, want none", n)
	}
	w.apply().wantCode(t, 0)
	w.run("output", "-json", "passed").wantOutput(t, "true")
	w.plan().wantCode(t, 0)
}
