package clouds_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// awsOpen is a machine on the internet behind one rule.
func awsOpen(rule attributes) map[string]attributes {
	whole := attributes{"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": []string{"0.0.0.0/0"}, "self": false}
	maps.Copy(whole, rule)
	return with(with(network(), "aws_instance.web", instance("i-1", "203.0.113.10", "sg-1")), "aws_security_group.web",
		attributes{"id": "sg-1", "vpc_id": "vpc-1", "egress": []attributes{}, "ingress": []attributes{whole}})
}

// aclOpen is a machine on the internet behind a network ACL with one rule in
// each direction.
func aclOpen(in, out attributes) map[string]attributes {
	whole := func(rule attributes) []attributes {
		list := attributes{"rule_no": 100, "action": "allow", "protocol": "-1", "from_port": 0, "to_port": 0, "cidr_block": "0.0.0.0/0"}
		maps.Copy(list, rule)
		return []attributes{list}
	}
	return with(awsOpen(nil), "aws_network_acl.a", attributes{"id": "acl-1", "vpc_id": "vpc-1", "subnet_ids": []string{"subnet-1"}, "ingress": whole(in), "egress": whole(out)})
}

func azureOpen(rule attributes) map[string]attributes {
	whole := attributes{"name": "in", "priority": 100, "direction": "Inbound", "access": "Allow", "protocol": "Tcp", "source_port_range": "*",
		"destination_port_range": "22", "source_address_prefix": "*", "destination_address_prefix": "*"}
	maps.Copy(whole, rule)
	const at = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/"
	return map[string]attributes{
		"azurerm_public_ip.web": {"id": at + "publicIPAddresses/web", "name": "web", "resource_group_name": "g", "sku": "Standard", "allocation_method": "Static", "ip_address": "203.0.113.10"},
		"azurerm_network_interface.web": {"id": at + "networkInterfaces/web", "name": "web", "resource_group_name": "g",
			"ip_configuration": []attributes{{"name": "a", "primary": true, "private_ip_address": "10.0.0.4", "public_ip_address_id": at + "publicIPAddresses/web",
				"subnet_id": at + "virtualNetworks/v/subnets/a"}}},
		"azurerm_subnet.a":                   {"id": at + "virtualNetworks/v/subnets/a", "name": "a", "resource_group_name": "g", "virtual_network_name": "v"},
		"azurerm_network_security_group.web": {"id": at + "networkSecurityGroups/web", "name": "web", "resource_group_name": "g", "security_rule": []attributes{whole}},
		"azurerm_network_interface_security_group_association.web": {"id": "x", "network_interface_id": at + "networkInterfaces/web",
			"network_security_group_id": at + "networkSecurityGroups/web"},
	}
}

func gcpOpen(rule attributes) map[string]attributes {
	whole := attributes{"id": "projects/p/global/firewalls/web", "name": "web", "network": "projects/p/global/networks/n", "project": "p", "direction": "INGRESS",
		"priority": 1000, "disabled": false, "source_ranges": []string{"0.0.0.0/0"}, "allow": []attributes{{"protocol": "tcp", "ports": []string{"22"}}}, "deny": []attributes{}}
	maps.Copy(whole, rule)
	return map[string]attributes{
		"google_compute_network.n":    {"id": "projects/p/global/networks/n", "name": "n", "project": "p", "self_link": "https://www.googleapis.com/compute/v1/projects/p/global/networks/n"},
		"google_compute_firewall.web": whole,
		"google_compute_instance.web": {"id": "projects/p/zones/z/instances/web", "name": "web", "project": "p", "zone": "z", "tags": []string{},
			"network_interface": []attributes{{"network": "projects/p/global/networks/n", "access_config": []attributes{{"nat_ip": "203.0.113.10"}}}}},
	}
}

// azureRules is azureOpen with other rules in the group.
func azureRules(rules any) map[string]attributes {
	resources := azureOpen(nil)
	resources["azurerm_network_security_group.web"]["security_rule"] = rules
	return resources
}

