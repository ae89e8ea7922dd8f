terraform {
  required_providers {
    dynamicscan = {
      source = "dynamicscan/dynamicscan"
    }
  }
}

provider "dynamicscan" {
  # Only public addresses are probed, and the networks named here.
  allowed_networks = ["10.20.0.0/16"]
}
