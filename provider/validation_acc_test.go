package provider_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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

func TestAccWaivers(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	waiver := func(rule, expires string) string {
		return fmt.Sprintf(`waivers = [{ rule = %q, reason = "demo", owner = "web team", expires = %q }]`, rule, expires)
	}
	w := newWorkspace(t, gated(web.port, waiver("http-no-authentication", "2999-12-31")))
	w.apply().wantCode(t, 0)
	w.run("output", "-json", "findings").wantOutput(t, `"waived":true`)

	w.write("main.tf", gated(web.port, waiver("http-no-authentication", "2020-01-31")))
	expired := w.apply()
	expired.wantCode(t, 1)
	expired.wantDiagnostic(t, "error", "aws_instance.web")
	expired.wantDiagnostic(t, "warning", "rule http-no-authentication", "expired", "web team")

	w.write("main.tf", gated(web.port, waiver("open-port", "2999-12-31")+"\n  enforcement = \"off\""))
	unused := w.apply()
	unused.wantCode(t, 0)
	unused.wantNone(t, "error")
	unused.wantDiagnostic(t, "warning", "rule open-port covers no finding")
}

func (o outcome) wantOutput(t *testing.T, text string) {
	t.Helper()
	if !strings.Contains(o.stdout, text) {
		t.Errorf("%s printed no %q:\n%s", o.command, text, o.stdout)
	}
}

func TestAccEnforcement(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	w := newWorkspace(t, gated(web.port, `enforcement = "warn"`))
	warned := w.apply()
	warned.wantCode(t, 0)
	warned.wantDiagnostic(t, "warning", "aws_instance.web", "HTTP 200")

	w.write("main.tf", gated(web.port, `enforcement = "off"`))
	off := w.apply()
	off.wantCode(t, 0)
	off.wantNone(t, "warning")

	w.write("main.tf", gated(web.port, ""))
	plain := w.env
	w.env = append(plain, "DYNAMICSCAN_ENFORCEMENT=warn")
	w.apply().wantCode(t, 0)
	w.env = append(plain, "DYNAMICSCAN_ENFORCEMENT=strict")
	misspelt := w.apply()
	misspelt.wantCode(t, 1)
	misspelt.wantDiagnostic(t, "error", "DYNAMICSCAN_ENFORCEMENT", `"strict" is none of error, warn, off`)
}

// TestAccEmergencyExitOpensAGateThatCannotLook checks that a broken store or
// state blocks until the user says that it shall not.
func TestAccEmergencyExitOpensAGateThatCannotLook(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, stateGate) // whose state does not exist
	applied := w.apply()
	applied.wantCode(t, 1)
	applied.wantDiagnostic(t, "error", "State cannot be read", "estate.tfstate", "DYNAMICSCAN_ENFORCEMENT=warn")

	plain := w.env
	w.env = append(plain, "DYNAMICSCAN_ENFORCEMENT=off")
	opened := w.apply()
	opened.wantCode(t, 0)
	opened.wantDiagnostic(t, "warning", "State cannot be read")
	w.run("output", "-json", "passed").wantOutput(t, "false")

	w.write("estate.tfstate", stateOf(t, "127.0.0.1", freePort(t), "0.0.0.0/0"))
	w.write("file", "")
	w.env = append(plain, "DYNAMICSCAN_STORE=file/below")
	broken := w.apply()
	broken.wantCode(t, 1)
	broken.wantDiagnostic(t, "error", "Exposure cannot be validated", "file/below")
	w.env = append(w.env, "DYNAMICSCAN_ENFORCEMENT=warn")
	w.apply().wantCode(t, 0)
}

func TestAccReportsAreWritten(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	w := newWorkspace(t, gated(web.port, `report = { json = "exposure.json", text = "exposure.txt" }`))
	w.apply().wantCode(t, 1) // a failed gate still reports
	for _, name := range []string{"exposure.json", "exposure.txt"} {
		if report := w.read(name); !strings.Contains(report, "Acme admin") || !strings.Contains(report, "aws_instance.web") {
			t.Errorf("%s does not tell what was found:\n%s", name, report)
		}
	}
	w.write("main.tf", gated(freePort(t), `report = { json = "missing/exposure.json" }`))
	unwritten := w.apply()
	unwritten.wantCode(t, 1)
	unwritten.wantDiagnostic(t, "error", "Report cannot be written", "missing/exposure.json")
}

func TestAccFailOnDecidesWhichFindingsFail(t *testing.T) {
	t.Parallel()
	web := serve(t, askPassword) // high under the default policy
	w := newWorkspace(t, gated(web.port, `fail_on = "critical"`))
	w.apply().wantCode(t, 0)
	for level, code := range map[string]int{"high": 1, "medium": 1, "low": 1} {
		w.write("main.tf", gated(web.port, fmt.Sprintf("fail_on = %q", level)))
		w.apply().wantCode(t, code)
	}
}

func TestAccDisabledScannerFailsOnlyOnRequest(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	disabled := func(arguments string) string {
		return strings.Replace(gated(web.port, arguments), "screenshots   = false", "screenshots   = false\n  enabled       = false", 1)
	}
	w := newWorkspace(t, disabled(""))
	w.apply().wantCode(t, 0)
	w.run("output", "-json", "findings").wantOutput(t, "disable")

	w.write("main.tf", disabled("fail_on_unscanned = true"))
	applied := w.apply()
	applied.wantCode(t, 1)
	applied.wantDiagnostic(t, "error", "aws_instance.web", "The settings disable the scanner")
	if n := web.accepted.Load(); n != 0 {
		t.Errorf("a disabled scanner made %d connections, want none", n)
	}
}