func dropletBehind(rules any) map[string]attributes {
	return map[string]attributes{
		"digitalocean_droplet.web":  {"id": "1", "name": "web", "ipv4_address": "203.0.113.10", "tags": []string{}},
		"digitalocean_firewall.web": {"id": "f", "name": "web", "droplet_ids": []int{1}, "inbound_rule": rules},
	}
}

// allowing is a rule of GCP with one block.
func allowing(protocol any, ports ...string) attributes {
	return attributes{"allow": []attributes{{"protocol": protocol, "ports": ports}}}
}

// said is all that an analysis says in words.
func said(a *reach.Analysis) string {
	var b strings.Builder
	for _, e := range slices.Concat(a.Endpoints, a.Blocked) {
		for _, gap := range e.Unknowns {
			fmt.Fprintln(&b, gap.Reason+". "+gap.Remedy)
		}
		for _, h := range slices.Concat(e.Hops, e.Blockers) {
			fmt.Fprintln(&b, h.Summary)
		}
		fmt.Fprintln(&b, strings.Join(e.Notes, "\n"))
	}
	fmt.Fprintln(&b, strings.Join(slices.Concat(a.Incomplete, a.Warnings), "\n"))
	return b.String()
}

// both are the resources as a state and as a plan that creates them.
func both(t *testing.T, resources map[string]attributes) map[string]*tfstate.Input {
	t.Helper()
	list := []planned{}
	for _, address := range slices.Sorted(maps.Keys(resources)) {
		list = append(list, planned{address: address, after: resources[address], sets: configuredAs(resources[address])})
	}
	return map[string]*tfstate.Input{"state": input(t, "in.tfstate", resources), "plan": planOf(t, "plan.json", list...)}
}

// configuredAs is a configuration of constants.
func configuredAs(values attributes) attributes {
	out := attributes{}
	for name, v := range values {
		if blocks, ok := v.([]attributes); ok {
			list := []attributes{}
			for _, b := range blocks {
				list = append(list, configuredAs(b))
			}
			out[name] = list
			continue
		}
		out[name] = constant(v)
	}
	return out
}

