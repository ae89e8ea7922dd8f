output "ports" {
  value = provider::dynamicscan::supported_ports()
}
