package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// writeSnippet writes the block of code of the README that begins with a line:
// readme FILE LINE. What the README shows is what the script runs.
func writeSnippet(ts *testscript.TestScript, not bool, args []string) {
	if not || len(args) != 2 {
		ts.Fatalf("usage: readme FILE LINE")
	}
	text, err := os.ReadFile(filepath.Join(testFolder, "..", "..", "README.md"))
	ts.Check(err)
	_, rest, ok := strings.Cut(string(text), "```hcl\n"+args[1]+"\n")
	block, _, closed := strings.Cut(rest, "```\n")
	if !ok || !closed {
		ts.Fatalf("README.md has no block of HCL that begins with %q", args[1])
	}
	file := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(filepath.Dir(file), 0o755))
	ts.Check(os.WriteFile(file, []byte(args[1]+"\n"+block), 0o600))
}

// testFolder is where the tests begin: scripts run in folders of their own.
var testFolder = func() string {
	folder, err := os.Getwd()
	if err != nil {
		panic(err)
	}
	return folder
}()

// writeGateways writes a state of a type that the analysis does not know: one
// gateway that is open, at the address, one open to an office, one closed.
func writeGateways(ts *testscript.TestScript, not bool, args []string) {
	if not || len(args) != 2 {
		ts.Fatalf("usage: gateways FILE HOST:PORT")
	}
	gateway := func(name, url string, public bool, allowed string) string {
		return resource("acme_gateway", name, fmt.Sprintf(`"id":%q,"url":%q,"public":%v,"allowed_cidrs":%s,"require_login":false`, name, url, public, allowed))
	}
	resources := []string{
		gateway("open", "http://"+args[1], true, "null"),
		gateway("office", "https://office.example.com", true, `["198.51.100.0/24"]`),
		gateway("closed", "https://closed.example.com", false, "[]"),
	}
	text := fmt.Sprintf(`{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"l","outputs":{},"resources":[%s]}`, strings.Join(resources, ","))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}
