package clouds_test

import (
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/catalogue"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/clouds"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/reachtest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// An entry takes the place of a cloud in Go for the resources that it applies
// to, and for no others.
func TestEntriesGoBeforeTheCloudsInGo(t *testing.T) {
	const entry = `
service "hcloud_server" {
  provider     = "hetzner"
  kind         = "compute"
  applies_when = self.labels.walled == "yes"
  never_public {
    because = "stands behind a wall"
    port    = 22
  }
}`
	const state = `{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"l","outputs":{},"resources":[
{"mode":"managed","type":"hcloud_server","name":"free","provider":"provider[\"registry.terraform.io/hetznercloud/hcloud\"]","instances":[{"attributes":{"id":"1","ipv4_address":"203.0.113.1","labels":{"walled":"no"},"firewall_ids":[],"public_net":[]}}]},
{"mode":"managed","type":"hcloud_server","name":"walled","provider":"provider[\"registry.terraform.io/hetznercloud/hcloud\"]","instances":[{"attributes":{"id":"2","ipv4_address":"203.0.113.2","labels":{"walled":"yes"},"firewall_ids":[],"public_net":[]}}]}]}`
	in, err := tfstate.Parse("s", []byte(state))
	if err != nil {
		t.Fatal(err)
	}
	entries, err := catalogue.Parse(map[string][]byte{"own.hcl": []byte(entry)})
	if err != nil {
		t.Fatal(err)
	}
	before := reachtest.Render(reach.Analyze(in, clouds.All()...))
	after := reachtest.Render(reach.Analyze(in, clouds.With(entries)...))
	for _, name := range []string{"free", "walled"} {
		if !strings.Contains(before, "exposed hcloud_server."+name+" ") {
			t.Errorf("without the entry %s is not exposed:\n%s", name, before)
		}
	}
	if !strings.Contains(after, "exposed hcloud_server.free ") {
		t.Errorf("the server that the entry does not apply to is not exposed:\n%s", after)
	}
	if strings.Contains(after, "203.0.113.2") || !strings.Contains(after, "blocked: not_exposed hcloud_server.walled [private]") {
		t.Errorf("the server that the entry applies to is not judged by it alone:\n%s", after)
	}
}
