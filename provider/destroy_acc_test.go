package provider_test

import (
	"strings"
	"testing"
)

// blocking is a stack with a gate that fails once its server answers anyone,
// and an endpoint under watch.
func blocking(port int, gate string) string {
	return watched(port, `baseline = { max_severity = "critical" }`) + strings.Replace(gated(port, gate), header, "", 1) + `
resource "terraform_data" "stack" {
  input = "up"
}
`
}

// TestAccWaysAroundAGateThatBlocksADestroy shows the ways around a gate that fails: what
// a destroy refreshes first, it reads.
func TestAccWaysAroundAGateThatBlocksADestroy(t *testing.T) {
	t.Parallel()
	web := serve(t, askPassword)
	stack := func() *workspace {
		web.answer(askPassword)
		w := newWorkspace(t, blocking(web.port, ""))
		w.apply().wantCode(t, 0)
		return w
	}
	first, second := stack(), stack()
	web.answer(adminPage)
	for _, w := range []*workspace{first, second} {
		w.env = append(w.env, "DYNAMICSCAN_STORE=fresh")
		blocked := w.destroy()
		blocked.wantCode(t, 1)
		blocked.wantDiagnostic(t, "error", "aws_instance.web", "HTTP 200")
	}
	first.run("destroy", "-json", "-input=false", "-auto-approve", "-refresh=false").wantCode(t, 0)
	second.env = append(second.env, "DYNAMICSCAN_ENFORCEMENT=warn")
	second.destroy().wantCode(t, 0)
}

// TestAccGateAsAPostconditionLetsADestroyPass checks the form that needs no
// exit: engines weaken a condition to a warning when they destroy.
func TestAccGateAsAPostconditionLetsADestroyPass(t *testing.T) {
	t.Parallel()
	web := serve(t, askPassword)
	w := newWorkspace(t, blocking(web.port, `enforcement = "warn"
  lifecycle {
    postcondition {
      condition     = self.passed
      error_message = "Exposure gate failed."
    }
  }`))
	w.apply().wantCode(t, 0)
	web.answer(adminPage)
	w.later()
	blocked := w.apply()
	blocked.wantCode(t, 1)
	blocked.wantDiagnostic(t, "error", "postcondition failed")
	w.destroy().wantCode(t, 0)
}

func TestAccGateInsideACheckWarns(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	config := strings.Replace(gated(web.port, ""), `data "dynamicscan_validation" "gate" {`, "check \"exposure\" {\n  data \"dynamicscan_validation\" \"gate\" {", 1)
	config, _, _ = strings.Cut(config, "output ")
	config += `
  assert {
    condition     = data.dynamicscan_validation.gate.passed
    error_message = "Exposed."
  }
}
`
	w := newWorkspace(t, config)
	applied := w.apply()
	applied.wantCode(t, 0)
	applied.wantDiagnostic(t, "warning", "aws_instance.web", "HTTP 200")
	w.destroy().wantCode(t, 0)
}
