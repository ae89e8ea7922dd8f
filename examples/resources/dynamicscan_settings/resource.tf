resource "dynamicscan_settings" "prod" {
  scan_interval   = "12h"
  severity_policy = "moderate"
  http_ports      = ["3000", "9200"]
  user_agent      = "acme-exposure-check (security@acme.example)"

  scope = {
    exclude_projects = ["sandbox-*"]
  }

  limits = {
    connections_per_second = 20
    connect_timeout        = "3s"
  }
}
