package provider_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

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
	needsBrowser(t)
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

// TestAccSecretsReachNoFile checks that secrets and data about people which
// pages show are found nowhere afterwards: not in the plan, state, store,
// reports, what the engine prints, nor in its trace.
func TestAccSecretsReachNoFile(t *testing.T) {
	t.Parallel()
	needsBrowser(t)
	const headerValue = "header-value-7f3a" // sensitive, but engines keep it in the state
	w := newWorkspace(t, planted(t, headerValue))
	w.env = append(w.env, "TF_LOG=trace", "TF_LOG_PATH="+filepath.Join(w.dir, "trace.log"))
	saved := w.run("plan", "-json", "-input=false", "-out=saved.tfplan")
	shown := w.run("show", "-json", "saved.tfplan")
	applied := w.apply()
	applied.wantCode(t, 1)
	printed := map[string]string{"what apply printed": applied.stdout + applied.stderr, "what plan printed": saved.stdout + saved.stderr, "the plan": shown.stdout}
	for rule := range secretsOfPages {
		applied.wantDiagnostic(t, "error", rule)
	}
	if strings.Contains(applied.stdout+applied.stderr, headerValue) {
		t.Error("the engine printed the value of a request header, which is sensitive")
	}
	holders := map[string]bool{"main.tf": true, "terraform.tfstate": true, "terraform.tfstate.backup": true, "saved.tfplan": true}
	searched := 0
	err := filepath.WalkDir(w.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		searched++
		text, err := os.ReadFile(path)
		printed[path] = string(text)
		if strings.Contains(string(text), headerValue) && !holders[filepath.Base(path)] {
			t.Errorf("%s holds the value of a request header", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for rule, secret := range secretsOfPages {
		for where, text := range printed {
			if strings.Contains(text, secret) || strings.Contains(text, url.QueryEscape(secret)) || strings.Contains(text, strings.ReplaceAll(secret, " ", "")) {
				t.Errorf("%s holds the %s of a page", where, rule)
			}
		}
	}
	if searched < 9 || !strings.Contains(w.read("trace.log"), "dynamicscan") {
		t.Errorf("%d files were searched, want the plan, store, reports, state and a trace of the provider", searched)
	}
}

// secretsOfPages are values that belong to nobody, by the rule that tells each.
// They are put together here, so that no scanner finds them in this file.
var secretsOfPages = map[string]string{
	"github-pat":          "ghp_" + "Zk3vQ8sT1xW7nB5mL9cR2dF6gH4jP0aY8uEi",
	"stripe-access-token": "sk" + "_live_" + "4eC39HqLyjWDarjtT1zdp7dc",
	"credential-url":      "Wq7-zK2" + "pVx9",
	"env-secret":          "tR4nsit-" + "Kx81vQ",
	"card-number":         "4539 1488 " + "0343 6467",
	"us-ssn":              "536-22" + "-4117",
}

// planted is a configuration of one gate over a server for each of the secrets,
// with everything on and every report. One of them a script puts together, so
// that only the picture of the page has it.
func planted(t *testing.T, headerValue string) string {
	t.Helper()
	endpoints := ""
	for rule, secret := range secretsOfPages {
		page := map[string]string{"credential-url": "postgres://app:" + secret + "@db.internal:5432/app", "env-secret": "DB_PASSWORD=" + secret}[rule]
		page = fmt.Sprintf("<title>Notes</title><p>it is %s</p>", cmp.Or(page, secret))
		if rule == "github-pat" {
			backwards := []byte(secret)
			slices.Reverse(backwards)
			page = fmt.Sprintf("<title>Notes</title><body><script>document.body.textContent = [...'%s'].reverse().join('')</script>", backwards)
		}
		endpoints += fmt.Sprintf("    \"aws_instance.%s\" = { host = \"127.0.0.1\", ports = [\"%d\"] }\n", rule, serve(t, pageWith(page)).port)
	}
	everything := strings.Replace(settings, "screenshots   = false", "screenshots   = true\n  request_headers = { \"X-Scan\" = \""+headerValue+"\" }", 1)
	return header + everything + `
data "dynamicscan_validation" "gate" {
  endpoints = {
` + endpoints + `  }
  settings = dynamicscan_settings.test
  report   = { json = "exposure.json", text = "exposure.txt", sarif = "exposure.sarif", junit = "exposure.xml", html = "exposure.html" }
}
output "results" {
  value = data.dynamicscan_validation.gate.results
}
`
}
