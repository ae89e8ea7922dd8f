# Validates what a state exposes to the internet, and fails the run on critical
# findings.

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

resource "dynamicscan_settings" "estate" {
  scan_interval   = "1h"
  severity_policy = "moderate"
  user_agent      = "acme-exposure-check"
}

data "dynamicscan_validation" "estate" {
  state     = { path = var.state }
  endpoints = var.endpoints
  settings  = dynamicscan_settings.estate
  fail_on   = "critical"
  report    = { json = "exposure.json", text = "exposure.txt" }
}

output "exposure" {
  value = data.dynamicscan_validation.estate.summary
}
