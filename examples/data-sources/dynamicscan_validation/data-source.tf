resource "dynamicscan_settings" "prod" {
  scan_interval = "12h"
}

# What another configuration has built: its state is read, and what it exposes
# is validated.
data "dynamicscan_validation" "network" {
  state    = { path = "../network/terraform.tfstate" }
  settings = dynamicscan_settings.prod
  fail_on  = "high"
  report   = { json = "exposure.json", text = "exposure.txt" }

  waivers = [{
    rule     = "open-port"
    resource = "aws_instance.bastion"
    ports    = ["22"]
    reason   = "Jump host; key login only, reviewed in SEC-1204"
    owner    = "platform team"
    expires  = "2030-06-30"
  }]
}

output "exposure" {
  value = data.dynamicscan_validation.network.summary
}
