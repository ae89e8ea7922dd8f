package main

import (
	"encoding/json"
	"fmt"
)

// exposedState is the state of the estate as it was applied: everything is
// open to the internet.
func (e *estate) exposedState() []byte { return stateOf("0.0.0.0/0") }

// mendedState is the state after the database's security group was narrowed.
func (e *estate) mendedState() []byte { return stateOf("10.0.0.0/16") }

type object = map[string]any

// stateOf returns a state in the form terraform writes it. databaseSource is
// who may reach the database.
func stateOf(databaseSource string) []byte {
	resources := []object{
		resource("aws_vpc", "main", object{"id": "vpc-1", "cidr_block": "10.0.0.0/16", "main_route_table_id": "rtb-main"}),
		resource("aws_internet_gateway", "main", object{"id": "igw-1", "vpc_id": "vpc-1"}),
		resource("aws_subnet", "public", object{"id": "subnet-1", "vpc_id": "vpc-1", "cidr_block": "10.0.1.0/24", "map_public_ip_on_launch": true, "availability_zone": "eu-central-1a"}),
		resource("aws_subnet", "second", object{"id": "subnet-2", "vpc_id": "vpc-1", "cidr_block": "10.0.2.0/24", "map_public_ip_on_launch": true, "availability_zone": "eu-central-1b"}),
		resource("aws_route_table", "public", object{"id": "rtb-1", "vpc_id": "vpc-1", "route": []object{{"cidr_block": "0.0.0.0/0", "gateway_id": "igw-1"}}}),
		resource("aws_route_table_association", "public", object{"id": "rtbassoc-1", "subnet_id": "subnet-1", "route_table_id": "rtb-1"}),
		resource("aws_route_table_association", "second", object{"id": "rtbassoc-2", "subnet_id": "subnet-2", "route_table_id": "rtb-1"}),
		group("web", 8080, "0.0.0.0/0"),
		group("ssh", 22, "0.0.0.0/0"),
		group("database", 5432, databaseSource),
		instance("admin", adminHost, "sg-web"),
		instance("wiki", wikiHost, "sg-web"),
		instance("portal", portalHost, "sg-web"),
		instance("batch", batchHost, "sg-ssh"),
		resource("aws_db_subnet_group", "orders", object{"id": "orders", "name": "orders", "subnet_ids": []string{"subnet-1", "subnet-2"}}),
		resource("aws_db_instance", "orders", object{
			"id": "orders", "arn": "arn:aws:rds:eu-central-1:111122223333:db:orders", "engine": "postgres", "address": ordersHost, "port": 5432,
			"publicly_accessible": true, "db_subnet_group_name": "orders", "vpc_security_group_ids": []string{"sg-database"}, "availability_zone": "eu-central-1a",
		}),
	}
	state := object{"version": 4, "terraform_version": "1.11.4", "serial": 7, "lineage": "9f0f1c2e-demo", "outputs": object{}, "resources": resources}
	text, err := json.MarshalIndent(state, "", "  ")
	if err != nil {
		panic(err) // plain maps of plain values always marshal
	}
	return append(text, '\n')
}

func resource(kind, name string, attributes object) object {
	return object{
		"mode": "managed", "type": kind, "name": name, "provider": `provider["registry.terraform.io/hashicorp/aws"]`,
		"instances": []object{{"schema_version": 1, "attributes": attributes, "sensitive_attributes": []any{}}},
	}
}

func group(name string, port int, source string) object {
	return resource("aws_security_group", name, object{
		"id": "sg-" + name, "name": name, "vpc_id": "vpc-1",
		"ingress": []object{{"from_port": port, "to_port": port, "protocol": "tcp", "cidr_blocks": []string{source}, "self": false}},
		"egress":  []object{{"from_port": 0, "to_port": 0, "protocol": "-1", "cidr_blocks": []string{"0.0.0.0/0"}, "self": false}},
	})
}

func instance(name, address, group string) object {
	return resource("aws_instance", name, object{
		"id": "i-" + name, "arn": fmt.Sprintf("arn:aws:ec2:eu-central-1:111122223333:instance/i-%s", name), "instance_state": "running",
		"subnet_id": "subnet-1", "public_ip": address, "private_ip": "10.0.1.10", "vpc_security_group_ids": []string{group},
	})
}
