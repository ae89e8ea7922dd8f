package linode

import (
	"slices"
	"strconv"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// Cloud returns what this package knows of Linode.
func Cloud() reach.Cloud {
	return reach.Cloud{
		Name:       "linode",
		Prefix:     "linode_",
		Covers:     func(resourceType string) bool { return slices.Contains(covered, resourceType) },
		Candidates: func(g *reach.Graph) []reach.Candidate { return slices.Concat(instances(g), balancers(g)) },
		Assumptions: map[string]string{
			assumeNoFirewall: "No Cloud Firewall that is declared elsewhere is attached: without any, every port is open.",
		},
	}
}

// assumeNoFirewall is the id of a named assumption.
const assumeNoFirewall = "linode.no_firewall"

// covered lists the types that are understood as sources of endpoints or as
// parts of paths.
var covered = []string{
	"linode_firewall", "linode_firewall_device", "linode_instance", "linode_instance_ip", "linode_nodebalancer",
	"linode_nodebalancer_config",
}

func identity(r *tfstate.Resource) exposure.Identity {
	return exposure.Identity{Cloud: "linode", ID: flat.Text(r, "id"), Region: flat.Text(r, "region")}
}

func itoa(n int) string { return strconv.Itoa(n) }
