# A severity policy of one's own. It is read and checked by validate and plan.

terraform {
  required_providers {
    dynamicscan = {
      source = "dynamicscan/dynamicscan"
    }
  }
}

resource "dynamicscan_settings" "web" {
  custom_policy = file("${path.module}/severity.rego")
}

data "dynamicscan_validation" "web" {
  settings = dynamicscan_settings.web
  endpoints = {
    "aws_lb.www" = {
      host    = "www.acme.example"
      ports   = ["80", "443"]
      project = "www-shop"
    }
  }
}
