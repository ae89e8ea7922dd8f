# A public address admits only the authorized networks.
service "google_alloydb_instance" {
  provider = "gcp"
  kind     = "database"

  identity {
    id = coalesce_known(self.name, self.id)
  }

  endpoint "public" {
    host   = self.public_ip_address
    ports  = [5432, 5433]
    app    = "postgresql"
    front  = "dedicated"
    access = "authenticated"

    gate "flag" {
      open        = self.network_config[0].enable_public_ip
      default     = false
      because     = "network_config[0].enable_public_ip"
      when_open   = "has a public address"
      when_closed = "has no public address"
    }

    gate "cidrs" {
      allow      = [for network in self.network_config[0].authorized_external_networks : network.cidr_range]
      default    = []
      when_empty = "none"
      because    = "network_config[0].authorized_external_networks"
    }
  }
}
