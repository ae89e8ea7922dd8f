# The default endpoint of an API answers as soon as something is deployed, unless the API is private
# or shows itself at its own domain names only. Its policy decides from where requests may come.
service "aws_api_gateway_rest_api" {
  provider = "aws"
  kind     = "api"

  let {
    region   = coalesce_known(arn_part(self.arn, "region"), arn_part(self.execution_arn, "region"), self.region)
    suffix   = can(split("cn-", let.region)[1]) ? "amazonaws.com.cn" : "amazonaws.com"
    stages   = children("aws_api_gateway_stage", "rest_api_id")
    deployed = [for d in children("aws_api_gateway_deployment", "rest_api_id") : d.id if coalesce_known(d.stage_name, "") != ""]
    methods  = [for m in children("aws_api_gateway_method", "rest_api_id") : m.authorization == "NONE" && !coalesce_known(m.api_key_required, false)]
    policies = concat([self.policy], [for p in children("aws_api_gateway_rest_api_policy", "rest_api_id") : p.policy])
  }

  identity {
    id      = coalesce_known(self.arn, self.id)
    account = arn_part(self.execution_arn, "account")
    region  = let.region
  }

  endpoint "api" {
    host   = "${self.id}.execute-api.${let.region}.${let.suffix}"
    port   = 443
    app    = "https"
    front  = "shared"
    access = contains(let.methods, true) ? "anonymous" : length(let.methods) > 0 ? "authenticated" : "unknown"

    gate "flag" {
      open        = !contains(self.endpoint_configuration[0].types, "PRIVATE")
      default     = true
      because     = "endpoint_configuration[0].types"
      when_open   = "has a public endpoint"
      when_closed = "answers only inside a VPC"
    }

    gate "flag" {
      open        = self.disable_execute_api_endpoint != true
      because     = "disable_execute_api_endpoint"
      when_open   = "has a public default endpoint"
      when_closed = "answers only at its custom domain names"
    }

    gate "flag" {
      open        = length(let.stages) + length(let.deployed) > 0
      because     = "aws_api_gateway_stage.rest_api_id"
      when_open   = "has a stage"
      when_closed = "has no stage, so that nothing is deployed"
    }

    gate "policy" {
      engine    = "aws"
      documents = let.policies
      actions   = ["execute-api:Invoke"]
      because   = "policy"
    }
  }
}

# A domain name answers when an API is mapped to it. Its own names are what records point at.
service "aws_api_gateway_domain_name" {
  provider = "aws"
  kind     = "api"

  let {
    mappings = concat(children("aws_api_gateway_base_path_mapping", "domain_name", "domain_name"), children("aws_apigatewayv2_api_mapping", "domain_name", "domain_name"))
  }

  identity {
    id     = coalesce_known(self.arn, self.id)
    region = coalesce_known(arn_part(self.arn, "region"), self.region)
  }

  endpoint "domain" {
    host   = self.domain_name
    names  = [for name in [self.regional_domain_name, self.cloudfront_domain_name] : name if coalesce_known(name, "") != ""]
    port   = 443
    app    = "https"
    front  = "shared"
    access = coalesce_known(length(self.mutual_tls_authentication), 0) > 0 ? "authenticated" : "unknown"

    gate "flag" {
      open        = !contains(self.endpoint_configuration[0].types, "PRIVATE")
      default     = true
      because     = "endpoint_configuration[0].types"
      when_open   = "is a public domain name"
      when_closed = "answers only inside a VPC"
    }

    gate "flag" {
      open        = length(let.mappings) > 0
      because     = "aws_api_gateway_base_path_mapping.domain_name"
      when_open   = "has an API"
      when_closed = "has no API"
    }
  }
}

service "aws_apigatewayv2_domain_name" {
  provider = "aws"
  kind     = "api"

  let {
    mappings = concat(children("aws_apigatewayv2_api_mapping", "domain_name", "domain_name"), children("aws_api_gateway_base_path_mapping", "domain_name", "domain_name"))
  }

  identity {
    id     = coalesce_known(self.arn, self.id)
    region = coalesce_known(arn_part(self.arn, "region"), self.region)
  }

  endpoint "domain" {
    host   = self.domain_name
    names  = [for c in self.domain_name_configuration : c.target_domain_name]
    port   = 443
    app    = "https"
    front  = "shared"
    access = coalesce_known(length(self.mutual_tls_authentication), 0) > 0 ? "authenticated" : "unknown"

    gate "flag" {
      open        = length(let.mappings) > 0
      because     = "aws_apigatewayv2_api_mapping.domain_name"
      when_open   = "has an API"
      when_closed = "has no API"
    }
  }
}
