package clouds_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
)

// FuzzRules gives every cloud a machine that a rule opens at 443, and a second
// rule of which everything but its verb is anybody's guess. However that rule
// reads, it cannot close 443: lists of allowances add up, and where order
// counts it comes last. Nothing in it reaches a reader raw.
func FuzzRules(f *testing.F) {
	for _, seed := range [][4]string{
		{"tcp", "22", "0.0.0.0/0", "allow"}, {"-1", "0", "::/0", "deny"}, {"6", "8000-8100,9000", "203.0.113.7/33", "Deny"},
		{"udp", "65536", "10.0.0.9-10.0.0.1", "Allow"}, {"ICMP", "-1:70000", "Internet", "ACCEPT"}, {"all", "", "", ""},
		{"tcp\n", "22\x1b[31m", "\u202e0.0.0.0/0", "goto_next"}, {"*", "any", "AzureLoadBalancer", "drop"},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	f.Fuzz(func(t *testing.T, protocol, ports, source, verb string) {
		a := analyze(input(t, "web.tfstate", ruled(protocol, ports, source, verb)))
		for _, address := range ruledMachines {
			if !open443(a, address) {
				t.Errorf("protocol %q, ports %q, source %q, verb %q: %s is not exposed at 443", protocol, ports, source, verb, address)
			}
		}
		for _, e := range slices.Concat(a.Endpoints, a.Blocked) {
			checkReadable(t, e)
		}
	})
}

var ruledMachines = []string{
	"aws_instance.web", "azurerm_linux_virtual_machine.web", "google_compute_instance.web", "digitalocean_droplet.web",
	"hcloud_server.web", "linode_instance.web", "vultr_instance.web", "oci_core_instance.web",
}

func open443(a *reach.Analysis, address string) bool {
	return slices.ContainsFunc(a.Endpoints, func(e exposure.Endpoint) bool {
		return e.ResourceAddress == address && e.Verdict == exposure.Exposed && e.Transport == exposure.TCP &&
			slices.ContainsFunc(e.Ports, func(r exposure.PortRange) bool { return r.Contains(443) })
	})
}

func checkReadable(t *testing.T, e exposure.Endpoint) {
	t.Helper()
	for _, r := range e.Ports {
		if r.Lo > r.Hi {
			t.Errorf("%s %s has the ports %d to %d", e.ResourceAddress, e.Key, r.Lo, r.Hi)
		}
	}
	texts := slices.Concat(e.Sources, e.SourceLabels, e.Notes)
	for _, h := range slices.Concat(e.Hops, e.Blockers) {
		texts = append(texts, h.Summary, h.Remedy)
	}
	for _, g := range e.Unknowns {
		texts = append(texts, g.Reason, g.Remedy)
	}
	for _, text := range texts {
		if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }) {
			t.Errorf("%s %s says %q, with characters that are not for a reader", e.ResourceAddress, e.Key, text)
		}
	}
}

// ruled is a machine of every cloud, with the two rules.
func ruled(protocol, ports, source, verb string) map[string]attributes {
	all := network()
	for _, more := range []map[string]attributes{
		ruledAWS(protocol, ports, source, verb), ruledAzure(protocol, ports, source, verb), ruledGoogle(protocol, ports, source),
		ruledSmall(protocol, ports, source, verb), ruledOracle(protocol, ports, source),
	} {
		maps.Copy(all, more)
	}
	return all
}

func ruledAWS(protocol, ports, source, verb string) map[string]attributes {
	every := attributes{"rule_no": 100, "action": "allow", "protocol": "-1", "from_port": 0, "to_port": 0, "cidr_block": "0.0.0.0/0"}
	return map[string]attributes{
		"aws_instance.web":       instance("i-1", "203.0.113.10", "sg-1"),
		"aws_security_group.web": group("sg-1", 443),
		"aws_security_group_rule.more": {"id": "sgrule-1", "type": "ingress", "security_group_id": "sg-1", "protocol": protocol, "from_port": ports,
			"to_port": ports, "cidr_blocks": []string{source}},
		"aws_network_acl.a": {"id": "acl-1", "vpc_id": "vpc-1", "subnet_ids": []string{"subnet-1"}, "ingress": []attributes{every,
			{"rule_no": 200, "action": verb, "protocol": protocol, "from_port": ports, "to_port": ports, "cidr_block": source}}, "egress": []attributes{every}},
	}
}

func ruledAzure(protocol, ports, source, verb string) map[string]attributes {
	const rg = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/"
	rule := func(name string, priority int, access, protocol, ports, source string) attributes {
		return attributes{"name": name, "priority": priority, "direction": "Inbound", "access": access, "protocol": protocol, "source_port_range": "*",
			"destination_port_range": ports, "source_address_prefix": source, "destination_address_prefix": "*"}
	}
	return map[string]attributes{
		"azurerm_subnet.web":    {"id": rg + "virtualNetworks/net/subnets/web", "name": "web", "resource_group_name": "rg", "virtual_network_name": "net"},
		"azurerm_public_ip.web": {"id": rg + "publicIPAddresses/web", "name": "web", "resource_group_name": "rg", "sku": "Standard", "ip_address": "203.0.113.20", "allocation_method": "Static"},
		"azurerm_network_interface.web": {"id": rg + "networkInterfaces/web", "name": "web", "resource_group_name": "rg", "ip_configuration": []attributes{
			{"name": "a", "subnet_id": rg + "virtualNetworks/net/subnets/web", "public_ip_address_id": rg + "publicIPAddresses/web", "private_ip_address": "10.0.1.4"}}},
		"azurerm_linux_virtual_machine.web": {"id": "/vm/web", "name": "web", "resource_group_name": "rg", "network_interface_ids": []string{rg + "networkInterfaces/web"}},
		"azurerm_network_security_group.web": {"id": rg + "networkSecurityGroups/web", "name": "web", "resource_group_name": "rg",
			"security_rule": []attributes{rule("https", 100, "Allow", "Tcp", "443", "Internet"), rule("more", 4000, verb, protocol, ports, source)}},
		"azurerm_network_interface_security_group_association.web": {"id": "a", "network_interface_id": rg + "networkInterfaces/web",
			"network_security_group_id": rg + "networkSecurityGroups/web"},
	}
}