// What is wrong with a rule has a defined answer: it is read in the only way
// that it can be meant, it is told that it admits nobody, or it is a gap. It is
// never silently passed over.
func TestRulesThatMakeNoSense(t *testing.T) {
	number := func(text string) json.Number { return json.Number(text) }
	const aws, azure, gcp, group = "aws_instance.web", "azurerm_network_interface.web", "google_compute_instance.web", "aws_security_group.web"
	tests := []struct {
		name      string
		resources map[string]attributes
		want      string // the endpoint, empty for none
		says      string
	}{
		{"aws: ports the wrong way round", awsOpen(attributes{"from_port": 443, "to_port": 80}), "", "holds no port: it goes from 443 to 80"},
		{"aws: ports beyond the last", awsOpen(attributes{"from_port": 70000, "to_port": 80000}), "", "holds no port: it goes from 70000 to 80000"},
		{"aws: the last port beyond the last", awsOpen(attributes{"from_port": 65000, "to_port": 80000}), "exposed " + aws + " 65000-65535", ""},
		{"aws: a port that is no number", awsOpen(attributes{"to_port": "https"}), "unknown " + aws + " 0-65535 unlikely", `the port range of a rule is not understood: 22 to https`},
		{"aws: a port with a fraction", awsOpen(attributes{"to_port": 22.5}), "unknown " + aws + " 0-65535 unlikely", "the port range of a rule is not understood: 22 to 22.5"},
		{"aws: a port that is huge", awsOpen(attributes{"to_port": number("1e30")}), "unknown " + aws + " 0-65535 unlikely", "the port range of a rule is not understood: 22 to 1"},
		{"aws: a port that is a list", awsOpen(attributes{"from_port": []int{22}}), "unknown " + aws + " 0-65535 unlikely", "the port range of a rule is not understood"},
		{"aws: host bits", awsOpen(attributes{"cidr_blocks": []string{"10.1.2.3/0"}}), "exposed " + aws + " 22", ""},
		{"aws: host bits of some", awsOpen(attributes{"cidr_blocks": []string{"198.51.100.77/24"}}), "not_exposed " + aws + " 22", "198.51.100.77/24"},
		{"aws: a source that is no range", awsOpen(attributes{"cidr_blocks": []string{"10.0.0.0/33"}}), "unknown " + aws + " 22 unlikely", "10.0.0.0/33"},
		{"aws: a protocol that is none", awsOpen(attributes{"protocol": "tpc"}), "unknown " + aws + " 0-65535 unlikely", "the protocol tpc is not known"},
		{"aws: a group of itself", awsOpen(attributes{"cidr_blocks": []string{}, "security_groups": []string{"sg-1"}}), "", "aws_security_group.web"},
		{"aws: a network ACL that allows", aclOpen(attributes{"action": "ALLOW"}, nil), "exposed " + aws + " 22", ""},
		{"aws: an action that is none", aclOpen(attributes{"action": "permit"}, nil), "unknown " + aws + " 22 unlikely", "whether a rule of the network ACL allows or denies is not understood: permit"},
		{"aws: an action that is missing", aclOpen(attributes{"action": nil}, nil), "unknown " + aws + " 22 unlikely", "whether a rule of the network ACL allows or denies is not"},
		{"aws: an action of replies that is none", aclOpen(nil, attributes{"action": "permit"}), "unknown " + aws + " 22 unlikely", "permit"},
		{"aws: a rule that is text", with(awsOpen(nil), group, attributes{"id": "sg-1", "vpc_id": "vpc-1", "ingress": []any{"x"}}), "unknown " + aws + " 0-65535 unlikely", "a rule of " + group + " is not understood: x"},
		{"aws: a rule that is null", with(awsOpen(nil), group, attributes{"id": "sg-1", "vpc_id": "vpc-1", "ingress": []any{nil}}), "unknown " + aws + " 0-65535 unlikely", "a rule of " + group + " is not understood"},
		{"aws: rules that are a number", with(awsOpen(nil), group, attributes{"id": "sg-1", "vpc_id": "vpc-1", "ingress": 5}), "unknown " + aws + " 0-65535 unlikely", "a rule of " + group + " is not understood: 5"},
		{"aws: a rule of a network ACL that is text", with(aclOpen(nil, nil), "aws_network_acl.a", attributes{"id": "acl-1", "vpc_id": "vpc-1", "subnet_ids": []string{"subnet-1"},
			"ingress": []any{"x"}, "egress": []any{"x"}}), "unknown " + aws + " 22 unlikely", "a rule of aws_network_acl.a is not understood: x"},
		{"aws: rules of a network ACL that are text", with(aclOpen(nil, nil), "aws_network_acl.a", attributes{"id": "acl-1", "vpc_id": "vpc-1", "subnet_ids": []string{"subnet-1"},
			"ingress": "x", "egress": "x"}), "unknown " + aws + " 22 unlikely", "a rule of aws_network_acl.a is not understood: x"},
		{"azure: a rule that is a number", azureRules([]any{5}), "unknown " + azure + " 0-65535 unlikely", "a rule of azurerm_network_security_group.web is not understood: 5"},
		{"azure: a rule that is null", azureRules([]any{nil}), "unknown " + azure + " 0-65535 unlikely", "a rule of azurerm_network_security_group.web is not understood"},
		{"azure: rules that are text", azureRules("x"), "unknown " + azure + " 0-65535 unlikely", "a rule of azurerm_network_security_group.web is not understood: x"},
		{"gcp: a rule that is text", gcpOpen(attributes{"allow": []any{"x"}}), "unknown " + gcp + " 0-65535 unlikely", "what google_compute_firewall.web speaks of is not understood: x"},
		{"gcp: a rule that is null", gcpOpen(attributes{"allow": []any{nil}}), "unknown " + gcp + " 0-65535 unlikely", "what google_compute_firewall.web speaks of is not understood"},
		{"gcp: rules that are text", gcpOpen(attributes{"allow": "x"}), "unknown " + gcp + " 0-65535 unlikely", "what google_compute_firewall.web speaks of is not understood: x"},
		{"digitalocean: a rule that is text", dropletBehind([]any{"x"}), "unknown digitalocean_droplet.web 0-65535 unlikely", "what digitalocean_firewall.web allows is not understood: x"},
		{"hetzner: a rule that is null", map[string]attributes{
			"hcloud_server.web":   {"id": "1", "name": "web", "ipv4_address": "203.0.113.10", "firewall_ids": []int{2}},
			"hcloud_firewall.web": {"id": "2", "name": "web", "rule": []any{nil}},
		}, "unknown hcloud_server.web 0-65535 unlikely", "what hcloud_firewall.web allows is not understood"},
		{"linode: a rule that is text", map[string]attributes{
			"linode_instance.web": {"id": "1", "label": "web", "ip_address": "203.0.113.10", "ipv4": []string{"203.0.113.10"}},
			"linode_firewall.web": {"id": "2", "label": "web", "linodes": []int{1}, "inbound": []any{"x"}, "inbound_policy": "DROP", "disabled": false},
		}, "unknown linode_instance.web 0-65535 unlikely", "what linode_firewall.web allows is not understood: x"},
		{"lightsail: a list of ports that is text", map[string]attributes{
			"aws_lightsail_instance.web":              {"id": "web", "name": "web", "blueprint_id": "debian_12", "public_ip_address": "203.0.113.10", "ip_address_type": "ipv4"},
			"aws_lightsail_instance_public_ports.web": {"id": "x", "instance_name": "web", "port_info": "x"},
		}, "unknown aws_lightsail_instance.web 0-65535 unlikely", "a rule of aws_lightsail_instance_public_ports.web is not understood: x"},
		{"azure: ports the wrong way round", azureOpen(attributes{"destination_port_range": "443-80"}), "unknown " + azure + " 0-65535 unlikely", "443-80"},
		{"azure: a port beyond the last", azureOpen(attributes{"destination_port_range": "70000"}), "unknown " + azure + " 0-65535 unlikely", "70000"},
		{"azure: host bits", azureOpen(attributes{"source_address_prefix": "10.1.2.3/0"}), "exposed " + azure + " 22", ""},
		{"azure: a source that is no range", azureOpen(attributes{"source_address_prefix": "10.0.0.0/33"}), "unknown " + azure + " 22 unlikely", "10.0.0.0/33"},
		{"azure: a protocol that is none", azureOpen(attributes{"protocol": "Tpc"}), "unknown " + azure + " 0-65535 unlikely", "the protocol of a rule is not understood: Tpc"},
		{"azure: a priority that is no number", azureOpen(attributes{"priority": "first"}), "unknown " + azure + " 22 unlikely", "the priority of a rule is not understood: first"},
		{"azure: a priority with a fraction", azureOpen(attributes{"priority": 100.5}), "unknown " + azure + " 22 unlikely", "the priority of a rule is not understood: 100.5"},
		{"azure: an action that is none", azureOpen(attributes{"access": "Perhaps"}), "unknown " + azure + " 22 unlikely", "Perhaps"},
		{"azure: an action that is missing", azureOpen(attributes{"access": nil}), "unknown " + azure + " 22 unlikely", "whether a rule allows or denies is not told"},
		{"azure: a direction that is none", azureOpen(attributes{"direction": "Sideways"}), "unknown " + azure + " 22 unlikely", "the direction of a rule is not understood: Sideways"},
		{"gcp: ports the wrong way round", gcpOpen(allowing("tcp", "443-80")), "unknown " + gcp + " 0-65535 unlikely", "443-80"},
		{"gcp: a port beyond the last", gcpOpen(allowing("tcp", "70000")), "unknown " + gcp + " 0-65535 unlikely", "70000"},
		{"gcp: host bits", gcpOpen(attributes{"source_ranges": []string{"10.1.2.3/0"}}), "exposed " + gcp + " 22", ""},
		{"gcp: a source that is no range", gcpOpen(attributes{"source_ranges": []string{"10.0.0.0/33"}}), "unknown " + gcp + " 22 unlikely", "10.0.0.0/33"},
		{"gcp: a protocol that is none", gcpOpen(allowing("tpc")), "unknown " + gcp + " 0-65535 unlikely", "the protocol of a rule is not understood: tpc"},
		{"gcp: a priority with a fraction", gcpOpen(attributes{"priority": 0.5}), "unknown " + gcp + " 22 unlikely", "the priority of a rule is not understood: 0.5"},
		{"gcp: a direction that is none", gcpOpen(attributes{"direction": "SIDEWAYS"}), "unknown " + gcp + " 22 unlikely", "SIDEWAYS"},
	}
	for _, test := range tests {
		for kind, in := range both(t, test.resources) {
			t.Run(test.name+" in a "+kind, func(t *testing.T) {
				a := analyze(in)
				if got := strings.Join(tcp(a), "\n"); got != test.want {
					t.Errorf("%q, want %q; it says\n%s", got, test.want, said(a))
				}
				if !strings.Contains(said(a), test.says) {
					t.Errorf("it does not say %q but\n%s", test.says, said(a))
				}
				for _, e := range a.Endpoints {
					if e.Verdict == exposure.Unknown && len(e.Unknowns) == 0 {
						t.Errorf("%s is unknown and does not say why", e.HostPort())
					}
				}
				if kind == "state" && strings.Contains(said(a), "after apply") {
					t.Errorf("a state says that something is known after apply:\n%s", said(a))
				}
			})
		}
	}
}

