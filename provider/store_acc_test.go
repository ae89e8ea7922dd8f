package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// withoutStore removes the store of the workspace, as on a machine that has only the
// state and the code.
func (w *workspace) withoutStore() {
	w.t.Helper()
	if err := os.RemoveAll(filepath.Join(w.dir, ".dynamicscan")); err != nil {
		w.t.Fatal(err)
	}
}

// TestAccAFreshMachinePlansOnlyWhatChanged has the state and the code, and no
// store.
func TestAccAFreshMachinePlansOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	web := serve(t, askPassword)
	w := newWorkspace(t, watched(web.port, fmt.Sprintf(`baseline = { port_status = "open", open_ports = ["%d"], max_severity = "high" }`, web.port)))
	w.apply().wantCode(t, 0)
	before := web.accepted.Load()
	w.withoutStore()
	planned := w.plan()
	planned.wantCode(t, 0)
	planned.wantNone(t, "warning")
	if web.accepted.Load() == before {
		t.Error("the plan without a store did not look at the endpoint")
	}

	web.close()
	w.withoutStore()
	changed := w.plan()
	changed.wantCode(t, 2)
	changed.wantDiagnostic(t, "warning", "departs from its baseline", "its port status is closed and the baseline accepts only open")
}

// closedWindow is a window of today's clock that opens in six hours.
func closedWindow() string {
	opens := time.Now().UTC().Add(6 * time.Hour)
	return fmt.Sprintf(`scan_windows = [{ start = %q, end = %q, time_zone = "UTC" }]`, opens.Format("15:04"), opens.Add(time.Hour).Format("15:04"))
}

// TestAccOutsideTheWindowsWhatWasSeenStands checks that a machine without store
// keeps what is in the state while nothing may be probed.
func TestAccOutsideTheWindowsWhatWasSeenStands(t *testing.T) {
	t.Parallel()
	web := serve(t, askPassword)
	baseline := `baseline = { port_status = "open", max_severity = "high" }`
	atAnyTime := watched(web.port, baseline)
	outside := strings.Replace(atAnyTime, "screenshots = false", "screenshots = false, "+closedWindow(), 1)
	if outside == atAnyTime {
		t.Fatal("the configuration has no window")
	}
	w := newWorkspace(t, atAnyTime)
	w.apply().wantCode(t, 0)

	w.write("main.tf", outside)
	w.apply().wantCode(t, 0) // whose refresh goes by the settings in the state, which have no windows
	before := web.accepted.Load()
	for range 2 {
		w.withoutStore()
		planned := w.plan()
		planned.wantCode(t, 0)
		planned.wantDiagnostic(t, "warning", "Endpoint not refreshed: aws_instance.web", "no scan window is open", "What is in the state was seen before.")
	}
	if state := w.read("terraform.tfstate"); strings.Contains(state, "excluded_from_scan") || !strings.Contains(state, `"port_status": "open"`) {
		t.Errorf("the state should hold what was seen before the window closed:\n%s", state)
	}

	// What stands is held against a baseline that changes.
	w.write("main.tf", strings.Replace(outside, `port_status = "open"`, `port_status = "closed"`, 1))
	w.withoutStore()
	w.apply().wantDiagnostic(t, "error", "departs from its baseline", "It could not be looked at again: no scan window is open")
	if web.accepted.Load() != before {
		t.Error("an endpoint was looked at outside its windows")
	}
}

// TestAccCreatedOutsideTheWindowsItIsLookedAtLater checks that the first refresh
// that may look does.
func TestAccCreatedOutsideTheWindowsItIsLookedAtLater(t *testing.T) {
	t.Parallel()
	web := serve(t, askPassword)
	atAnyTime := watched(web.port, `baseline = { port_status = "open" }`)
	w := newWorkspace(t, strings.Replace(atAnyTime, "screenshots = false", "screenshots = false, "+closedWindow(), 1))
	applied := w.apply()
	applied.wantCode(t, 0)
	applied.wantDiagnostic(t, "warning", "no scan window is open")
	if state := w.read("terraform.tfstate"); web.accepted.Load() != 0 || !strings.Contains(state, "excluded_from_scan") {
		t.Errorf("after the apply there were %d connections, want none, and a state that says so:\n%s", web.accepted.Load(), state)
	}
	w.plan().wantCode(t, 0)
	w.write("main.tf", atAnyTime)
	w.apply().wantCode(t, 0)
	w.plan().wantCode(t, 0)
	if state := w.read("terraform.tfstate"); !strings.Contains(state, `"port_status": "open"`) {
		t.Errorf("the state should hold an open port:\n%s", state)
	}
}

func TestAccBadStoreLimitsAreToldAtTheirLines(t *testing.T) {
	t.Parallel()
	config := strings.Replace(header, "  allowed_networks", "  store_retention = \"1h\"\n  store_max_size = 1\n  allowed_networks", 1) + settings
	validated := newWorkspace(t, config).validate()
	for argument, detail := range map[string]string{"store_retention": `"1h" is not a duration from 24h`, "store_max_size": `"1" is not a whole number of MiB from 16`} {
		d := validated.wantDiagnostic(t, "error", "Invalid store limit", detail)
		if want := lineOf(t, config, argument); d.line() != want {
			t.Errorf("%s is told at line %d, want %d", argument, d.line(), want)
		}
	}
	w := newWorkspace(t, watched(freePort(t), ""))
	w.env = append(w.env, "DYNAMICSCAN_STORE_MAX_SIZE=huge")
	w.apply().wantDiagnostic(t, "error", "Invalid store limit", "The environment variable DYNAMICSCAN_STORE_MAX_SIZE is not usable")
}
