package oci

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// Cloud returns what this package knows of Oracle Cloud.
func Cloud() reach.Cloud {
	return reach.Cloud{
		Name:   "oci",
		Prefix: "oci_",
		Covers: func(resourceType string) bool { return slices.Contains(covered, resourceType) },
		Candidates: func(g *reach.Graph) []reach.Candidate {
			e := &estate{g}
			return slices.Concat(e.instances(), e.publicIPs(), e.loadBalancers(), e.clusters(), e.buckets())
		},
		Doubts: map[string]reach.Doubtful{assumeDefaultList: reach.DoesBoth, assumeDefaultTable: reach.KeepsOut},
		Assumptions: map[string]string{
			assumeDefaultList:  "The default security list of a network, which is not declared, is as Oracle made it: it admits everyone to tcp port 22.",
			assumeDefaultTable: "The default route table of a network, which is not declared, is as Oracle made it: empty.",
		},
	}
}

// The ids of the named assumptions.
const (
	assumeDefaultList  = "oci.default_seclist"
	assumeDefaultTable = "oci.default_route_table"
)

// covered lists the types that are understood as sources of endpoints or as
// parts of paths.
var covered = []string{
	"oci_containerengine_cluster", "oci_core_default_route_table", "oci_core_default_security_list", "oci_core_instance",
	"oci_core_internet_gateway", "oci_core_network_security_group", "oci_core_network_security_group_security_rule",
	"oci_core_public_ip", "oci_core_route_table", "oci_core_route_table_attachment", "oci_core_security_list",
	"oci_core_subnet", "oci_core_vcn", "oci_core_vnic_attachment", "oci_load_balancer", "oci_load_balancer_listener",
	"oci_load_balancer_load_balancer", "oci_network_load_balancer_listener", "oci_network_load_balancer_network_load_balancer",
	"oci_objectstorage_bucket",
}

// estate is one input while it is analysed.
type estate struct{ g *reach.Graph }

func identity(r *tfstate.Resource) exposure.Identity {
	return exposure.Identity{Cloud: "oci", ID: flat.Text(r, "id"), Account: flat.Text(r, "compartment_id"), Region: regionOf(flat.Text(r, "id"))}
}

// shortRegions are the regions whose identifiers have a short name for them.
var shortRegions = map[string]string{"iad": "us-ashburn-1", "phx": "us-phoenix-1", "fra": "eu-frankfurt-1", "lhr": "uk-london-1"}

// regionOf returns the region that an OCID names, ocid1.TYPE.REALM.REGION.ID.
// It is empty for those that name none.
func regionOf(ocid string) string {
	parts := strings.Split(ocid, ".")
	if len(parts) < 5 || parts[0] != "ocid1" {
		return ""
	}
	if long, ok := shortRegions[parts[3]]; ok {
		return long
	}
	if !strings.Contains(parts[3], "-") {
		return ""
	}
	return parts[3]
}

func join(resourceType string) reach.Join { return reach.Join{Type: resourceType, Attr: "id"} }

func itoa(n int) string { return strconv.Itoa(n) }
