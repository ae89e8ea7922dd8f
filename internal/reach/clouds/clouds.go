// Package clouds lists the clouds that the analysis knows. It holds no
// knowledge of its own.
package clouds

import (
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/aws"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/azure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/catalogue"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/digitalocean"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/gcp"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/hetzner"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/kubernetes"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/linode"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/oci"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/vultr"
)

// All returns every cloud, for reach.Analyze.
func All() []reach.Cloud { return With(nil) }

// With returns every cloud with the entries that users wrote, nil for none. An
// entry goes before all else that is known of its type: what a cloud in Go
// would say of a resource that an entry judges is left out.
func With(own *catalogue.Entries) []reach.Cloud {
	out := []reach.Cloud{aws.Cloud(), azure.Cloud(), gcp.Cloud(), digitalocean.Cloud(), hetzner.Cloud(), kubernetes.Cloud(), linode.Cloud(), oci.Cloud(), vultr.Cloud()}
	if own != nil {
		for i, cloud := range out {
			out[i].Candidates = func(g *reach.Graph) []reach.Candidate { return untaken(g, own, cloud.Candidates(g)) }
		}
	}
	return append(out, catalogue.CloudWith(own, aws.Gates()...))
}

// untaken returns the candidates of resources that no entry judges.
func untaken(g *reach.Graph, own *catalogue.Entries, candidates []reach.Candidate) []reach.Candidate {
	taken := map[string]bool{} // by address: a resource may have many candidates
	return slices.DeleteFunc(candidates, func(c reach.Candidate) bool {
		address := c.Endpoint.ResourceAddress
		if _, known := taken[address]; !known {
			taken[address] = own.Takes(g, g.At(address))
		}
		return taken[address]
	})
}