// A plan that is at odds with itself leaves gaps, and never a silent "not
// exposed".
func TestPlansAtOddsWithThemselves(t *testing.T) {
	const web = `{"address":"module.web.aws_instance.web","module_address":"module.web","mode":"managed","type":"aws_instance","name":"web","change":{"actions":["create"],"before":null,
		"after":{"associate_public_ip_address":true,"subnet_id":"subnet-0"},"after_unknown":{"id":true,"public_ip":true,"vpc_security_group_ids":true}}}`
	const group = `{"address":"module.net.aws_security_group.web","module_address":"module.net","mode":"managed","type":"aws_security_group","name":"web","change":{"actions":["create"],"before":null,
		"after":{"ingress":[{"from_port":22,"to_port":22,"protocol":"tcp","cidr_blocks":["0.0.0.0/0"]}]},"after_unknown":{"id":true}}}`
	const resource = `"resources":[{"mode":"managed","type":"aws_instance","name":"web","expressions":{"associate_public_ip_address":{"constant_value":true},
		"subnet_id":{"constant_value":"subnet-0"},"vpc_security_group_ids":{"references":["var.groups"]}}}]`
	const rules = `"resources":[{"mode":"managed","type":"aws_security_group","name":"web","expressions":{"ingress":[{}]}}]`
	call := func(groups, net string) string {
		return `{"module_calls":{"web":{"expressions":{"groups":{"references":["` + groups + `"]}},"module":{` + resource + `,"outputs":{"back":{"expression":{"references":["var.groups"]}}}}}` + net + `}}`
	}
	net := func(output string) string {
		return `,"net":{"expressions":{"x":{"references":["module.web.back"]}},"module":{` + rules + `,"outputs":{"groups":{"expression":{"references":["` + output + `"]}}}}}`
	}
	tests := []struct {
		name, configuration, changes, want, says string
	}{
		{"all is well", call("module.net.groups", net("aws_security_group.web.id")), web + "," + group, "unknown module.web.aws_instance.web 22 likely", ""},
		{"the module call is missing", call("module.net.groups", ""), web + "," + group, "unknown module.web.aws_instance.web 0-65535 unlikely", "which security groups"},
		{"the output is missing", call("module.net.other", net("aws_security_group.web.id")), web + "," + group, "unknown module.web.aws_instance.web 0-65535 unlikely", "which security groups"},
		{"references in a circle", call("module.net.groups", net("var.x")), web + "," + group, "unknown module.web.aws_instance.web 0-65535 unlikely", "which security groups"},
		{"the module of the resource is missing", `{"module_calls":{}}`, web + "," + group, "unknown module.web.aws_instance.web 0-65535 unlikely", "which security groups"},
		{"no configuration", `null`, web + "," + group, "unknown module.web.aws_instance.web 0-65535 unlikely", "which security groups"},
		{"one address twice", call("module.net.groups", net("aws_security_group.web.id")), web + "," + group + "," + web,
			"unknown module.web.aws_instance.web 22 likely", "the file holds module.web.aws_instance.web more than once"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in, err := tfstate.Parse("plan.json", []byte(`{"format_version":"1.2","resource_changes":[`+test.changes+`],"planned_values":{},"configuration":{"root_module":`+test.configuration+`}}`))
			if err != nil {
				t.Fatal(err)
			}
			a := analyze(in)
			if got := strings.Join(tcp(a), "\n"); got != test.want || !strings.Contains(said(a), test.says) {
				t.Errorf("%q, want %q and %q; it says\n%s", got, test.want, test.says, said(a))
			}
		})
	}
}

