# A domain outside a VPC has a public endpoint. Its access policy decides from where requests may
# come, and with fine-grained access control on top whoever comes has to sign in.
service "aws_opensearch_domain" {
  provider = "aws"
  kind     = "database"

  let {
    policies = concat([self.access_policies], [for p in children("aws_opensearch_domain_policy", "domain_name", "domain_name") : p.access_policies])
    requests = ["es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut", "es:ESHttpPatch", "es:ESHttpDelete"]
  }

  identity {
    id      = coalesce_known(self.arn, self.id)
    account = arn_part(self.arn, "account")
    region  = coalesce_known(arn_part(self.arn, "region"), self.region)
  }

  endpoint "domain" {
    host   = urlhost(self.endpoint)
    names  = [for name in [self.domain_endpoint_options[0].custom_endpoint] : name if coalesce_known(self.domain_endpoint_options[0].custom_endpoint_enabled, false)]
    ports  = coalesce_known(self.domain_endpoint_options[0].enforce_https, false) ? [443] : [80, 443]
    front  = "dedicated"
    access = coalesce_known(self.advanced_security_options[0].enabled, false) ? "authenticated" : policy_access(let.policies, let.requests)

    gate "flag" {
      open        = length(self.vpc_options) == 0
      default     = true
      because     = "vpc_options"
      when_open   = "has a public endpoint"
      when_closed = "answers only inside a VPC"
    }

    gate "policy" {
      engine    = "aws"
      documents = let.policies
      actions   = let.requests
      because   = "access_policies"
    }
  }
}

service "aws_elasticsearch_domain" {
  provider = "aws"
  kind     = "database"

  let {
    policies = concat([self.access_policies], [for p in children("aws_elasticsearch_domain_policy", "domain_name", "domain_name") : p.access_policies])
    requests = ["es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut", "es:ESHttpPatch", "es:ESHttpDelete"]
  }

  identity {
    id      = coalesce_known(self.arn, self.id)
    account = arn_part(self.arn, "account")
    region  = coalesce_known(arn_part(self.arn, "region"), self.region)
  }

  endpoint "domain" {
    host   = urlhost(self.endpoint)
    names  = [for name in [self.domain_endpoint_options[0].custom_endpoint] : name if coalesce_known(self.domain_endpoint_options[0].custom_endpoint_enabled, false)]
    ports  = coalesce_known(self.domain_endpoint_options[0].enforce_https, false) ? [443] : [80, 443]
    front  = "dedicated"
    access = coalesce_known(self.advanced_security_options[0].enabled, false) ? "authenticated" : policy_access(let.policies, let.requests)

    gate "flag" {
      open        = length(self.vpc_options) == 0
      default     = true
      because     = "vpc_options"
      when_open   = "has a public endpoint"
      when_closed = "answers only inside a VPC"
    }

    gate "policy" {
      engine    = "aws"
      documents = let.policies
      actions   = let.requests
      because   = "access_policies"
    }
  }
}
