package provider_test

import (
	"fmt"
	"strings"
	"testing"
)

// repeated watches one server, as many times as arguments say.
func repeated(port int, name, arguments string) string {
	return header + fmt.Sprintf(`
resource "dynamicscan_endpoint" %q {
  %s
  host     = "127.0.0.1"
  ports    = ["%d"]
  settings = { scan_interval = "1m", screenshots = false, http_ports = ["1024-65535"] }
  baseline = { max_severity = "high" }
}
`, name, arguments, port)
}

func moved(from, to string) string {
	return fmt.Sprintf("moved {\n  from = dynamicscan_endpoint.%s\n  to   = dynamicscan_endpoint.%s\n}\n", from, to)
}

// TestAccMovedEndpointIsTheSameEndpoint checks that a new name, count and
// for_each keep what was seen and accepted: nothing is created, changed or
// destroyed.
func TestAccMovedEndpointIsTheSameEndpoint(t *testing.T) {
	t.Parallel()
	web := serve(t, askPassword)
	w := newWorkspace(t, repeated(web.port, "web", ""))
	w.apply().wantCode(t, 0)
	for _, step := range []struct{ config, address string }{
		{repeated(web.port, "shop", "") + moved("web", "shop"), "dynamicscan_endpoint.shop"},
		{repeated(web.port, "shop", "count = 1") + moved("shop", "shop[0]"), "dynamicscan_endpoint.shop[0]"},
		{repeated(web.port, "shop", `for_each = toset(["eu"])`) + moved("shop[0]", `shop["eu"]`), `dynamicscan_endpoint.shop["eu"]`},
	} {
		w.write("main.tf", step.config)
		planned := w.plan()
		planned.wantCode(t, 2) // the move itself is to be recorded
		planned.wantOutput(t, `"add":0,`)
		planned.wantOutput(t, `"change":0,`)
		planned.wantOutput(t, `"remove":0,`)
		w.apply().wantCode(t, 0)
		if listed := w.run("state", "list").stdout; strings.TrimSpace(listed) != step.address {
			t.Errorf("the state lists %q, want %q", listed, step.address)
		}
		w.plan().wantCode(t, 0)
	}
}

// TestAccCountToForEachWithoutMovedLooksAnew checks the other way to get there.
func TestAccCountToForEachWithoutMovedLooksAnew(t *testing.T) {
	t.Parallel()
	web := serve(t, askPassword)
	w := newWorkspace(t, repeated(web.port, "web", "count = 2"))
	w.apply().wantCode(t, 0)
	w.write("main.tf", repeated(web.port, "web", `for_each = toset(["eu", "us"])`))
	planned := w.plan()
	planned.wantCode(t, 2)
	planned.wantOutput(t, `"add":2,`)
	planned.wantOutput(t, `"remove":2,`)
	w.apply().wantCode(t, 0)
	w.plan().wantCode(t, 0)
}

// TestAccDestroyOfAnExposedStack checks the ways out: endpoints are in nobody's
// way; a gate that fails is, and its exit is the environment variable.
func TestAccDestroyOfAnExposedStack(t *testing.T) {
	t.Parallel()
	web := serve(t, askPassword)
	w := newWorkspace(t, watched(web.port, `baseline = { max_severity = "high" }`))
	w.apply().wantCode(t, 0)
	web.answer(adminPage)
	w.later()
	w.destroy().wantCode(t, 0)

	web.answer(askPassword)
	w = newWorkspace(t, gated(web.port, "")+"resource \"terraform_data\" \"stack\" {}\n")
	w.apply().wantCode(t, 0)
	web.answer(adminPage)
	w.later()
	blocked := w.destroy()
	blocked.wantCode(t, 1)
	blocked.wantDiagnostic(t, "error", "aws_instance.web", "HTTP 200")
	w.env = append(w.env, "DYNAMICSCAN_ENFORCEMENT=warn")
	w.destroy().wantCode(t, 0)
	if state := w.read("terraform.tfstate"); strings.Contains(state, "terraform_data") {
		t.Errorf("the stack is still in the state:\n%s", state)
	}
}
