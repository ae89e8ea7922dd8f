package aws

import (
	"maps"
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/aws/s3"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// Cloud returns what this package knows of AWS.
func Cloud() reach.Cloud {
	return reach.Cloud{
		Name:   "aws",
		Prefix: "aws_",
		Covers: func(resourceType string) bool {
			return slices.Contains(covered, resourceType) || slices.Contains(loadBalancerTypes, resourceType) ||
				slices.Contains(lightsailTypes, resourceType) || slices.Contains(acceleratorTypes, resourceType) || slices.Contains(s3.Types, resourceType)
		},
		Reads: []string{
			"aws_ec2_transit_gateway", "aws_lambda_alias", "aws_lambda_function", "aws_networkfirewall_firewall", "aws_vpc_endpoint",
			"aws_vpc_peering_connection", "aws_vpn_gateway",
		},
		Candidates:  func(g *reach.Graph) []reach.Candidate { return newEstate(g).candidates() },
		Assumptions: merged(assumptions, s3.Assumptions),
		Doubts: merged(map[string]reach.Doubtful{
			assumeDefaultSG: reach.KeepsOut, assumeClusterSG: reach.KeepsOut, assumeBlueprint: reach.DoesBoth,
		}, s3.Doubts),
		Routine: append([]string{assumeBPAOff, assumeDefaultNACL}, s3.Routine...),
	}
}

func merged[V any](a, b map[string]V) map[string]V {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

// estate is one input while it is analysed, with what was worked out already.
type estate struct {
	g      *reach.Graph
	places map[string]*place
	rules  map[*tfstate.Resource]ruleSet
	faced  map[*tfstate.Resource]bool // network interfaces of an instance
	placed map[*tfstate.Resource]bool // elastic IPs on an interface
	users  map[*tfstate.Resource]bool // elastic IPs that something else uses; nil until asked
	loose  map[reach.Join][]*tfstate.Resource

	carriers map[string]map[*tfstate.Resource][]*tfstate.Resource // see attachedBy
	edges    []edgeLink                                           // see edgeLinks; nil until asked
	pointers map[[2]string]map[string][]reach.Link                // see pointed
	prior    map[reach.Join]map[string][]*tfstate.Resource        // see priorOf
}

func newEstate(g *reach.Graph) *estate {
	return &estate{
		g:      g,
		places: map[string]*place{},
		rules:  map[*tfstate.Resource]ruleSet{},
		faced:  map[*tfstate.Resource]bool{},
		placed: map[*tfstate.Resource]bool{},
		loose:  map[reach.Join][]*tfstate.Resource{},

		carriers: map[string]map[*tfstate.Resource][]*tfstate.Resource{},
		pointers: map[[2]string]map[string][]reach.Link{},
		prior:    map[reach.Join]map[string][]*tfstate.Resource{},
	}
}

// candidates returns everything that may be exposed. Interfaces come after the
// instances that have them, and elastic IPs after both: what is left over is
// judged on its own.
func (e *estate) candidates() []reach.Candidate {
	return slices.Concat(
		e.instances(),
		e.interfaces(),
		e.launches(),
		e.nodeGroups(),
		e.tasks(),
		e.addresses(),
		e.natGateways(),
		e.databases(),
		e.loadBalancers(),
		e.lightsail(),
		e.accelerators(),
		e.classicLoadBalancers(),
		s3.Candidates(e.g),
	)
}

// The ids of the named assumptions.
const (
	assumeDefaultVPC  = "aws.default_vpc"
	assumeDefaultNACL = "aws.default_nacl"

	assumeDefaultSubnet = "aws.default_subnet"
	assumeDefaultSG     = "aws.default_sg"
	assumeBPAOff        = "aws.bpa_off"
	assumeModuleRule    = "aws.rule_of_module"
	assumeGateway       = "aws.gateway_of_vpc"
	assumeClusterSG     = "aws.eks_cluster_sg"
	assumeBlueprint     = "aws.lightsail_ports"
)

var assumptions = map[string]string{
	assumeDefaultVPC:    "The default VPC is as AWS made it: its main route table sends 0.0.0.0/0 to an internet gateway.",
	assumeDefaultSubnet: "A default subnet is as AWS made it: it gives new interfaces a public IPv4 address.",
	assumeDefaultNACL:   "A subnet for which no network ACL is declared has the VPC's default network ACL as AWS made it, which allows everything.",
	assumeDefaultSG:     "The VPC's default security group, which is not declared, is as AWS made it: it admits only its own members.",
	assumeBPAOff:        "VPC block public access, which is not declared, is off in the account and region.",
	assumeModuleRule:    "A rule whose security group is known only after apply belongs to the one group that its module creates.",
	assumeGateway:       "A route whose gateway is known only after apply leads to the internet gateway that is created for the same VPC.",
	assumeClusterSG:     "The security group that EKS makes for a cluster admits its own members and what declared rules add.",
	assumeBlueprint:     "A Lightsail instance for which no open ports are declared has those open that its blueprint opens: SSH and HTTP, or RDP with Windows.",
}

// covered lists the types that are understood as sources of endpoints or as
// parts of paths. Types that hold no endpoint and shape no path, such as an
// IAM role, are not listed.
var covered = []string{
	"aws_autoscaling_group", "aws_db_instance", "aws_db_subnet_group", "aws_default_network_acl",
	"aws_default_route_table", "aws_default_security_group", "aws_default_subnet", "aws_default_vpc",
	"aws_ec2_fleet", "aws_ec2_instance_state", "aws_ec2_managed_prefix_list",
	"aws_ec2_managed_prefix_list_entry", "aws_ecs_service", "aws_ecs_task_definition",
	"aws_egress_only_internet_gateway", "aws_eip", "aws_eip_association", "aws_eks_node_group",
	"aws_instance", "aws_internet_gateway", "aws_internet_gateway_attachment", "aws_launch_configuration",
	"aws_launch_template", "aws_main_route_table_association", "aws_nat_gateway", "aws_network_acl",
	"aws_network_acl_association", "aws_network_acl_rule", "aws_network_interface",
	"aws_network_interface_attachment", "aws_network_interface_sg_attachment", "aws_rds_cluster",
	"aws_rds_cluster_instance", "aws_route", "aws_route_table", "aws_route_table_association",
	"aws_security_group", "aws_security_group_rule", "aws_spot_fleet_request", "aws_spot_instance_request",
	"aws_subnet", "aws_vpc", "aws_vpc_block_public_access_exclusion", "aws_vpc_block_public_access_options",
	"aws_vpc_ipv4_cidr_block_association", "aws_vpc_security_group_egress_rule",
	"aws_vpc_security_group_ingress_rule",
}
