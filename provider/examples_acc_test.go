package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The configurations that the guides are about are planned and applied here
// against servers on loopback, with the outcomes that the guides tell.

// newExample returns a workspace with a copy of a folder of examples/, which
// looks at the port on loopback.
func newExample(t *testing.T, name string, port int, variables ...string) *workspace {
	t.Helper()
	w := newWorkspace(t, "")
	if err := os.Remove(filepath.Join(w.dir, "main.tf")); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(w.dir, os.DirFS(filepath.Join("..", "examples", name))); err != nil {
		t.Fatal(err)
	}
	w.env = append(w.env, `TF_VAR_allowed_networks=["127.0.0.0/8"]`, "TF_VAR_state=estate.tfstate", fmt.Sprintf(`TF_VAR_http_ports=["%d"]`, port))
	for _, v := range variables {
		w.env = append(w.env, "TF_VAR_"+v)
	}
	return w
}

func TestAccExampleGateAnApply(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	w := newExample(t, "gate-apply", web.port, "address=127.0.0.1", fmt.Sprintf("port=%d", web.port))
	planned := w.plan()
	planned.wantCode(t, 2)
	planned.wantNone(t, "error")
	applied := w.apply()
	applied.wantCode(t, 1)
	applied.wantDiagnostic(t, "error", "terraform_data.web", fmt.Sprintf("127.0.0.1:%d", web.port))
	if listed := w.run("state", "list").stdout; !strings.Contains(listed, "terraform_data.web") || strings.Contains(listed, "dns_record") {
		t.Errorf("the state lists %q, want the service, and not the name behind the gate", listed)
	}

	web.close()
	w.apply().wantCode(t, 0)
	if listed := w.run("state", "list").stdout; !strings.Contains(listed, "dns_record") {
		t.Errorf("the state lists %q, want the name too once the gate passes", listed)
	}
	w.plan().wantCode(t, 0)
}

func TestAccExampleWatchDrift(t *testing.T) {
	t.Parallel()
	web := serve(t, askPassword)
	w := newExample(t, "watch-drift", web.port)
	w.write("estate.tfstate", stateOf(t, "127.0.0.1", web.port, "0.0.0.0/0"))
	w.apply().wantCode(t, 0)
	w.plan().wantCode(t, 0)

	web.answer(adminPage)
	w.plan().wantCode(t, 0) // the last look is younger than an hour
	w.later()
	planned := w.plan()
	planned.wantCode(t, 2)
	planned.wantDiagnostic(t, "warning", "Endpoint departs from its baseline: aws_instance.web", "its severity is critical and the baseline accepts none above high")
	w.apply().wantCode(t, 1) // not accepted by an apply alone

	w.env = append(w.env, `TF_VAR_accepted={"aws_instance.web"="critical"}`)
	w.apply().wantCode(t, 0)
	w.plan().wantCode(t, 0)

	w.write("estate.tfstate", "{")
	broken := w.plan()
	broken.wantCode(t, 1)
	broken.wantDiagnostic(t, "error", "State cannot be read")
}

func TestAccExampleScanScope(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	w := newExample(t, "scan-scope", web.port, `accounts=["9999*"]`,
		fmt.Sprintf(`endpoints={"aws_instance.old"={host="127.0.0.1",ports=["%d"],project="legacy-shop"}}`, web.port))
	w.write("estate.tfstate", stateOf(t, "127.0.0.1", web.port, "0.0.0.0/0"))
	passed := w.apply()
	passed.wantCode(t, 0)
	passed.wantDiagnostic(t, "warning", `The setting scope.include_accounts "9999*" matches no endpoint.`)
	if strings.Contains(passed.told(), "legacy-*") {
		t.Errorf("a glob that an endpoint by reference fits is told to match none:\n%s", passed.told())
	}
	w.run("output", "-json", "left_out").wantOutput(t, `["aws_instance.old 127.0.0.1","aws_instance.web 127.0.0.1"]`)
	if n := web.accepted.Load(); n != 0 {
		t.Errorf("%d connections to endpoints that are out of scope, want none", n)
	}

	own := append(w.env, "TF_VAR_fail_on_unscanned=true")
	w.env, own = own, w.env
	unscanned := w.apply()
	unscanned.wantCode(t, 1)
	unscanned.wantDiagnostic(t, "error", "aws_instance.web", "account")
	unscanned.wantDiagnostic(t, "error", "aws_instance.old", "legacy-shop")

	w.env = append(own, `TF_VAR_accounts=["1111*"]`)
	failed := w.apply()
	failed.wantCode(t, 1)
	failed.wantDiagnostic(t, "error", "aws_instance.web", "HTTP 200")
}

func TestAccExampleAcceptRisk(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	w := newExample(t, "accept-risk", web.port, "accepted_until=2999-12-31")
	w.write("estate.tfstate", stateOf(t, "127.0.0.1", web.port, "0.0.0.0/0"))
	w.apply().wantCode(t, 0)
	w.run("output", "-json", "waived").wantOutput(t, `["http-no-authentication of aws_instance.web"]`)
	if report := w.read("exposure.sarif"); !strings.Contains(report, "suppressions") || !strings.Contains(report, "SEC-1204") {
		t.Errorf("the SARIF report holds no suppression with the reason:\n%s", report)
	}
	for _, name := range []string{"exposure.xml", "exposure.html"} {
		if report := w.read(name); !strings.Contains(report, "aws_instance.web") {
			t.Errorf("%s does not name the resource:\n%s", name, report)
		}
	}

	w.env = append(w.env, "TF_VAR_accepted_until=2020-12-31")
	expired := w.apply()
	expired.wantCode(t, 1)
	expired.wantDiagnostic(t, "error", "aws_instance.web", "HTTP 200")
	expired.wantDiagnostic(t, "warning", "rule http-no-authentication", "expired", "web team")
}

func TestAccExampleRunSafely(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	window := func(from, to time.Duration) string {
		now := time.Now().UTC()
		return fmt.Sprintf(`TF_VAR_scan_windows=[{start="%s",end="%s"}]`, now.Add(from).Format("15:04"), now.Add(to).Format("15:04"))
	}
	w := newExample(t, "run-safely", web.port)
	w.write("estate.tfstate", stateOf(t, "127.0.0.1", web.port, "0.0.0.0/0"))
	plain := w.env
	w.env = append(plain, window(2*time.Hour, 4*time.Hour))
	outside := w.apply()
	outside.wantCode(t, 0)
	if report := flat(w.read("exposure.txt")); !strings.Contains(report, "no scan window is open") {
		t.Errorf("the report does not say that no window was open:\n%s", report)
	}
	if n := web.accepted.Load(); n != 0 {
		t.Errorf("%d connections outside of the windows, want none", n)
	}

	w.env = append(plain, window(-2*time.Hour, 4*time.Hour))
	inside := w.apply()
	inside.wantCode(t, 0)
	inside.wantDiagnostic(t, "warning", "aws_instance.web", "HTTP 200")

	old := time.Now().Add(-48 * time.Hour)
	if err := os.Chtimes(filepath.Join(w.dir, "estate.tfstate"), old, old); err != nil {
		t.Fatal(err)
	}
	before := web.accepted.Load()
	w.later()
	w.apply().wantDiagnostic(t, "warning", "estate.tfstate", "48h0m0s old, and max_state_age is 24h")
	if after := web.accepted.Load(); after != before {
		t.Errorf("%d connections by a state that is too old, want none", after-before)
	}
}
