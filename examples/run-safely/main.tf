# A first look at production: slowly, at night, without pictures, by a state that
# is not old, and without failing anything.

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

resource "dynamicscan_settings" "careful" {
  screenshots   = false
  max_state_age = "24h"
  http_ports    = var.http_ports
  user_agent    = "acme-exposure-check (security@acme.example)"

  limits       = { connections_per_second = 5, connections = 2 }
  scan_windows = var.scan_windows

  host_configuration_rules = { enabled = false } # one GET and nothing more
}

data "dynamicscan_validation" "first_look" {
  state       = { path = var.state }
  settings    = dynamicscan_settings.careful
  enforcement = "warn"
  report      = { text = "exposure.txt" }
}

output "summary" {
  value = data.dynamicscan_validation.first_look.summary
}
