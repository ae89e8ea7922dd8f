package provider_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// gateModule is a module with a gate, as teams share them.
const gateModule = `
terraform {
  required_providers {
    dynamicscan = { source = "dynamicscan/dynamicscan" }
  }
}
variable "port" { type = number }
data "dynamicscan_validation" "gate" {
  endpoints = { "aws_instance.web" = { host = "127.0.0.1", ports = [var.port] } }
  settings  = { scan_interval = "1m", screenshots = false, http_ports = ["1024-65535"], host_configuration_rules = { enabled = false } }
}
output "passed" { value = data.dynamicscan_validation.gate.passed }
`

// modular has the same gate in two modules and in three of a for_each.
func modular(t *testing.T, port int) *workspace {
	t.Helper()
	w := newWorkspace(t, header+fmt.Sprintf(`
module "first" {
  source = "./gate"
  port   = %[1]d
}
module "second" {
  source = "./gate"
  port   = %[1]d
}
module "each" {
  source   = "./gate"
  for_each = toset(["a", "b", "c"])
  port     = %[1]d
}
output "passed" { value = concat([module.first.passed, module.second.passed], values(module.each)[*].passed) }
`, port))
	if err := os.Mkdir(filepath.Join(w.dir, "gate"), 0o755); err != nil {
		t.Fatal(err)
	}
	w.write("gate/main.tf", gateModule)
	w.run("get").wantCode(t, 0)
	return w
}

// TestAccGatesInParallelModulesShareAStore checks that gates that run at the
// same time answer alike and ask the server no more than once a second.
func TestAccGatesInParallelModulesShareAStore(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var asked []time.Time
	web := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, time.Now())
		mu.Unlock()
		askPassword(w, r)
	})
	w := modular(t, web.port)
	w.apply().wantCode(t, 0)
	w.run("output", "-json", "passed").wantOutput(t, "[true,true,true,true,true]")
	mu.Lock()
	slices.SortFunc(asked, time.Time.Compare)
	for i := 1; i < len(asked); i++ {
		// The stamps are taken before the connection, so that its time counts as well.
		if apart := asked[i].Sub(asked[i-1]); apart < 700*time.Millisecond {
			t.Errorf("request %d came %s after the one before, want a second", i+1, apart)
		}
	}
	mu.Unlock()
	t.Logf("five gates asked %d times", len(asked))

	web.answer(adminPage)
	w.later()
	planned := w.plan()
	planned.wantCode(t, 1)
	var failed []string
	for _, d := range planned.diagnostics() {
		if d.Severity == "error" {
			failed = append(failed, d.Address)
		}
	}
	slices.Sort(failed)
	const gate = ".data.dynamicscan_validation.gate"
	want := []string{`module.each["a"]` + gate, `module.each["b"]` + gate, `module.each["c"]` + gate, "module.first" + gate, "module.second" + gate}
	if !slices.Equal(failed, want) {
		t.Errorf("the gates that failed are %q, want %q", failed, want)
	}
}

func TestAccAliasedProvidersHaveTheirOwnStores(t *testing.T) {
	t.Parallel()
	web := serve(t, askPassword)
	endpoint := func(name, provider string) string {
		return fmt.Sprintf(`
resource "dynamicscan_endpoint" %q {
  provider = %s
  host     = "127.0.0.1"
  ports    = ["%d"]
  settings = { scan_interval = "1m", screenshots = false, http_ports = ["1024-65535"] }
}
`, name, provider, web.port)
	}
	config := strings.Replace(header, "allowed_networks", "store            = \"store-a\"\n  allowed_networks", 1) + `
provider "dynamicscan" {
  alias            = "partner"
  store            = "store-b"
  allowed_networks = ["127.0.0.0/8"]
}
` + endpoint("own", "dynamicscan") + endpoint("partner", "dynamicscan.partner")
	w := newWorkspace(t, config)
	w.apply().wantCode(t, 0)
	for _, store := range []string{"store-a", "store-b"} {
		if _, err := os.Stat(filepath.Join(w.dir, store, "results.db")); err != nil {
			t.Errorf("no results in %s: %v", store, err)
		}
	}
	if n := web.accepted.Load(); n < 2 {
		t.Errorf("%d connections, want one look for each store", n)
	}
	w.plan().wantCode(t, 0)

	// An alias that may ask nobody asks nobody, whatever the other one may.
	w.write("main.tf", strings.Replace(config, `"store-b"
  allowed_networks = ["127.0.0.0/8"]`, `"store-c"
  allowed_networks = []`, 1))
	before := web.accepted.Load()
	w.run("apply", "-json", "-input=false", "-auto-approve", "-replace=dynamicscan_endpoint.partner").wantDiagnostic(t, "error", "127.0.0.1", "allowed_networks")
	if after := web.accepted.Load(); after != before {
		t.Errorf("%d connections through an alias that allows none", after-before)
	}
}
