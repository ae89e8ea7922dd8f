package estate

import "fmt"

const zones = 3

func (s *stack) vpc() string         { return s.id("aws_vpc", "main", nil) }
func (s *stack) subnet(i int) string { return s.id("aws_subnet", subnetName(i), i%zones) }
func (s *stack) group(i int) string  { return s.id("aws_security_group", "service", i%groupCount) }
func (s *stack) private(i int) string {
	return fmt.Sprintf("10.%d.%d.%d", s.number%250, i/200, 10+i%200)
}
func (s *stack) public(i int) string {
	return fmt.Sprintf("52.%d.%d.%d", 16+s.number/250%200, s.number%250, 1+i%250)
}
func (s *stack) hostname(i int) string { return fmt.Sprintf("ec2-%s.example.com", s.hash("host", i)) }

// subnetName names the subnets: those below zones are public.
func subnetName(i int) string {
	if i < zones {
		return "public"
	}
	return "private"
}

func (s *stack) network() {
	s.add("aws_vpc", "main", nil, object{
		"arn": s.arn("ec2", "vpc/"+s.vpc()), "cidr_block": fmt.Sprintf("10.%d.0.0/16", s.number%250), "enable_dns_hostnames": true,
		"enable_dns_support": true, "assign_generated_ipv6_cidr_block": false, "ipv6_cidr_block": "", "owner_id": account,
		"default_network_acl_id": "acl-0" + s.hash("acl"), "default_route_table_id": "rtb-0" + s.hash("rtb"),
		"default_security_group_id": "sg-0" + s.hash("sg"), "instance_tenancy": "default", "main_route_table_id": "rtb-0" + s.hash("rtb"),
	})
	s.add("aws_internet_gateway", "main", nil, object{"arn": s.arn("ec2", "internet-gateway/x"), "owner_id": account, "vpc_id": s.vpc()})
	s.routes("public", s.id("aws_internet_gateway", "main", nil), "")
	s.routes("private", "", s.id("aws_nat_gateway", "main", nil))
	s.add("aws_eip", "nat", nil, s.address(200, nil))
	s.add("aws_nat_gateway", "main", nil, object{
		"allocation_id": s.id("aws_eip", "nat", nil), "connectivity_type": "public", "public_ip": s.public(200), "subnet_id": s.subnet(0),
		"private_ip": s.private(9), "network_interface_id": "eni-0" + s.hash("nat"), "secondary_allocation_ids": nil,
	})
	for i := range 2 * zones {
		s.add("aws_subnet", subnetName(i), i%zones, with(blank("availability_zone_id", "customer_owned_ipv4_pool", "outpost_arn"), object{
			"arn": s.arn("ec2", "subnet/"+s.subnet(i)), "vpc_id": s.vpc(), "cidr_block": fmt.Sprintf("10.%d.%d.0/24", s.number%250, i),
			"availability_zone": region + string(rune('a'+i%zones)), "map_public_ip_on_launch": i < zones, "owner_id": account,
			"assign_ipv6_address_on_creation": false, "ipv6_cidr_block": "", "ipv6_native": false, "enable_dns64": false,
		}))
		s.add("aws_route_table_association", subnetName(i), i%zones, object{
			"gateway_id": "", "route_table_id": s.id("aws_route_table", subnetName(i), nil), "subnet_id": s.subnet(i),
		})
	}
}

func (s *stack) routes(name, gateway, nat string) {
	s.add("aws_route_table", name, nil, object{
		"arn": s.arn("ec2", "route-table/x"), "owner_id": account, "propagating_vgws": []any{}, "vpc_id": s.vpc(),
		"route": []any{object{
			"carrier_gateway_id": "", "cidr_block": "0.0.0.0/0", "core_network_arn": "", "destination_prefix_list_id": "",
			"egress_only_gateway_id": "", "gateway_id": gateway, "ipv6_cidr_block": "", "local_gateway_id": "", "nat_gateway_id": nat,
			"network_interface_id": "", "transit_gateway_id": "", "vpc_endpoint_id": "", "vpc_peering_connection_id": "",
		}},
	})
}

// address returns the attributes of an elastic IP.
func (s *stack) address(i int, instance any) object {
	return with(blank("address", "associate_with_private_ip", "customer_owned_ipv4_pool", "network_border_group"), object{
		"allocation_id": s.id("aws_eip", "nat", nil), "domain": "vpc", "instance": instance, "public_ip": s.public(i),
		"public_dns": s.hostname(i), "public_ipv4_pool": "amazon", "vpc": true, "private_ip": s.private(i),
	})
}

// groupCount is how many security groups a stack has.
const groupCount = 10

// groups adds security groups. Every fourth is open to everyone on one port.
func (s *stack) groups() {
	for i := range groupCount {
		var rules []any
		for port := range 5 {
			rules = append(rules, rule(8000+100*i+port, 8000+100*i+port, fmt.Sprintf("10.%d.0.0/16", port)))
		}
		if i%4 == 0 {
			rules = append(rules, rule(443, 443, "0.0.0.0/0"))
		}
		s.add("aws_security_group", "service", i, object{
			"arn": s.arn("ec2", "security-group/"+s.group(i)), "description": "Managed by Terraform", "name_prefix": "", "owner_id": account,
			"name": fmt.Sprintf("%s-service-%d", stackName(s.number), i), "revoke_rules_on_delete": false, "vpc_id": s.vpc(),
			"egress": []any{rule(0, 0, "0.0.0.0/0")}, "ingress": rules,
		})
	}
	for i := range 20 {
		s.add("aws_vpc_security_group_ingress_rule", "partner", i, with(blank("cidr_ipv6", "prefix_list_id", "referenced_security_group_id"), object{
			"arn": s.arn("ec2", "security-group-rule/x"), "cidr_ipv4": fmt.Sprintf("198.51.100.%d/32", i), "description": "partner", "from_port": 8443,
			"to_port": 8443, "ip_protocol": "tcp", "security_group_id": s.group(i), "security_group_rule_id": "sgr-0" + s.hash("rule", i),
		}))
	}
}

func rule(from, to int, cidr string) object {
	protocol := "tcp"
	if to == 0 {
		protocol = "-1"
	}
	return object{
		"cidr_blocks": []any{cidr}, "description": "", "from_port": from, "ipv6_cidr_blocks": []any{}, "prefix_list_ids": []any{},
		"protocol": protocol, "security_groups": []any{}, "self": false, "to_port": to,
	}
}
