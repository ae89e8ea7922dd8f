package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// readmeBlock returns the block of HCL of the README that begins with a line,
// so that what users copy is what is tested.
func readmeBlock(t *testing.T, first string) string {
	t.Helper()
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), "```hcl\n"+first+"\n")
	block, _, closed := strings.Cut(rest, "```\n")
	if !ok || !closed {
		t.Fatalf("README.md has no block of HCL that begins with %q", first)
	}
	return first + "\n" + block
}

// gatewayGate is a gate over the state of a type that the analysis does not
// know, with the lines of the README that name the entries.
func gatewayGate(t *testing.T) string {
	t.Helper()
	named := strings.Split(readmeBlock(t, `provider "dynamicscan" {`), "\n")[1]
	if !strings.Contains(named, "catalogue") {
		t.Fatalf("the README names no catalogue, but %q", named)
	}
	return strings.Replace(header, "provider \"dynamicscan\" {\n", "provider \"dynamicscan\" {\n"+named+"\n", 1) + settings + `
data "dynamicscan_validation" "estate" {
  state    = { path = "gateways.tfstate" }
  settings = dynamicscan_settings.test
}
output "verdicts" {
  value = { for r in data.dynamicscan_validation.estate.results : r.resource_address => r.verdict }
}
`
}

// writeEntry writes a file of entries into the folder that the README names.
func (w *workspace) writeEntry(text string) {
	w.t.Helper()
	if err := os.MkdirAll(filepath.Join(w.dir, "exposure"), 0o755); err != nil {
		w.t.Fatal(err)
	}
	w.write("exposure/acme.hcl", text)
}

func gateways(port int) string {
	gateway := func(name, url string, public bool) string {
		return fmt.Sprintf(`{"mode":"managed","type":"acme_gateway","name":%q,"provider":"provider[\"registry.terraform.io/acme/acme\"]","instances":[{"schema_version":0,"attributes":{"url":%q,"public":%v,"allowed_cidrs":[],"require_login":false}}]}`, name, url, public)
	}
	return fmt.Sprintf(`{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"l","outputs":{},"resources":[%s,%s]}`,
		gateway("open", fmt.Sprintf("http://127.0.0.1:%d", port), true), gateway("closed", "https://closed.example.com", false))
}

func TestAccEntryOfTheReadmeTeachesAResourceType(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	w := newWorkspace(t, gatewayGate(t))
	w.writeEntry(readmeBlock(t, "# exposure/acme.hcl"))
	w.write("gateways.tfstate", gateways(web.port))

	applied := w.apply()
	applied.wantCode(t, 1)
	applied.wantDiagnostic(t, "error", "acme_gateway.open", fmt.Sprintf("127.0.0.1:%d", web.port), `HTTP 200 with the title "Acme admin"`,
		"acme_gateway.open is public (by public)", "Close public of acme_gateway.open")

	web.answer(askPassword)
	applied = w.apply()
	applied.wantCode(t, 0)
	applied.wantOutput(t, "acme_gateway.open")

	// The environment variable does what the argument does.
	w.write("main.tf", strings.Replace(gatewayGate(t), "catalogue = ", "# catalogue = ", 1))
	web.answer(adminPage)
	w.env = append(w.env, "DYNAMICSCAN_STORE=fresh")
	w.apply().wantCode(t, 0) // nothing is known of the type
	w.env = append(w.env, "DYNAMICSCAN_CATALOGUE=exposure/*.hcl")
	w.apply().wantDiagnostic(t, "error", "acme_gateway.open", "HTTP 200")
}

func TestAccBrokenEntryIsToldAtTheCatalogueArgument(t *testing.T) {
	t.Parallel()
	config := gatewayGate(t)
	w := newWorkspace(t, config)
	w.write("gateways.tfstate", gateways(1))

	refused := func(o outcome, texts ...string) {
		t.Helper()
		o.wantCode(t, 1)
		d := o.wantDiagnostic(t, "error", append(texts, "Invalid catalogue")...)
		if want := lineOf(t, config, "catalogue ="); d.line() != want {
			t.Errorf("%s: %q is told at line %d, want %d", o.command, d.Detail, d.line(), want)
		}
	}
	refused(w.validate(), `no file matches "exposure/*.hcl"`)

	entry := readmeBlock(t, "# exposure/acme.hcl")
	w.writeEntry(strings.Replace(entry, "urlhost(", "urlhots(", 1))
	refused(w.validate(), `exposure/acme.hcl:7:14: Unknown function: There is no function "urlhots"`)
	refused(w.plan(), `exposure/acme.hcl:7:14: Unknown function`)

	w.writeEntry(strings.Replace(strings.Replace(entry, "urlhost(self.url)", "var.host", 1), "default = false", "default = \"no\"", 1))
	validated := w.validate()
	refused(validated, "exposure/acme.hcl:7:14: Unknown name")
	refused(validated, "exposure/acme.hcl:13:17: Neither true nor false")

	w.env = append(w.env, "DYNAMICSCAN_CATALOGUE=nowhere/*.hcl")
	w.write("main.tf", strings.Replace(config, "catalogue = ", "# catalogue = ", 1))
	d := w.validate().wantDiagnostic(t, "error", "Invalid catalogue", "The environment variable DYNAMICSCAN_CATALOGUE is not usable", `no file matches "nowhere/*.hcl"`)
	if d.line() != 0 && d.line() != lineOf(t, config, `provider "dynamicscan"`) {
		t.Errorf("told at line %d, want no argument", d.line())
	}
}
