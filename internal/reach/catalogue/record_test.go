package catalogue_test

import (
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/catalogue"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/reachtest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

const points = `
service "x_lb" {
  provider = "x"
  kind     = "lb"
  endpoint "main" {
    host = self.host
    port = 443
    gate "flag" {
      open    = self.open
      because = "open"
    }
  }
}
record "x_record" {
  provider = "x"
  name     = dns_name(self.name, self.zone)
  kind     = "ALIAS"
  values   = []
  points   = { "target_id" = ["x_lb.id"] }
}
`

func TestRecordsPointAtResources(t *testing.T) {
	reachtest.RunResources(t, "testdata/points/*.txtar", "example/x", load(t, points))
}

func load(t *testing.T, source string) reach.Cloud {
	t.Helper()
	cloud, err := catalogue.LoadCloud(map[string][]byte{"a.hcl": []byte(source)})
	if err != nil {
		t.Fatal(err)
	}
	return cloud
}

// A name that the state calls sensitive is given to nobody.
func TestSensitiveRecordsNameNothing(t *testing.T) {
	const state = `{"version":4,"terraform_version":"1.9.8","serial":1,"lineage":"l","outputs":{},"resources":[
{"mode":"managed","type":"x_lb","name":"web","provider":"provider[\"registry.terraform.io/example/x\"]","instances":[{"attributes":{"id":"lb-1","host":"lb-1.x.example","open":true}}]},
{"mode":"managed","type":"x_record","name":"www","provider":"provider[\"registry.terraform.io/example/x\"]","instances":[{"attributes":{"id":"r","name":"secret","zone":"example.com","target_id":"lb-1"},"sensitive_attributes":[[{"type":"get_attr","value":"name"}]]}]}]}`
	in, err := tfstate.Parse("s", []byte(state))
	if err != nil {
		t.Fatal(err)
	}
	a := reach.Analyze(in, load(t, points))
	if len(a.Endpoints) != 1 || len(a.Endpoints[0].Names) != 0 {
		t.Errorf("Analyze = %+v, want one endpoint without names", a.Endpoints)
	}
}

func TestLoadTellsWhereARecordIsWrong(t *testing.T) {
	tests := []struct{ name, points, want string }{
		{"a list", `["target_id"]`, "a.hcl:6:14: Not a map"},
		{"no attribute", `{ "target_id" = ["x_lb"] }`, "a.hcl:6:14: Not a type and an attribute"},
	}
	for _, tt := range tests {
		source := "record \"x_record\" {\n  provider = \"x\"\n  name     = self.name\n  kind     = \"A\"\n  values   = []\n  points   = " + tt.points + "\n}\n"
		if _, err := catalogue.LoadCloud(map[string][]byte{"a.hcl": []byte(source)}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: load(%s) = %v, want %q in it", tt.name, source, err, tt.want)
		}
	}
}