// TestAccNothingIsDialledThatIsNotAllowed checks that neither a private
// address nor cloud metadata is asked, and that the gate does not open.
func TestAccNothingIsDialledThatIsNotAllowed(t *testing.T) {
	t.Parallel()
	port, accepted := hangingListener(t)
	w := newWorkspace(t, strings.Replace(gated(port, ""), `["127.0.0.0/8"]`, "[]", 1))
	applied := w.apply()
	applied.wantCode(t, 1)
	applied.wantDiagnostic(t, "error", "aws_instance.web", "127.0.0.1", "loopback", "allowed_networks")
	if n := accepted.Load(); n != 0 {
		t.Errorf("%d connections were made to an address in no allowed network, want none", n)
	}

	metadata := strings.Replace(gated(80, ""), `["127.0.0.0/8"]`, `["169.254.0.0/16", "127.0.0.0/8"]`, 1)
	w.write("main.tf", strings.Replace(metadata, `host = "127.0.0.1", ports = ["80"]`, `host = "169.254.169.254", ports = ["80"]`, 1))
	refused := w.apply()
	refused.wantCode(t, 1)
	refused.wantDiagnostic(t, "error", "aws_instance.web", "169.254.169.254", "metadata")
}

// TestAccScreenshots checks that a page is pictured where there is a browser,
// and that everything else goes on where there is none.
func TestAccScreenshots(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("chromium"); err != nil {
		t.Skip("needs chromium: run make deps")
	}
	web := serve(t, adminPage)
	config := strings.Replace(gated(web.port, `enforcement = "off"`), "screenshots   = false", "screenshots   = true", 1) + `
output "screenshots" {
  value = compact(data.dynamicscan_validation.gate.results[*].screenshot)
}
`
	w := newWorkspace(t, config)
	w.apply().wantCode(t, 0)
	var files []string
	if err := json.Unmarshal([]byte(w.run("output", "-json", "screenshots").stdout), &files); err != nil {
		t.Fatal(err)
	}
	if len(files) != 1 || !strings.HasPrefix(w.read(files[0]), "\x89PNG") {
		t.Errorf("screenshots are %q, want one PNG", files)
	}

	w.later()
	w.env = append(w.env, "DYNAMICSCAN_BROWSER_PATH=/missing/chromium")
	without := w.apply()
	without.wantCode(t, 0)
	without.wantDiagnostic(t, "warning", "No screenshots", "/missing/chromium")
	w.run("output", "-json", "findings").wantOutput(t, "Acme admin")
}

// TestAccCustomPolicyDecides checks that a policy of the user's own replaces
// the built-in ones.
func TestAccCustomPolicyDecides(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	policy := "package dynamicscan.severity\n\ndefault severity := \"low\"\n"
	w := newWorkspace(t, strings.Replace(gated(web.port, ""), "screenshots   = false", fmt.Sprintf("screenshots   = false\n  custom_policy = %q", policy), 1))
	w.apply().wantCode(t, 0)
	w.write("main.tf", strings.Replace(w.read("main.tf"), `\"low\"`, `\"critical\"`, 1))
	applied := w.apply()
	applied.wantCode(t, 1)
	applied.wantDiagnostic(t, "error", "aws_instance.other") // closed, which no built-in policy minds so much
}

// TestAccSecretsReachNoFile checks that a secret which a page shows is found
// nowhere afterwards: not in the state, store, reports, nor the engine's trace.
func TestAccSecretsReachNoFile(t *testing.T) {
	t.Parallel()
	const secret = "ghp_" + "Zk3vQ8sT1xW7nB5mL9cR2dF6gH4jP0aY8uEi"
	const headerValue = "header-value-7f3a" // sensitive, but engines keep it in the state
	web := serve(t, pageWith("<title>Notes</title><p>token: "+secret+"</p>"))
	config := strings.Replace(gated(web.port, `report = { json = "exposure.json", text = "exposure.txt" }`),
		"screenshots   = false", "screenshots   = false\n  request_headers = { \"X-Scan\" = \""+headerValue+"\" }", 1)
	w := newWorkspace(t, config)
	w.env = append(w.env, "TF_LOG=trace", "TF_LOG_PATH="+filepath.Join(w.dir, "trace.log"))
	applied := w.apply()
	applied.wantCode(t, 1)
	applied.wantDiagnostic(t, "error", "github-pat")
	if strings.Contains(applied.stdout+applied.stderr, headerValue) {
		t.Error("the engine printed the value of a request header, which is sensitive")
	}
	holders := map[string]bool{"main.tf": true, "terraform.tfstate": true, "terraform.tfstate.backup": true}
	searched := 0
	err := filepath.WalkDir(w.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		searched++
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), secret) {
			t.Errorf("%s holds the secret of the page", path)
		}
		if strings.Contains(string(text), headerValue) && !holders[filepath.Base(path)] {
			t.Errorf("%s holds the value of a request header", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if searched < 6 || !strings.Contains(w.read("trace.log"), "dynamicscan") {
		t.Errorf("%d files were searched, want the store, reports, state and a trace of the provider", searched)
	}
}
