package catalogue_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/catalogue"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/reachtest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/google/go-cmp/cmp"
)

func TestBuiltInEntriesLoad(t *testing.T) {
	types, parts, err := catalogue.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"aws_eks_cluster", "aws_opensearch_domain", "aws_cloudfront_distribution", "aws_lambda_function_url"} {
		if !slices.Contains(types, want) {
			t.Errorf("types = %v, want %s among them", types, want)
		}
	}
	for _, want := range []string{"aws_lambda_permission", "aws_opensearch_domain_policy", "aws_apigatewayv2_stage"} {
		if !slices.Contains(parts, want) || !catalogue.Cloud().Covers(want) {
			t.Errorf("parts = %v, want %s among them", parts, want)
		}
	}
}

// TestEntriesNameRealAttributes keeps a typing error from reading as an
// argument that was omitted.
func TestEntriesNameRealAttributes(t *testing.T) {
	files, err := filepath.Glob("testdata/attributes*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no lists of attributes: %v", err)
	}
	real := map[string][]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if name, attributes, ok := strings.Cut(line, ": "); ok {
				real[name] = strings.Fields(attributes)
			}
		}
	}
	for resourceType, names := range catalogue.SelfAttributes() {
		for _, name := range names {
			if !slices.Contains(real[resourceType], name) {
				t.Errorf("the entry of %s names self.%s, which testdata/attributes*.txt does not list", resourceType, name)
			}
		}
	}
}

// What is said to have no host may not be a type that an entry gives one.
func TestInertTypesHaveNoEntry(t *testing.T) {
	types, _, err := catalogue.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	for _, glob := range catalogue.Inert() {
		for _, resourceType := range types {
			if exposure.Glob(glob, resourceType) {
				t.Errorf("%s is inert by %q and has an entry", resourceType, glob)
			}
		}
	}
}

func TestUncoveredTypesAreThoseOfWhichSomethingIsToBeUnderstood(t *testing.T) {
	tests := map[string]bool{
		"aws_iam_role": true, "aws_key_pair": true, "random_id": true, "null_resource": true, "local_file": true,
		"azurerm_resource_group": true, "google_project_iam_member": true, "aws_eks_cluster": true,
		"aws_sqs_queue": false, "aws_key_pairs": false, "aws_vpn_connection": false, "aws_cloudwatch_event_endpoint": false,
		"aws_glue_dev_endpoint": false, "aws_codebuild_webhook": false, "null_resources": false, "local_service": false,
	}
	for resourceType, want := range tests {
		if got := catalogue.Cloud().Covers(resourceType); got != want {
			t.Errorf("Covers(%s) = %v, want %v", resourceType, got, want)
		}
	}
}

