# Looks only at what belongs to production and to this team, and says so of the
# rest: what is left out stays in the report.

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

resource "dynamicscan_settings" "scope" {
  screenshots = false
  http_ports  = var.http_ports

  # Every list has to admit an endpoint. Lists hold globs.
  scope = {
    include_accounts = var.accounts
    exclude_modules  = ["module.sandbox"] # with all that is below it
    exclude_tags     = { scan = "never" }
    exclude_projects = ["legacy-*"] # of endpoints that name their project
  }
}

data "dynamicscan_validation" "estate" {
  state             = { path = var.state }
  endpoints         = var.endpoints
  settings          = dynamicscan_settings.scope
  fail_on_unscanned = var.fail_on_unscanned
}

output "summary" {
  value = data.dynamicscan_validation.estate.summary
}

output "left_out" {
  value = [for r in data.dynamicscan_validation.estate.results : "${r.resource_address} ${r.host}" if r.port_status == "excluded_from_scan"]
}