func ruledGoogle(protocol, ports, source string) map[string]attributes {
	const project = "projects/acme/"
	rule := func(name string, verb, protocol, ports, source string, priority int) attributes {
		return attributes{"id": project + "global/firewalls/" + name, "name": name, "project": "acme", "network": project + "global/networks/main", "direction": "INGRESS",
			"disabled": false, "priority": priority, "source_ranges": []string{source}, verb: []attributes{{"protocol": protocol, "ports": []string{ports}}}}
	}
	return map[string]attributes{
		"google_compute_network.main": {"id": project + "global/networks/main", "name": "main", "project": "acme", "self_link": project + "global/networks/main"},
		"google_compute_instance.web": {"id": project + "zones/europe-west1-b/instances/web", "name": "web", "project": "acme", "zone": "europe-west1-b",
			"network_interface": []attributes{{"network": project + "global/networks/main", "access_config": []attributes{{"nat_ip": "203.0.113.30"}}}}},
		"google_compute_firewall.https": rule("https", "allow", "tcp", "443", "0.0.0.0/0", 1000),
		"google_compute_firewall.more":  rule("more", "allow", protocol, ports, source, 500),
		"google_compute_firewall.deny":  rule("deny", "deny", protocol, ports, source, 2000),
	}
}

func ruledSmall(protocol, ports, source, verb string) map[string]attributes {
	everyone := []string{"0.0.0.0/0"}
	return map[string]attributes{
		"digitalocean_droplet.web": {"id": "1", "ipv4_address": "203.0.113.40", "name": "web"},
		"digitalocean_firewall.web": {"id": "f", "droplet_ids": []string{"1"}, "inbound_rule": []attributes{
			{"protocol": "tcp", "port_range": "443", "source_addresses": everyone}, {"protocol": protocol, "port_range": ports, "source_addresses": []string{source}}}},
		"hcloud_server.web": {"id": "1", "ipv4_address": "203.0.113.50", "firewall_ids": []int{7}},
		"hcloud_firewall.web": {"id": "7", "rule": []attributes{{"direction": "in", "protocol": "tcp", "port": "443", "source_ips": everyone},
			{"direction": "in", "protocol": protocol, "port": ports, "source_ips": []string{source}}}},
		"linode_instance.web": {"id": "1", "ip_address": "203.0.113.60"},
		"linode_firewall.web": {"id": "2", "linodes": []int{1}, "inbound_policy": "DROP", "inbound": []attributes{
			{"label": "https", "action": "ACCEPT", "protocol": "TCP", "ports": "443", "ipv4": everyone},
			{"label": "more", "action": verb, "protocol": protocol, "ports": ports, "ipv4": []string{source}}}},
		"vultr_instance.web":       {"id": "v", "main_ip": "203.0.113.70", "firewall_group_id": "g"},
		"vultr_firewall_group.web": {"id": "g"},
		"vultr_firewall_rule.https": {"id": "1", "firewall_group_id": "g", "protocol": "tcp", "ip_type": "v4", "subnet": "0.0.0.0", "subnet_size": 0,
			"port": "443", "source": ""},
		"vultr_firewall_rule.more": {"id": "2", "firewall_group_id": "g", "protocol": protocol, "ip_type": "v4", "subnet": source, "subnet_size": 24,
			"port": ports, "source": ""},
	}
}

func ruledOracle(protocol, ports, source string) map[string]attributes {
	return map[string]attributes{
		"oci_core_internet_gateway.gw": {"id": "gw", "vcn_id": "vcn", "enabled": true},
		"oci_core_vcn.main":            {"id": "vcn"},
		"oci_core_route_table.public": {"id": "rt", "vcn_id": "vcn", "route_rules": []attributes{
			{"destination": "0.0.0.0/0", "destination_type": "CIDR_BLOCK", "network_entity_id": "gw"}}},
		"oci_core_subnet.public": {"id": "sub", "vcn_id": "vcn", "cidr_block": "10.0.1.0/24", "prohibit_public_ip_on_vnic": false, "route_table_id": "rt",
			"security_list_ids": []string{"list"}},
		"oci_core_security_list.web": {"id": "list", "vcn_id": "vcn", "ingress_security_rules": []attributes{
			{"protocol": "6", "source": "0.0.0.0/0", "tcp_options": []attributes{{"min": 443, "max": 443}}},
			{"protocol": protocol, "source": source, "tcp_options": []attributes{{"min": ports, "max": ports}}}}},
		"oci_core_instance.web": {"id": "i", "public_ip": "203.0.113.80", "state": "RUNNING", "create_vnic_details": []attributes{
			{"subnet_id": "sub", "assign_public_ip": "true"}}},
	}
}