// Of one address twice in a state that says the same the first counts, and that
// is told. Of one that does not, each is judged and nothing is closed for
// certain, whichever comes first.
func TestOneAddressTwiceInAState(t *testing.T) {
	resource := func(kind, attributes string) string {
		return `{"mode":"managed","type":"` + kind + `","name":"web","provider":"provider[\"registry.terraform.io/hashicorp/aws\"]","instances":[{"attributes":` + attributes + `}]}`
	}
	const closed, open = `{"id":"sg-1","vpc_id":"vpc-1","ingress":[]}`, `{"id":"sg-1","vpc_id":"vpc-1","ingress":[{"from_port":22,"to_port":22,"protocol":"tcp","cidr_blocks":["0.0.0.0/0"]}]}`
	const inside, outside = `{"id":"i-1","subnet_id":"subnet-1","vpc_security_group_ids":["sg-1"],"public_ip":""}`, `{"id":"i-2","subnet_id":"subnet-1","vpc_security_group_ids":["sg-1"],"public_ip":"203.0.113.10"}`
	const group, machine = "aws_security_group", "aws_instance"
	network := []string{
		resource("aws_vpc", `{"id":"vpc-1","cidr_block":"10.0.0.0/16"}`), resource("aws_subnet", `{"id":"subnet-1","vpc_id":"vpc-1","cidr_block":"10.0.1.0/24"}`),
		resource("aws_internet_gateway", `{"id":"igw-1","vpc_id":"vpc-1"}`),
		resource("aws_route_table", `{"id":"rtb-1","vpc_id":"vpc-1","route":[{"cidr_block":"0.0.0.0/0","gateway_id":"igw-1"}]}`),
		resource("aws_route_table_association", `{"id":"a","subnet_id":"subnet-1","route_table_id":"rtb-1"}`),
	}
	tests := []struct {
		name      string
		resources []string
		want      string // of each verdict one, sorted
	}{
		{"closed once", []string{resource(group, closed), resource(machine, outside)}, "not_exposed"},
		{"closed twice", []string{resource(group, closed), resource(group, closed), resource(machine, outside)}, "not_exposed"},
		{"open and closed", []string{resource(group, open), resource(group, closed), resource(machine, outside)}, "exposed unknown"},
		{"closed and open", []string{resource(group, closed), resource(group, open), resource(machine, outside)}, "exposed unknown"},
		{"closed and closed otherwise", []string{resource(group, closed), resource(group, `{"id":"sg-2","vpc_id":"vpc-1","ingress":[]}`), resource(machine, outside)}, "unknown"},
		{"a machine inside and outside", []string{resource(group, open), resource(machine, inside), resource(machine, outside)}, "exposed unknown"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in, err := tfstate.Parse("a.tfstate", []byte(`{"version":4,"lineage":"a","resources":[`+strings.Join(slices.Concat(network, test.resources), ",")+`]}`))
			if err != nil {
				t.Fatal(err)
			}
			a := analyze(in)
			var got []string
			for _, e := range slices.Concat(a.Endpoints, a.Blocked) {
				got = append(got, string(e.Verdict))
			}
			slices.Sort(got)
			if verdicts := strings.Join(slices.Compact(got), " "); verdicts != test.want {
				t.Errorf("%q, want %q; it says\n%s", verdicts, test.want, said(a))
			}
			if twice := test.name != "closed once"; twice != strings.Contains(said(a), "more than once") {
				t.Errorf("that an address comes twice is told in\n%s, want %v", said(a), twice)
			}
		})
	}
}

