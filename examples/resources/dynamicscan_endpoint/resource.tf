# The bastion may answer on port 22 and on nothing else. When it does,
# "terraform plan -detailed-exitcode" answers 2.
resource "dynamicscan_endpoint" "bastion" {
  host             = "bastion.acme.example"
  ports            = ["22", "80", "443", "8000-8100"]
  resource_address = "aws_instance.bastion"

  settings = {
    scan_interval = "1h"
  }

  baseline = {
    open_ports   = ["22"]
    max_severity = "critical" # an open port that speaks no HTTP is critical
  }
}
