package provider_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// planted rewrites the attributes of the one resource in the state.
func (w *workspace) planted(change func(instance, attributes map[string]any)) {
	w.t.Helper()
	var state map[string]any
	if err := json.Unmarshal([]byte(w.read("terraform.tfstate")), &state); err != nil {
		w.t.Fatal(err)
	}
	for _, r := range state["resources"].([]any) {
		for _, i := range r.(map[string]any)["instances"].([]any) {
			instance := i.(map[string]any)
			change(instance, instance["attributes"].(map[string]any))
		}
	}
	text, err := json.Marshal(state)
	if err != nil {
		w.t.Fatal(err)
	}
	w.write("terraform.tfstate", string(text))
}

// TestAccNameThatResolvesElsewhereIsTold plants the addresses that a name had:
// localhost resolves to loopback alone.
func TestAccNameThatResolvesElsewhereIsTold(t *testing.T) {
	t.Parallel()
	web := serve(t, askPassword)
	named := func(arguments string) string {
		return strings.Replace(watched(web.port, arguments), `= "127.0.0.1"`, `= "localhost"`, 1)
	}
	w := newWorkspace(t, strings.Replace(named(""), `["127.0.0.0/8"]`, `["127.0.0.0/8", "::1/128"]`, 1))
	w.apply().wantCode(t, 0)
	had := func(addresses ...any) {
		w.planted(func(_, attributes map[string]any) {
			attributes["observed"].(map[string]any)["resolved_addresses"] = addresses
		})
	}

	had("127.0.0.1", "203.0.113.7", "::1") // answers in turn: one of them is still there
	w.later()
	planned := w.plan()
	planned.wantCode(t, 0)
	planned.wantNone(t, "warning")
	w.run("apply", "-refresh-only", "-auto-approve", "-input=false").wantCode(t, 0)
	if state := w.read("terraform.tfstate"); !strings.Contains(state, "203.0.113.7") {
		t.Errorf("answers in turn changed the list in the state:\n%s", state)
	}

	had("203.0.113.7")
	w.later()
	moved := w.plan()
	moved.wantDiagnostic(t, "warning", "Endpoint resolves elsewhere: aws_instance.web", "localhost resolved to 203.0.113.7, and now to")
	w.run("plan", "-refresh-only", "-no-color", "-input=false").wantOutput(t, "resolved_addresses")
}

// TestAccNameOutsideItsBaselineIsNotProbed checks that a name which resolves
// where the user does not accept it gets no packet.
func TestAccNameOutsideItsBaselineIsNotProbed(t *testing.T) {
	t.Parallel()
	web := serve(t, askPassword)
	config := func(networks string) string {
		named := strings.Replace(watched(web.port, fmt.Sprintf("baseline = { resolved_addresses = [%s] }", networks)), `= "127.0.0.1"`, `= "localhost"`, 1)
		return strings.Replace(named, `["127.0.0.0/8"]`, `["127.0.0.0/8", "::1/128"]`, 1)
	}
	w := newWorkspace(t, config(`"203.0.113.0/24"`))
	applied := w.apply()
	applied.wantCode(t, 1)
	applied.wantDiagnostic(t, "error", "localhost resolves to", "where it is not accepted")
	if n := web.accepted.Load(); n != 0 {
		t.Errorf("%d connections to an address that the baseline does not accept, want none", n)
	}

	w.write("main.tf", config(`"127.0.0.0/8", "::1"`))
	w.apply().wantCode(t, 0)
	w.plan().wantCode(t, 0)
	w.write("main.tf", config(`"203.0.113.7"`))
	departed := w.plan()
	departed.wantCode(t, 2)
	departed.wantDiagnostic(t, "warning", "departs from its baseline", "where the baseline does not accept it")
	w.destroy().wantCode(t, 0)
}

// TestAccGateDoesNotProbeWhatTheStateGivesToAnother checks that an address that
// moved to another resource is not looked at in the name of the first.
func TestAccGateDoesNotProbeWhatTheStateGivesToAnother(t *testing.T) {
	t.Parallel()
	web := serve(t, askPassword)
	config := func(id string) string {
		return header + settings + fmt.Sprintf(`
data "dynamicscan_validation" "gate" {
  state     = { path = "estate.tfstate" }
  endpoints = {
    "aws_instance.old" = { host = "127.0.0.1", ports = ["%d"], resource_id = %q }
  }
  settings = dynamicscan_settings.test
}
`, web.port, id)
	}
	w := newWorkspace(t, config("i-0123456789"))
	w.write("estate.tfstate", stateOf(t, "127.0.0.1", freePort(t), "0.0.0.0/0"))
	applied := w.apply()
	applied.wantCode(t, 1)
	d := applied.wantDiagnostic(t, "error", "aws_instance.old", "the state says that 127.0.0.1 belongs to aws_instance.web now")
	if want := lineOf(t, w.read("main.tf"), `"aws_instance.old"`); d.line() != want {
		t.Errorf("told at line %d, want %d", d.line(), want)
	}
	if n := web.accepted.Load(); n != 0 {
		t.Errorf("%d connections to an address of another resource, want none", n)
	}
}

// TestAccStateOfTheFirstShapeIsUpgraded plants a state as it was before
// schema versions, and checks that a plan is clean and an apply keeps it.
func TestAccStateOfTheFirstShapeIsUpgraded(t *testing.T) {
	t.Parallel()
	web := serve(t, askPassword)
	w := newWorkspace(t, watched(web.port, `baseline = { port_status = "open" }`)+settings)
	w.apply().wantCode(t, 0)
	w.planted(func(instance, attributes map[string]any) {
		instance["schema_version"] = 0
		for _, name := range []string{"retry", "timeouts", "scan_windows", "host_configuration_rules", "max_state_age", "data_scanning"} {
			delete(attributes, name)
		}
		for object, names := range map[string][]string{
			"observed": {"resolved_addresses", "authentication_details"}, "baseline": {"resolved_addresses"},
			"settings": {"scan_windows", "host_configuration_rules", "max_state_age"},
		} {
			if nested, ok := attributes[object].(map[string]any); ok {
				for _, name := range names {
					delete(nested, name)
				}
			}
		}
		attributes["no_longer_there"] = "x"
	})
	planned := w.plan()
	planned.wantCode(t, 0)
	planned.wantNone(t, "error")
	planned.wantNone(t, "warning")
	w.apply().wantCode(t, 0)
	w.destroy().wantCode(t, 0)
}

func TestAccSettingsAreImported(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, header+settings)
	bad := w.run("import", "-input=false", "-no-color", "dynamicscan_settings.test", "prod")
	bad.wantCode(t, 1)
	if !strings.Contains(bad.stderr, `always "settings"`) {
		t.Errorf("import of another id did not say which there is:\n%s", bad.stderr)
	}
	w.run("import", "-input=false", "dynamicscan_settings.test", "settings").wantCode(t, 0)
	w.plan().wantCode(t, 2)
	w.apply().wantCode(t, 0)
	w.plan().wantCode(t, 0)
}
