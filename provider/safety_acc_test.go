package provider_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
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
