package gcp

import (
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
)

// Cloud returns what this package knows of Google Cloud.
func Cloud() reach.Cloud {
	return reach.Cloud{
		Name:        "gcp",
		Prefix:      "google_",
		Covers:      func(resourceType string) bool { return slices.Contains(covered, resourceType) },
		Candidates:  func(g *reach.Graph) []reach.Candidate { return newEstate(g).candidates() },
		Assumptions: assumptions,
		Doubts:      map[string]reach.Doubtful{assumeDefaultNetwork: reach.DoesBoth, assumePeers: reach.KeepsOut},
		Routine:     []string{assumeDefaultRoute, assumeNoHierarchy, assumeNoPrevention},
	}
}

// estate is one input while it is analysed, with what was worked out already.
type estate struct {
	g        *reach.Graph
	objects  map[objectKey]object
	firewall map[string][]stage // by network interface
}

func newEstate(g *reach.Graph) *estate {
	return &estate{g: g, objects: map[objectKey]object{}, firewall: map[string][]stage{}}
}

// candidates returns everything that may be exposed.
func (e *estate) candidates() []reach.Candidate {
	return slices.Concat(e.instances(), e.groups(), e.forwardingRules(), e.gateways(), e.databases(), e.serverless(), e.buckets())
}

// The ids of the named assumptions.
const (
	assumeDefaultNetwork = "gcp.default_network"
	assumeDefaultRoute   = "gcp.default_route"
	assumeNoHierarchy    = "gcp.no_hierarchical_policy"
	assumeNoPrevention   = "gcp.no_public_access_prevention"
	assumePeers          = "gcp.vpn_peers"
)

var assumptions = map[string]string{
	assumeDefaultNetwork: "The network default, for which no firewall rule is declared, is as Google made it: its rules admit everyone to tcp ports 22 and 3389 and to ICMP, and others to nothing.",
	assumeDefaultRoute:   "A network that is not declared has the default route to the internet that Google made.",
	assumeNoPrevention:   "No organisation policy prevents public access to buckets.",
	assumePeers:          "A VPN gateway answers nobody but the peers of its tunnels.",
	assumeNoHierarchy:    "No firewall policy is attached to the organisation or to a folder above the project.",
}

// covered lists the types that are understood as sources of endpoints or as
// parts of paths. Types that hold no endpoint and shape no path, such as a
// disk, are not listed.
var covered = []string{
	"google_app_engine_application", "google_app_engine_domain_mapping", "google_app_engine_firewall_rule",
	"google_app_engine_service_network_settings", "google_cloud_run_domain_mapping",
	"google_cloud_run_service", "google_cloud_run_service_iam_binding", "google_cloud_run_service_iam_member",
	"google_cloud_run_service_iam_policy", "google_cloud_run_v2_service",
	"google_cloud_run_v2_service_iam_binding", "google_cloud_run_v2_service_iam_member",
	"google_cloud_run_v2_service_iam_policy", "google_cloudfunctions2_function",
	"google_cloudfunctions_function", "google_cloudfunctions_function_iam_binding",
	"google_cloudfunctions_function_iam_member", "google_cloudfunctions_function_iam_policy",
	"google_compute_address", "google_compute_autoscaler", "google_compute_backend_bucket",
	"google_compute_backend_service", "google_compute_external_vpn_gateway", "google_compute_firewall",
	"google_compute_firewall_policy", "google_compute_firewall_policy_association",
	"google_compute_firewall_policy_rule", "google_compute_firewall_policy_with_rules",
	"google_compute_forwarding_rule", "google_compute_global_address", "google_compute_global_forwarding_rule",
	"google_compute_global_network_endpoint_group", "google_compute_ha_vpn_gateway", "google_compute_instance",
	"google_compute_instance_from_template", "google_compute_instance_group",
	"google_compute_instance_group_manager", "google_compute_instance_group_membership",
	"google_compute_instance_template", "google_compute_network",
	"google_compute_network_endpoint", "google_compute_network_endpoint_group",
	"google_compute_network_endpoints", "google_compute_network_firewall_policy",
	"google_compute_network_firewall_policy_association", "google_compute_network_firewall_policy_rule",
	"google_compute_network_firewall_policy_with_rules", "google_compute_region_autoscaler",
	"google_compute_region_backend_service", "google_compute_region_instance_group_manager",
	"google_compute_region_instance_template", "google_compute_region_network_endpoint_group",
	"google_compute_region_network_firewall_policy",
	"google_compute_region_network_firewall_policy_association",
	"google_compute_region_network_firewall_policy_rule",
	"google_compute_region_network_firewall_policy_with_rules", "google_compute_region_security_policy",
	"google_compute_region_security_policy_rule", "google_compute_region_target_http_proxy",
	"google_compute_region_target_https_proxy", "google_compute_region_target_tcp_proxy",
	"google_compute_region_url_map", "google_compute_route", "google_compute_security_policy",
	"google_compute_security_policy_rule", "google_compute_subnetwork", "google_compute_target_grpc_proxy",
	"google_compute_target_http_proxy", "google_compute_target_https_proxy", "google_compute_target_instance",
	"google_compute_target_pool", "google_compute_target_ssl_proxy", "google_compute_target_tcp_proxy",
	"google_compute_url_map", "google_compute_vpn_gateway", "google_compute_vpn_tunnel", "google_folder",
	"google_network_security_address_group", "google_project", "google_service_account", "google_sql_database_instance",
	"google_storage_bucket", "google_storage_bucket_access_control", "google_storage_bucket_acl",
	"google_storage_bucket_iam_binding", "google_storage_bucket_iam_member",
	"google_storage_bucket_iam_policy", "google_storage_default_object_access_control",
	"google_storage_default_object_acl", "google_tags_location_tag_binding", "google_tags_tag_value",
}
