# The analysis knows acme_gateway by the entry in exposure/acme.hcl.
terraform {
  required_providers {
    dynamicscan = {
      source = "dynamicscan/dynamicscan"
    }
  }
}

provider "dynamicscan" {
  catalogue = "exposure/*.hcl"
}

data "dynamicscan_validation" "estate" {
  state = { path = "terraform.tfstate" }
}
