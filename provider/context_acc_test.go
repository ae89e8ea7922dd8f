package provider_test

import (
	"encoding/json"
	"fmt"
	"testing"
)

// contextGate is a gate over one state beside another. The instance of the
// first is in a group of the second.
const contextGate = header + settings + `
data "dynamicscan_validation" "estate" {
  state    = { path = "web.tfstate", context = ["network.tfstate"] }
  settings = dynamicscan_settings.test
}
`

// divide takes what is not of the kind out of a state.
func divide(t *testing.T, state string, keep func(kind string) bool) string {
	t.Helper()
	var whole object
	if err := json.Unmarshal([]byte(state), &whole); err != nil {
		t.Fatal(err)
	}
	kept := []any{}
	for _, r := range whole["resources"].([]any) {
		if keep(r.(object)["type"].(string)) {
			kept = append(kept, r)
		}
	}
	whole["resources"] = kept
	text, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAccContextTellsWhatAnotherStateHolds(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	w := newWorkspace(t, contextGate)
	whole := stateOf(t, "127.0.0.1", web.port, "0.0.0.0/0")
	w.write("web.tfstate", divide(t, whole, func(kind string) bool { return kind == "aws_instance" }))

	applied := w.apply()
	applied.wantCode(t, 1)
	d := applied.wantDiagnostic(t, "error", "Context cannot be read", "network.tfstate: no such file or directory.")
	if want := lineOf(t, contextGate, "context ="); d.line() != want {
		t.Errorf("the diagnostic points to line %d, want line %d", d.line(), want)
	}

	w.write("network.tfstate", divide(t, whole, func(kind string) bool { return kind != "aws_instance" }))
	applied = w.apply()
	applied.wantCode(t, 1)
	applied.wantDiagnostic(t, "error", "aws_instance.web", fmt.Sprintf("127.0.0.1:%d", web.port), "aws_security_group.web (in network.tfstate) allows 0.0.0.0/0")
}
