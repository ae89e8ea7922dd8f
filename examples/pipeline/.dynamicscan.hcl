# Found by itself in the working folder. The names are those of
# dynamicscan_settings; waivers are those of dynamicscan_validation.

scan_interval   = "24h"
severity_policy = "moderate"
user_agent      = "acme-exposure-check (security@acme.example)"

scope = {
  exclude_projects = ["sandbox-*"]
}

waivers = [
  {
    rule     = "open-port"
    resource = "aws_instance.bastion"
    ports    = ["22"]
    reason   = "Jump host; key login only, reviewed in SEC-1204"
    owner    = "platform team"
    expires  = "2030-06-30"
  },
]
