package estate

import "fmt"

// machines adds instances. Those in the public subnets have public addresses.
func (s *stack) machines() {
	for i := range 8 {
		subnet := i % (2 * zones)
		public := ""
		if subnet < zones {
			public = s.public(i)
		}
		s.add("aws_instance", "node", i, with(s.instance(i), object{
			"subnet_id": s.subnet(subnet), "public_ip": public, "associate_public_ip_address": public != "",
			"availability_zone": region + string(rune('a'+subnet%zones)),
		}))
	}
	for i := range 4 {
		s.add("aws_network_interface", "extra", i, with(blank("attachment", "ipv4_prefixes", "ipv6_address_list"), object{
			"arn": s.arn("ec2", "network-interface/x"), "description": "second interface", "interface_type": "interface", "owner_id": account,
			"mac_address": "06:5f:0c:a7:12:9d", "private_dns_name": "ip-10-0-0-1.eu-west-1.compute.internal", "private_ip": s.private(100 + i),
			"private_ips": []any{s.private(100 + i)}, "security_groups": []any{s.group(i)}, "source_dest_check": true, "subnet_id": s.subnet(zones + i%zones),
		}))
		s.add("aws_ebs_volume", "data", i, object{
			"arn": s.arn("ec2", "volume/x"), "availability_zone": region + "a", "encrypted": true, "final_snapshot": false, "iops": 3000,
			"kms_key_id": s.arn("kms", "key/"+s.hash("kms")), "multi_attach_enabled": false, "outpost_arn": "", "size": 200, "snapshot_id": "",
			"throughput": 125, "type": "gp3",
		})
	}
	for i := range 4 {
		s.add("aws_eip", "node", i, s.address(i, s.id("aws_instance", "node", i)))
	}
}

func (s *stack) instance(i int) object {
	return with(blank("capacity_reservation_id", "cpu_threads_per_core", "host_id", "host_resource_group_arn", "instance_lifecycle", "launch_template",
		"password_data", "placement_group", "placement_partition_number", "secondary_private_ips", "spot_instance_request_id", "user_data_base64",
		"user_data_replace_on_change", "volume_tags", "enclave_options", "ephemeral_block_device", "ipv6_address_count"), object{
		"ami": "ami-0" + s.hash("ami"), "arn": s.arn("ec2", "instance/"+s.id("aws_instance", "node", i)), "cpu_core_count": 2, "ebs_optimized": true,
		"disable_api_stop": false, "disable_api_termination": false, "get_password_data": false, "hibernation": false,
		"iam_instance_profile": stackName(s.number) + "-node", "instance_initiated_shutdown_behavior": "stop", "instance_state": "running",
		"instance_type": "m6i.large", "ipv6_addresses": []any{}, "key_name": "ops", "monitoring": true,
		"primary_network_interface_id": "eni-0" + s.hash("eni", i), "private_ip": s.private(i),
		"private_dns": "ip-10-0-0-1.eu-west-1.compute.internal", "public_dns": s.hostname(i), "security_groups": []any{}, "source_dest_check": true,
		"tenancy": "default", "vpc_security_group_ids": []any{s.group(i), s.group(i + 1)}, "user_data": s.hash("user") + s.hash("data") + "00000000",
		"metadata_options": []any{object{"http_endpoint": "enabled", "http_put_response_hop_limit": 2, "http_tokens": "required", "instance_metadata_tags": "disabled"}},
		"root_block_device": []any{object{
			"delete_on_termination": true, "device_name": "/dev/xvda", "encrypted": true, "iops": 3000, "kms_key_id": s.arn("kms", "key/x"), "tags": object{},
			"throughput": 125, "volume_id": "vol-0" + s.hash("root", i), "volume_size": 40, "volume_type": "gp3",
		}},
		"credit_specification": []any{}, "maintenance_options": []any{object{"auto_recovery": "default"}},
	})
}

// balancers adds an internet-facing and an internal load balancer.
func (s *stack) balancers() {
	for i, name := range []string{"front", "inner"} {
		arn := s.arn("elasticloadbalancing", "loadbalancer/app/"+name+"/"+s.hash(name))
		subnets := []any{s.subnet(zones * i), s.subnet(zones*i + 1)}
		s.add("aws_lb", name, nil, with(blank("customer_owned_ipv4_pool", "desync_mitigation_mode", "dns_record_client_routing_policy"), object{
			"access_logs": []any{object{"bucket": "", "enabled": false, "prefix": ""}}, "arn": arn, "id": arn, "internal": i == 1,
			"dns_name": fmt.Sprintf("%s-%s.eu-west-1.elb.amazonaws.com", name, s.hash(name)), "idle_timeout": 60, "ip_address_type": "ipv4",
			"load_balancer_type": "application", "name": name, "security_groups": []any{s.group(i)}, "subnets": subnets, "vpc_id": s.vpc(),
			"zone_id": "Z32O12XQLNTSW2",
		}))
		target := s.arn("elasticloadbalancing", "targetgroup/"+name+"/"+s.hash("target", name))
		s.add("aws_lb_target_group", name, nil, object{
			"arn": target, "id": target, "deregistration_delay": "300", "load_balancing_algorithm_type": "round_robin", "name": name, "port": 8080, "protocol": "HTTP",
			"protocol_version": "HTTP1", "target_type": "instance", "vpc_id": s.vpc(), "slow_start": 0,
			"health_check": []any{object{"enabled": true, "healthy_threshold": 3, "interval": 30, "matcher": "200", "path": "/healthz", "port": "traffic-port", "protocol": "HTTP", "timeout": 5, "unhealthy_threshold": 3}},
		})
		listener := s.arn("elasticloadbalancing", "listener/app/"+name+"/"+s.hash("listener", name))
		s.add("aws_lb_listener", name, nil, object{
			"arn": listener, "id": listener, "load_balancer_arn": arn, "port": 443, "protocol": "HTTPS", "ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
			"alpn_policy": nil, "certificate_arn": s.arn("acm", "certificate/x"),
			"default_action": []any{object{
				"authenticate_cognito": []any{}, "authenticate_oidc": []any{}, "fixed_response": []any{}, "forward": []any{}, "order": 1, "redirect": []any{},
				"target_group_arn": target, "type": "forward",
			}},
		})
	}
}
