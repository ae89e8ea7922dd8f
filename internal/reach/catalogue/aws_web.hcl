service "aws_cloudfront_distribution" {
  provider = "aws"
  kind     = "web"

  let {
    signed = try(length(self.default_cache_behavior[0].trusted_key_groups), 0) + try(length(self.default_cache_behavior[0].trusted_signers), 0)
    notes = [
      coalesce_known(self.web_acl_id, "") != "" ? "a web ACL filters requests" : null,
      try(self.restrictions[0].geo_restriction[0].restriction_type, "none") != "none" ? "restricted by country" : null,
    ]
  }

  identity {
    id      = coalesce_known(self.arn, self.id)
    account = arn_part(self.arn, "account")
  }

  endpoint "distribution" {
    host   = self.domain_name
    names  = self.aliases
    ports  = [80, 443]
    front  = "shared"
    access = let.signed > 0 ? "authenticated" : "anonymous"
    notes  = let.notes

    # Required by the provider, so that an input without it shows too little.
    gate "flag" {
      open        = self.enabled
      because     = "enabled"
      when_open   = "answers requests"
      when_closed = "is disabled"
    }
  }

  endpoint "http3" {
    enabled_when = contains(["http3", "http2and3"], lower(coalesce_known(self.http_version, "http2")))
    host         = self.domain_name
    names        = self.aliases
    port         = 443
    transport    = "udp"
    app          = "https"
    front        = "shared"
    access       = let.signed > 0 ? "authenticated" : "anonymous"
    notes        = let.notes

    gate "flag" {
      open        = self.enabled
      because     = "enabled"
      when_open   = "answers requests"
      when_closed = "is disabled"
    }
  }
}

# Every function URL is reachable. With authorization NONE the resource policy of the function
# still has to let everyone in.
service "aws_lambda_function_url" {
  provider = "aws"
  kind     = "web"

  let {
    permissions = peers("aws_lambda_permission", "function_name", "function_name", "aws_lambda_function", "function_name", "arn", "id")
    everyone    = [for p in let.permissions : p.statement_id if p.principal == "*" && coalesce_known(p.function_url_auth_type, "") == "NONE"]
  }

  identity {
    id      = coalesce_known(self.function_arn, self.id)
    account = arn_part(self.function_arn, "account")
    region  = coalesce_known(arn_part(self.function_arn, "region"), self.region)
  }

  endpoint "url" {
    host   = urlhost(self.function_url)
    port   = 443
    app    = "https"
    front  = "shared"
    access = self.authorization_type == "NONE" && length(let.everyone) > 0 ? "anonymous" : "authenticated"
    notes  = self.authorization_type == "NONE" && length(let.everyone) == 0 ? ["no permission for everyone is declared, but some versions of the provider add one when they create the URL"] : []

    gate "flag" {
      open      = true
      because   = "function_url"
      when_open = "is a URL on the internet"
    }
  }
}

# The default endpoint answers as soon as a stage is there. An API with a target has a stage of its own.
service "aws_apigatewayv2_api" {
  provider = "aws"
  kind     = "api"

  let {
    stages = children("aws_apigatewayv2_stage", "api_id")
    routes = [for route in children("aws_apigatewayv2_route", "api_id") : coalesce_known(route.authorization_type, "NONE")]
    opened = contains(let.routes, "NONE") || coalesce_known(self.target, "") != ""
  }

  identity {
    id      = coalesce_known(self.arn, self.id)
    account = arn_part(self.execution_arn, "account")
    region  = coalesce_known(arn_part(self.arn, "region"), self.region)
  }

  endpoint "api" {
    host   = urlhost(self.api_endpoint)
    port   = 443
    app    = "https"
    front  = "shared"
    access = let.opened ? "anonymous" : length(let.routes) > 0 ? "authenticated" : "unknown"

    gate "flag" {
      open        = self.disable_execute_api_endpoint != true
      because     = "disable_execute_api_endpoint"
      when_open   = "has a public default endpoint"
      when_closed = "answers only at its custom domain names"
    }

    gate "flag" {
      open        = length(let.stages) > 0 || coalesce_known(self.target, "") != ""
      because     = "aws_apigatewayv2_stage.api_id"
      when_open   = "has a stage"
      when_closed = "has no stage, so that nothing is deployed"
    }
  }
}
