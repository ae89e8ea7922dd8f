// Package catalogue holds what is known of managed services as data: one
// descriptor for each resource type, in HCL files beside this one. A
// descriptor says which hosts and ports a resource offers and which gates
// stand before them; expressions are evaluated over the resource's values.
//
//	service "aws_eks_cluster" {
//	  provider = "aws"
//	  kind     = "k8s_api"
//	  endpoint "api" {
//	    host   = urlhost(self.endpoint)
//	    port   = 443
//	    access = "authenticated"
//	    gate "flag" {
//	      open    = self.vpc_config[0].endpoint_public_access
//	      default = true
//	      because = "vpc_config[0].endpoint_public_access"
//	    }
//	  }
//	}
//
// What an expression steps into and the resource does not have is null, and
// null means that the argument was omitted: the gate's default counts. What is
// known only after apply stays unknown through every operator and ends as a
// gap. Paths through networks, load balancers and buckets need more than one
// resource and are written in Go, in the packages of the clouds.
//
// Types that have no host and open none are listed as inert, so that what the
// analysis counts as not understood is worth a look.
package catalogue
