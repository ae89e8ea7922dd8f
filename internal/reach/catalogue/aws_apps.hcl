# Services that run an application and put a front of their own before it.

service "aws_apprunner_service" {
  provider = "aws"
  kind     = "web"

  identity {
    id      = coalesce_known(self.arn, self.id)
    account = arn_part(self.arn, "account")
    region  = coalesce_known(arn_part(self.arn, "region"), self.region)
  }

  endpoint "service" {
    host   = urlhost(self.service_url)
    names  = [for d in children("aws_apprunner_custom_domain_association", "service_arn", "arn") : d.domain_name]
    port   = 443
    app    = "https"
    front  = "shared"
    access = "anonymous"

    gate "flag" {
      open        = self.network_configuration[0].ingress_configuration[0].is_publicly_accessible
      default     = true
      because     = "network_configuration[0].ingress_configuration[0].is_publicly_accessible"
      when_open   = "is publicly accessible"
      when_closed = "answers only inside a VPC"
    }
  }
}

# What an environment does not set has a default that makes it public. The groups of its load
# balancer, or of its one instance, are made by the service and admit everyone to the listeners.
service "aws_elastic_beanstalk_environment" {
  provider = "aws"
  kind     = "web"

  let {
    settings = coalesce_known(self.all_settings, self.setting, [])
    scheme   = [for s in let.settings : lower(s.value) if s.namespace == "aws:ec2:vpc" && s.name == "ELBScheme"]
    single   = [for s in let.settings : lower(s.value) if s.namespace == "aws:elasticbeanstalk:environment" && s.name == "EnvironmentType"]
    address  = [for s in let.settings : lower(s.value) if s.namespace == "aws:ec2:vpc" && s.name == "AssociatePublicIpAddress"]
    tls      = [for s in let.settings : s.name if contains(["aws:elb:listener:443", "aws:elbv2:listener:443"], s.namespace)]
  }

  identity {
    id      = coalesce_known(self.arn, self.id)
    account = arn_part(self.arn, "account")
    region  = coalesce_known(arn_part(self.arn, "region"), self.region)
  }

  endpoint "environment" {
    host  = coalesce_known(self.cname, urlhost(self.endpoint_url))
    ports = length(let.tls) > 0 ? [80, 443] : [80]
    notes = ["the security groups are made by Elastic Beanstalk and are taken to admit everyone to its listeners"]

    gate "flag" {
      open        = lower(self.tier) != "worker"
      default     = true
      because     = "tier"
      when_open   = "serves requests"
      when_closed = "works on a queue and serves nobody"
    }

    gate "flag" {
      open        = !contains(let.scheme, "internal")
      because     = "setting[\"aws:ec2:vpc\"].ELBScheme"
      when_open   = "has no internal load balancer"
      when_closed = "has an internal load balancer"
    }

    gate "flag" {
      open        = !(contains(let.single, "singleinstance") && contains(let.address, "false"))
      because     = "setting[\"aws:ec2:vpc\"].AssociatePublicIpAddress"
      when_open   = "has a public address"
      when_closed = "is one instance without a public address"
    }
  }
}
