# The public endpoint of a cluster is filtered by its own list of networks and by nothing else:
# cluster security groups and network ACLs stand before the private endpoint only.
service "aws_eks_cluster" {
  provider = "aws"
  kind     = "k8s_api"

  identity {
    id      = coalesce_known(self.arn, self.id)
    account = arn_part(self.arn, "account")
    region  = coalesce_known(arn_part(self.arn, "region"), self.region)
  }

  endpoint "api" {
    host   = urlhost(self.endpoint)
    port   = 443
    app    = "https"
    front  = "dedicated"
    access = "authenticated"

    gate "flag" {
      open        = self.vpc_config[0].endpoint_public_access
      default     = true
      because     = "vpc_config[0].endpoint_public_access"
      when_open   = "has a public API endpoint"
      when_closed = "has no public API endpoint"
    }

    gate "cidrs" {
      allow      = self.vpc_config[0].public_access_cidrs
      default    = ["0.0.0.0/0"]
      when_empty = "world"
      because    = "vpc_config[0].public_access_cidrs"
    }
  }
}
