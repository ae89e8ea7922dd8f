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
	return slices.Concat(e.instances(), e.groups())
}

// The ids of the named assumptions.
const (
	assumeDefaultNetwork = "gcp.default_network"
	assumeDefaultRoute   = "gcp.default_route"
	assumeNoHierarchy    = "gcp.no_hierarchical_policy"
)

var assumptions = map[string]string{
	assumeDefaultNetwork: "The network default, for which no firewall rule is declared, is as Google made it: its rules admit everyone to tcp ports 22 and 3389 and to ICMP, and others to nothing.",
	assumeDefaultRoute:   "A network that is not declared has the default route to the internet that Google made.",
	assumeNoHierarchy:    "No firewall policy is attached to the organisation or to a folder above the project.",
}

// covered lists the types that are understood as sources of endpoints or as
// parts of paths. Types that hold no endpoint and shape no path, such as a
// disk, are not listed.
var covered = []string{
	"google_compute_address", "google_compute_firewall", "google_compute_firewall_policy",
	"google_compute_firewall_policy_association", "google_compute_firewall_policy_rule",
	"google_compute_firewall_policy_with_rules", "google_compute_global_address", "google_compute_instance",
	"google_compute_instance_from_template", "google_compute_instance_group_manager",
	"google_compute_instance_template", "google_compute_network", "google_compute_network_firewall_policy",
	"google_compute_network_firewall_policy_association", "google_compute_network_firewall_policy_rule",
	"google_compute_network_firewall_policy_with_rules", "google_compute_region_instance_group_manager",
	"google_compute_region_instance_template", "google_compute_region_network_firewall_policy",
	"google_compute_region_network_firewall_policy_association", "google_compute_region_network_firewall_policy_rule",
	"google_compute_region_network_firewall_policy_with_rules", "google_compute_route", "google_compute_subnetwork",
	"google_folder", "google_network_security_address_group", "google_project", "google_tags_location_tag_binding",
}
