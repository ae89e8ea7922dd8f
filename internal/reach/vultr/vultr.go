package vultr

import (
	"slices"
	"strconv"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// Cloud returns what this package knows of Vultr.
func Cloud() reach.Cloud {
	return reach.Cloud{
		Name:        "vultr",
		Prefix:      "vultr_",
		Covers:      func(resourceType string) bool { return slices.Contains(covered, resourceType) },
		Candidates:  func(g *reach.Graph) []reach.Candidate { return slices.Concat(instances(g), loadBalancers(g)) },
		Assumptions: map[string]string{},
	}
}

// covered lists the types that are understood as sources of endpoints or as
// parts of paths.
var covered = []string{
	"vultr_bare_metal_server", "vultr_firewall_group", "vultr_firewall_rule", "vultr_instance", "vultr_instance_ipv4",
	"vultr_load_balancer", "vultr_reserved_ip",
}

func identity(r *tfstate.Resource) exposure.Identity {
	return exposure.Identity{Cloud: "vultr", ID: flat.Text(r, "id"), Region: flat.Text(r, "region")}
}

func itoa(n int) string { return strconv.Itoa(n) }
