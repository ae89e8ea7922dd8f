# With the list switched off, or without one, everyone gets to the API.
service "linode_lke_cluster" {
  provider = "linode"
  kind     = "k8s_api"

  let {
    listed = try(self.control_plane[0].acl[0].enabled, false)
    ipv4   = try(self.control_plane[0].acl[0].addresses[0].ipv4, [])
    ipv6   = try(self.control_plane[0].acl[0].addresses[0].ipv6, [])
  }

  identity {
    id     = self.id
    region = self.region
  }

  endpoint "api" {
    host   = urlhost(self.api_endpoints[0])
    ports  = [443, 6443]
    app    = "https"
    front  = "dedicated"
    access = "authenticated"

    gate "cidrs" {
      allow      = let.listed == true ? concat(let.ipv4 == null ? [] : let.ipv4, let.ipv6 == null ? [] : let.ipv6) : null
      default    = ["0.0.0.0/0"]
      when_empty = "none"
      because    = "control_plane[0].acl[0].addresses"
    }
  }
}

# A database admits nobody until its list names somebody.
service "linode_database_mysql_v2" {
  provider = "linode"
  kind     = "database"

  identity {
    id     = self.id
    region = self.region
  }

  endpoint "primary" {
    host   = self.host_primary
    port   = coalesce_known(self.port, 3306)
    app    = "mysql"
    front  = "dedicated"
    access = "authenticated"

    gate "cidrs" {
      allow      = self.allow_list
      default    = []
      when_empty = "none"
      because    = "allow_list"
    }
  }
}

service "linode_database_postgresql_v2" {
  provider = "linode"
  kind     = "database"

  identity {
    id     = self.id
    region = self.region
  }

  endpoint "primary" {
    host   = self.host_primary
    port   = coalesce_known(self.port, 5432)
    app    = "postgresql"
    front  = "dedicated"
    access = "authenticated"

    gate "cidrs" {
      allow      = self.allow_list
      default    = []
      when_empty = "none"
      because    = "allow_list"
    }
  }
}
