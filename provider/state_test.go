package provider_test

import (
	"encoding/json"
	"testing"
)

type object = map[string]any

// stateOf returns a state as terraform writes it, of an instance with a public
// address in a subnet whose route leads to an internet gateway, and a security
// group that admits source to port.
func stateOf(t *testing.T, address string, port int, source string) string {
	t.Helper()
	state := object{
		"version": 4, "terraform_version": "1.11.4", "serial": 3, "lineage": "test", "outputs": object{},
		"resources": []object{
			managed("aws_vpc", "main", object{"id": "vpc-1", "cidr_block": "10.0.0.0/16", "main_route_table_id": "rtb-main"}),
			managed("aws_internet_gateway", "main", object{"id": "igw-1", "vpc_id": "vpc-1"}),
			managed("aws_subnet", "public", object{"id": "subnet-1", "vpc_id": "vpc-1", "cidr_block": "10.0.1.0/24", "map_public_ip_on_launch": true}),
			managed("aws_route_table", "public", object{"id": "rtb-1", "vpc_id": "vpc-1", "route": []object{{"cidr_block": "0.0.0.0/0", "gateway_id": "igw-1"}}}),
			managed("aws_route_table_association", "public", object{"id": "rtbassoc-1", "subnet_id": "subnet-1", "route_table_id": "rtb-1"}),
			managed("aws_security_group", "web", object{
				"id": "sg-web", "name": "web", "vpc_id": "vpc-1",
				"ingress": []object{{"from_port": port, "to_port": port, "protocol": "tcp", "cidr_blocks": []string{source}, "self": false}},
				"egress":  []object{{"from_port": 0, "to_port": 0, "protocol": "-1", "cidr_blocks": []string{"0.0.0.0/0"}, "self": false}},
			}),
			managed("aws_instance", "web", object{
				"id": "i-web", "arn": "arn:aws:ec2:eu-central-1:111122223333:instance/i-web", "instance_state": "running",
				"subnet_id": "subnet-1", "public_ip": address, "private_ip": "10.0.1.10", "vpc_security_group_ids": []string{"sg-web"},
			}),
		},
	}
	text, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func managed(kind, name string, attributes object) object {
	return object{
		"mode": "managed", "type": kind, "name": name, "provider": `provider["registry.terraform.io/hashicorp/aws"]`,
		"instances": []object{{"schema_version": 1, "attributes": attributes, "sensitive_attributes": []any{}}},
	}
}
