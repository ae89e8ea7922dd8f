package hetzner

import (
	"cmp"
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// Cloud returns what this package knows of Hetzner Cloud.
func Cloud() reach.Cloud {
	return reach.Cloud{
		Name:       "hetzner",
		Prefix:     "hcloud_",
		Covers:     func(resourceType string) bool { return slices.Contains(covered, resourceType) },
		Candidates: func(g *reach.Graph) []reach.Candidate { return slices.Concat(servers(g), loadBalancers(g)) },
		Assumptions: map[string]string{
			assumeNoFirewall: "No firewall that is declared elsewhere is attached to the server: without any, every port is open.",
		},
	}
}

// assumeNoFirewall is the id of a named assumption.
const assumeNoFirewall = "hetzner.no_firewall"

// covered lists the types that are understood as sources of endpoints or as
// parts of paths.
var covered = []string{
	"hcloud_firewall", "hcloud_firewall_attachment", "hcloud_floating_ip", "hcloud_floating_ip_assignment",
	"hcloud_load_balancer", "hcloud_load_balancer_network", "hcloud_load_balancer_service", "hcloud_load_balancer_target",
	"hcloud_primary_ip", "hcloud_server",
}

func identity(r *tfstate.Resource) exposure.Identity {
	return exposure.Identity{Cloud: "hetzner", ID: flat.Text(r, "id"), Region: cmp.Or(flat.Text(r, "location"), flat.Text(r, "datacenter"))}
}
