package digitalocean

import (
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// Cloud returns what this package knows of DigitalOcean.
func Cloud() reach.Cloud {
	return reach.Cloud{
		Name:   "digitalocean",
		Prefix: "digitalocean_",
		Covers: func(resourceType string) bool { return slices.Contains(covered, resourceType) },
		Candidates: func(g *reach.Graph) []reach.Candidate {
			return slices.Concat(droplets(g), loadBalancers(g), buckets(g))
		},
		Assumptions: map[string]string{
			assumeNoFirewall: "No cloud firewall that is declared elsewhere applies to the droplet: without any, every port is open.",
		},
	}
}

// assumeNoFirewall is the id of a named assumption.
const assumeNoFirewall = "digitalocean.no_firewall"

// covered lists the types that are understood as sources of endpoints or as
// parts of paths.
var covered = []string{
	"digitalocean_droplet", "digitalocean_firewall", "digitalocean_floating_ip", "digitalocean_floating_ip_assignment",
	"digitalocean_loadbalancer", "digitalocean_reserved_ip", "digitalocean_reserved_ip_assignment",
	"digitalocean_reserved_ipv6", "digitalocean_reserved_ipv6_assignment", "digitalocean_spaces_bucket",
	"digitalocean_spaces_bucket_object", "digitalocean_spaces_bucket_policy", "digitalocean_tag",
}

func identity(r *tfstate.Resource) exposure.Identity {
	id := flat.Text(r, "urn")
	if id == "" {
		id = flat.Text(r, "id")
	}
	return exposure.Identity{Cloud: "digitalocean", ID: id, Region: flat.Text(r, "region")}
}
