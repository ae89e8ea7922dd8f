# A gate inside one apply: the service is created, its endpoint is validated,
# and the name that sends users to it is created only when the gate passes.
#
# terraform_data stands for the resources of your cloud, so that this runs
# anywhere: put aws_instance.web in place of terraform_data.web, and its
# public_ip in place of the output.

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

resource "terraform_data" "web" {
  input = { address = var.address }
}

data "dynamicscan_validation" "gate" {
  # By reference. Through a local or a module output the value would be known in
  # the plan, and the gate would look before the change instead of after it.
  endpoints = {
    "terraform_data.web" = {
      host  = terraform_data.web.output.address
      ports = [var.port]
      path  = "/healthz"
    }
  }

  settings = {
    scan_interval = "1m" # look again in every apply
  }

  fail_on = "high"
}

resource "terraform_data" "dns_record" {
  input      = { name = "www.acme.example", address = terraform_data.web.output.address }
  depends_on = [data.dynamicscan_validation.gate]
}
