# Accepts one finding with a reason, an owner and an end, and fails on every
# other one.

terraform {
  required_providers {
    dynamicscan = {
      source = "dynamicscan/dynamicscan"
    }
  }
}

provider "dynamicscan" {
  allowed_networks = var.allowed_networks
}

data "dynamicscan_validation" "estate" {
  state = { path = var.state }

  settings = {
    screenshots = false
    http_ports  = var.http_ports
  }

  waivers = [
    {
      rule     = "http-no-authentication"
      resource = "aws_instance.web"
      reason   = "Public status page, reviewed in SEC-1204"
      owner    = "web team"
      expires  = var.accepted_until
    },
  ]

  report = {
    sarif = "exposure.sarif" # waived findings are suppressions
    junit = "exposure.xml"
    html  = "exposure.html"
  }
}

output "waived" {
  value = [for f in data.dynamicscan_validation.estate.findings : "${f.rule} of ${f.resource_address}" if f.waived]
}
