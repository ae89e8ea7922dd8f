# "high": basic authentication under the default policy.
output "basic" {
  value = provider::dynamicscan::severity("moderate", {
    port_status      = "open"
    http_status_code = 401
    authentication   = "basic"
  })
}