func TestLoadTellsWhereAnEntryIsWrong(t *testing.T) {
	const head = "service \"x_thing\" {\n  provider = \"x\"\n  kind = \"web\"\n"
	tests := []struct{ name, source, want string }{
		{"syntax", "service {", "a.hcl:1:9: Unclosed configuration block"},
		{"missing label", "service {\n}\n", "a.hcl:1:9: Missing type for service"},
		{"unknown block", "thing \"x\" {}\n", "a.hcl:1:1: Unsupported block type"},
		{"no endpoint", head + "}\n", "a.hcl:1:1: Incomplete service: x_thing needs endpoints"},
		{"unknown attribute", head + "  endpoint \"e\" {\n    host = self.h\n    port = 443\n    hots = 1\n  }\n}\n", "a.hcl:7:5: Unsupported argument"},
		{"no port", head + "  endpoint \"e\" {\n    host = self.h\n  }\n}\n", "a.hcl:4:3: Unclear ports"},
		{"unknown gate", head + "  endpoint \"e\" {\n    host = self.h\n    port = 443\n    gate \"moat\" {}\n  }\n}\n", "a.hcl:7:10: Unknown gate: There is no gate \"moat\". Gates are: aws_vpc, cidrs, flag, ordered, policy, ranges."},
		{"missing argument of a gate", head + "  endpoint \"e\" {\n    host = self.h\n    port = 443\n    gate \"flag\" {\n      open = true\n    }\n  }\n}\n", "a.hcl:7:17: Missing required argument"},
		{"a way through nothing", head + "  endpoint \"e\" {\n    host = self.h\n    port = 443\n    gate \"aws_vpc\" {\n      security_groups = \"s\"\n      subnets = \"n\"\n      placed = \"all\"\n      through = [\"g\"]\n    }\n  }\n}\n", "a.hcl:11:17: Not a way through"},
		{"each without a list", head + "  endpoint \"e\" {\n    host = each.h\n    port = 443\n  }\n}\n", "a.hcl:5:12: Unknown name"},
		{"unknown function", head + "  endpoint \"e\" {\n    host = shout(self.h)\n    port = 443\n  }\n}\n", "a.hcl:5:12: Unknown function"},
		{"unknown name", head + "  endpoint \"e\" {\n    host = var.h\n    port = 443\n  }\n}\n", "a.hcl:5:12: Unknown name"},
		{"let of a later line", head + "  let {\n    a = let.b\n    b = 1\n  }\n  endpoint \"e\" {\n    host = let.a\n    port = 443\n  }\n}\n", "a.hcl:5:9: Unknown name"},
		{"word", head + "  endpoint \"e\" {\n    host = self.h\n    port = 443\n    front = \"back\"\n  }\n}\n", "a.hcl:7:13: Unknown word: front must be one of dedicated, shared."},
		{"provider that is no string", "service \"x_thing\" {\n  provider = 3\n  kind = \"web\"\n  never_public {\n    because = \"is private\"\n    port = 1\n  }\n}\n", "a.hcl:2:14: Not a string"},
		{"port out of bounds", head + "  never_public {\n    because = \"is private\"\n    port = 70000\n  }\n}\n", "a.hcl:6:12: Not a port"},
		{"inert types of another provider", "inert \"x\" {\n  types = [\"y_thing\"]\n}\n", "a.hcl:2:11: Not a type of the provider"},
		{"an inert glob in the middle", "inert \"x\" {\n  types = [\"x_*_thing\"]\n}\n", "a.hcl:2:11: Not a type of the provider"},
		{"no inert type", "inert \"x\" {\n  types = []\n}\n", "a.hcl:2:11: Not a list of types"},
		{"the same type twice", head + "  never_public {\n    because = \"a\"\n    port = 1\n  }\n}\n" + head + "  never_public {\n    because = \"a\"\n    port = 1\n  }\n}\n", "a.hcl:9:1: Duplicate service"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := catalogue.LoadCloud(map[string][]byte{"a.hcl": []byte(tt.source)})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("load(%s) = %v, want %q in it", tt.source, err, tt.want)
			}
		})
	}
}

// gates is an entry for what no built-in one needs yet.
const gates = `
service "x_app" {
  provider = "x"
  kind     = "web"
  endpoint "main" {
    host = self.host
    port = coalesce_known(self.port, 8443)
    gate "ordered" {
      rules     = self.rules
      unmatched = coalesce_known(self.unmatched, "deny")
      because   = "rules"
    }
  }
}
service "x_db" {
  provider = "x"
  kind     = "database"
  endpoint "main" {
    host = self.host
    port = 5432
    gate "cidrs" {
      allow      = self.allow
      when_empty = "none"
      because    = "allow"
      labels     = { "0.0.0.0" = "x-services" }
    }
  }
}
service "x_odd" {
  provider = "x"
  kind     = "web"
  endpoint "main" {
    host = self.host
    port = 80
    gate "flag" {
      open    = self.open + 1
      because = "open"
    }
  }
}
`

func TestGates(t *testing.T) {
	cloud, err := catalogue.LoadCloud(map[string][]byte{"gates.hcl": []byte(gates)})
	if err != nil {
		t.Fatal(err)
	}
	reachtest.Run(t, "testdata/gates/*.txtar", cloud)
}

func TestSensitiveSourcesAreNotPrinted(t *testing.T) {
	const state = `{"version":4,"terraform_version":"1.9.8","serial":1,"lineage":"l","outputs":{},"resources":[{"mode":"managed","type":"aws_eks_cluster","name":"a","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]","instances":[{"attributes":{"arn":"arn:aws:eks:eu-west-1:1:cluster/a","endpoint":"https://a.example","vpc_config":[{"endpoint_public_access":true,"public_access_cidrs":["198.51.100.0/24"]}]},"sensitive_attributes":[[{"type":"get_attr","value":"vpc_config"}]]}]}]}`
	in, err := tfstate.Parse("s", []byte(state))
	if err != nil {
		t.Fatal(err)
	}
	a := reach.Analyze(in, catalogue.Cloud())
	if len(a.Endpoints) != 1 || a.Endpoints[0].Scope != "restricted" {
		t.Fatalf("Analyze = %+v, want one restricted endpoint", a.Endpoints)
	}
	for _, h := range a.Endpoints[0].Hops {
		if strings.Contains(h.Summary, "198.51.100") {
			t.Errorf("hop %q prints a sensitive value", h.Summary)
		}
	}
	if diff := cmp.Diff("aws_eks_cluster.a admits (sensitive) (vpc_config[0].public_access_cidrs)", a.Endpoints[0].Hops[1].Summary); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
}