// A list of rules that a dynamic block makes of something unknown looks like
// one that was left out. Nothing is certain of it then.
func TestADynamicBlockOfSomethingUnknown(t *testing.T) {
	machine := planned{address: "aws_instance.web", after: attributes{"associate_public_ip_address": true, "vpc_security_group_ids": []string{"sg-1"}, "subnet_id": "subnet-0"},
		unknown: attributes{"id": true, "public_ip": true}, sets: attributes{"associate_public_ip_address": constant(true), "vpc_security_group_ids": constant([]string{"sg-1"})}}
	group := planned{address: "aws_security_group.web", after: attributes{"id": "sg-1", "name": "web"}, unknown: attributes{"ingress": true, "egress": true},
		sets: attributes{"name": constant("web")}}
	rule := planned{address: "aws_security_group_rule.web", after: attributes{"type": "ingress", "security_group_id": "sg-1", "protocol": "tcp", "from_port": 22, "to_port": 22,
		"cidr_blocks": []string{"198.51.100.0/24"}}, sets: attributes{"cidr_blocks": constant([]string{"198.51.100.0/24"})}}
	firewall := gcpOpen(nil)
	gcp := []planned{{address: "google_compute_instance.web", after: firewall["google_compute_instance.web"]}, {address: "google_compute_network.n", after: firewall["google_compute_network.n"]},
		{address: "google_compute_firewall.web", after: attributes{"name": "web", "network": "projects/p/global/networks/n", "project": "p", "direction": "INGRESS", "source_ranges": []string{"0.0.0.0/0"}, "deny": []attributes{}},
			unknown: attributes{"id": true, "allow": true}, sets: attributes{"name": constant("web")}}}
	tests := []struct {
		name      string
		resources []planned
		want      string
		says      string
	}{
		{"the only rules of a group", []planned{machine, group}, "unknown aws_instance.web 0-65535 unlikely", "gets some by a dynamic block"},
		// Rules inside a group exclude rule resources for it, so that it has none.
		{"beside a rule resource", []planned{machine, group, rule}, "not_exposed aws_instance.web 22", "198.51.100.0/24"},
		{"what a firewall allows", gcp, "unknown google_compute_instance.web 0-65535 unlikely", "what google_compute_firewall.web speaks of"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := analyze(planOf(t, "plan.json", test.resources...))
			if got := strings.Join(tcp(a), "\n"); got != test.want || !strings.Contains(said(a), test.says) {
				t.Errorf("%q, want %q and %q; it says\n%s", got, test.want, test.says, said(a))
			}
		})
	}
}

// Of a restricted endpoint the blockers are what restricts it, and not the
// whole way again.
func TestBlockersOfARestrictedEndpoint(t *testing.T) {
	a := analyze(input(t, "web.tfstate", awsOpen(attributes{"cidr_blocks": []string{"198.51.100.0/24"}})))
	if got := tcp(a); len(got) != 1 || len(a.Endpoints[0].Hops) != 3 {
		t.Fatalf("%q with hops %v, want one endpoint with three", got, a.Endpoints[0].Hops)
	}
	if b := a.Endpoints[0].Blockers; len(b) != 1 || b[0].Gate != "security_group" {
		t.Errorf("blockers = %v, want the group's rule alone", b)
	}
}
