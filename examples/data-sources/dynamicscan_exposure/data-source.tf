# What the state of another configuration exposes, by analysis alone.
data "dynamicscan_exposure" "network" {
  state = { path = "../network/terraform.tfstate" }
}

# Every endpoint of it is watched, each with a result of its own.
resource "dynamicscan_endpoint" "network" {
  for_each = data.dynamicscan_exposure.network.endpoints

  host             = each.value.host
  ports            = each.value.ports
  path             = each.value.path
  resource_address = each.value.resource_address
  resource_id      = each.value.resource_id
  baseline         = { max_severity = "medium" }
}

output "not_covered" {
  value = data.dynamicscan_exposure.network.uncovered
}
