// Package clouds lists the clouds that the analysis knows. It holds no
// knowledge of its own.
package clouds

import (
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
func All() []reach.Cloud {
	return []reach.Cloud{aws.Cloud(), azure.Cloud(), gcp.Cloud(), digitalocean.Cloud(), hetzner.Cloud(), kubernetes.Cloud(), linode.Cloud(), oci.Cloud(), vultr.Cloud(), catalogue.Cloud(aws.Gates()...)}
}
