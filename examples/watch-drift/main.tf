# Watches whatever a state exposes. A scheduled plan answers 2 when something
# departs from what was accepted, when something new is exposed, and when
# something has moved or gone.

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

# Works out what is exposed. Nothing is sent.
data "dynamicscan_exposure" "estate" {
  state = { path = var.state }
}

resource "dynamicscan_settings" "watch" {
  scan_interval = "1h" # a run looks again when the last look is older
  screenshots   = false
  http_ports    = var.http_ports
  user_agent    = "acme-exposure-watch (security@acme.example)"
}

resource "dynamicscan_endpoint" "estate" {
  for_each = data.dynamicscan_exposure.estate.endpoints

  host             = each.value.host
  ports            = each.value.ports
  path             = each.value.path
  resource_address = each.value.resource_address
  resource_id      = each.value.resource_id
  settings         = dynamicscan_settings.watch

  baseline = {
    max_severity = lookup(var.accepted, each.value.resource_address, "high")
  }
}
