package reach_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/clouds"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// sensitiveState holds an instance whose public address, and a record whose
// value, the state marks as sensitive as told.
func sensitiveState(instance, record string) string {
	const provider = `"provider":"provider[\"registry.terraform.io/hashicorp/aws\"]"`
	resource := func(kind, name, attributes, sensitive string) string {
		return `{"mode":"managed","type":"` + kind + `","name":"` + name + `",` + provider + `,"instances":[{"schema_version":1,"attributes":` + attributes + `,"sensitive_attributes":` + sensitive + `}]}`
	}
	return `{"version":4,"terraform_version":"1.9.0","serial":1,"lineage":"x","resources":[` + strings.Join([]string{
		resource("aws_vpc", "main", `{"id":"vpc-1","main_route_table_id":"rtb-1"}`, "[]"),
		resource("aws_internet_gateway", "main", `{"id":"igw-1","vpc_id":"vpc-1"}`, "[]"),
		resource("aws_subnet", "a", `{"id":"subnet-1","vpc_id":"vpc-1"}`, "[]"),
		resource("aws_route_table", "a", `{"id":"rtb-2","vpc_id":"vpc-1","route":[{"cidr_block":"0.0.0.0/0","gateway_id":"igw-1"}]}`, "[]"),
		resource("aws_route_table_association", "a", `{"subnet_id":"subnet-1","route_table_id":"rtb-2"}`, "[]"),
		resource("aws_security_group", "web", `{"id":"sg-1","vpc_id":"vpc-1","ingress":[{"from_port":22,"to_port":22,"protocol":"tcp","cidr_blocks":["0.0.0.0/0"]}]}`, "[]"),
		resource("aws_instance", "web", `{"id":"i-1","instance_state":"running","subnet_id":"subnet-1","public_ip":"203.0.113.77","vpc_security_group_ids":["sg-1"]}`, instance),
		resource("aws_route53_record", "web", `{"name":"hidden.example.com","type":"A","records":["203.0.113.77"],"zone_id":"Z1"}`, record),
	}, ",") + `]}`
}

func TestASensitiveHostIsNeitherShownNorLookedAt(t *testing.T) {
	const attribute = `[[{"type":"get_attr","value":"%s"}]]`
	mark := func(name string) string { return strings.Replace(attribute, "%s", name, 1) }
	tests := []struct {
		name, instance, record string
		host                   string
		absent                 []string
	}{
		{"nothing is sensitive", "[]", "[]", "203.0.113.77", nil},
		{"another value is", mark("user_data"), "[]", "203.0.113.77", nil},
		{"the address is", mark("public_ip"), "[]", "", []string{"203.0.113.77"}},
		{"the name is", "[]", mark("name"), "203.0.113.77", []string{"hidden.example.com"}},
	}
	for _, test := range tests {
		in, err := tfstate.Parse("x", []byte(sensitiveState(test.instance, test.record)))
		if err != nil {
			t.Fatal(err)
		}
		a := reach.Analyze(in, clouds.All()...)
		if len(a.Endpoints) != 1 || a.Endpoints[0].Host != test.host || a.Endpoints[0].Verdict != exposure.Exposed {
			t.Errorf("%s: endpoints %+v, want one that is exposed at %q", test.name, a.Endpoints, test.host)
			continue
		}
		e, err := reach.Explain(in, nil, "aws_instance.web", clouds.All()...)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal([]any{a, e})
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range test.absent {
			if strings.Contains(string(text), secret) {
				t.Errorf("%s: the analysis shows %s:\n%s", test.name, secret, text)
			}
		}
	}
}
