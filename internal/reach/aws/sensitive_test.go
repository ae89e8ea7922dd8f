package aws_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/aws"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// A sensitive source counts, and appears nowhere in the result.
func TestSensitiveSourceIsJudgedAndNotShown(t *testing.T) {
	const secret = "198.51.100.64/27"
	base, err := os.ReadFile("testdata/path/base.tf")
	if err != nil {
		t.Fatal(err)
	}
	resources := readScenario(t, base, []byte(`
resource "aws_security_group" "web" {
  vpc_id = aws_vpc.main.id
  ingress {
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["`+secret+`"]
  }
}`))
	document := stateOf(t, resources)
	for _, r := range document["resources"].([]any) {
		if r := r.(map[string]any); r["type"] == "aws_security_group" {
			instance := r["instances"].([]any)[0].(map[string]any)
			instance["sensitive_attributes"] = []any{[]any{map[string]any{"type": "get_attr", "value": "ingress"}}}
		}
	}
	text, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	in, err := tfstate.Parse("sensitive.tfstate", text)
	if err != nil {
		t.Fatal(err)
	}
	a := reach.Analyze(in, aws.Cloud())
	if len(a.Endpoints) != 1 || a.Endpoints[0].Scope != exposure.ScopeRestricted {
		t.Fatalf("Analyze: got endpoints %v, want one that is restricted", a.Endpoints)
	}
	shown, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(shown), "198.51.100.") {
		t.Errorf("Analyze shows the sensitive source: %s", shown)
	}
	if !strings.Contains(string(shown), "(sensitive)") {
		t.Errorf("Analyze does not tell that a source is sensitive: %s", shown)
	}
}
