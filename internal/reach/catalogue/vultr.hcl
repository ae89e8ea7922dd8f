# With a managed firewall, whose rules no resource shows, it is not known who gets to the API.
service "vultr_kubernetes" {
  provider = "vultr"
  kind     = "k8s_api"

  identity {
    id     = self.id
    region = self.region
  }

  endpoint "api" {
    host   = urlhost(self.endpoint)
    port   = 6443
    app    = "https"
    front  = "dedicated"
    access = "authenticated"

    gate "flag" {
      open      = try(self.enable_firewall, false) == true ? null : true
      because   = "enable_firewall"
      when_open = "has a public API endpoint"
    }
  }
}

# A database without trusted addresses admits everyone.
service "vultr_database" {
  provider = "vultr"
  kind     = "database"

  identity {
    id     = self.id
    region = self.region
  }

  endpoint "primary" {
    host   = coalesce_known(self.public_host, self.host)
    port   = coalesce_known(self.port, 16751)
    front  = "dedicated"
    access = "authenticated"

    gate "cidrs" {
      allow      = self.trusted_ips
      default    = []
      when_empty = "world"
      because    = "trusted_ips"
    }
  }
}
