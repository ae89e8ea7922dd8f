# A cluster answers everyone until it has a firewall; then only the sources of its rules. Those
# other than addresses (droplets, tags, Kubernetes clusters, apps) are inside DigitalOcean.
service "digitalocean_database_cluster" {
  provider = "digitalocean"
  kind     = "database"

  let {
    firewalls = children("digitalocean_database_firewall", "cluster_id")
    addresses = concat([], [for f in let.firewalls : [for r in f.rule : r.value if r.type == "ip_addr"]]...)
  }

  identity {
    id     = coalesce_known(self.urn, self.id)
    region = self.region
  }

  endpoint "primary" {
    host   = self.host
    port   = coalesce_known(self.port, 25060)
    front  = "dedicated"
    access = "authenticated"

    gate "cidrs" {
      allow      = length(let.firewalls) == 0 ? null : let.addresses
      default    = ["0.0.0.0/0"]
      when_empty = "none"
      because    = "digitalocean_database_firewall.rule"
    }
  }

  endpoint "dashboard" {
    enabled_when = self.engine == "opensearch"
    host         = self.ui_host
    port         = coalesce_known(self.ui_port, 443)
    app          = "https"
    front        = "dedicated"
    access       = "authenticated"

    gate "cidrs" {
      allow      = length(let.firewalls) == 0 ? null : let.addresses
      default    = ["0.0.0.0/0"]
      when_empty = "none"
      because    = "digitalocean_database_firewall.rule"
    }
  }
}

# A replica has a firewall of its own, which names it by uuid.
service "digitalocean_database_replica" {
  provider = "digitalocean"
  kind     = "database"

  let {
    firewalls = children("digitalocean_database_firewall", "cluster_id", "uuid")
    addresses = concat([], [for f in let.firewalls : [for r in f.rule : r.value if r.type == "ip_addr"]]...)
  }

  identity {
    id     = coalesce_known(self.uuid, self.id)
    region = self.region
  }

  endpoint "replica" {
    host   = self.host
    port   = coalesce_known(self.port, 25060)
    front  = "dedicated"
    access = "authenticated"

    gate "cidrs" {
      allow      = length(let.firewalls) == 0 ? null : let.addresses
      default    = ["0.0.0.0/0"]
      when_empty = "none"
      because    = "digitalocean_database_firewall.rule"
    }
  }
}

service "digitalocean_kubernetes_cluster" {
  provider = "digitalocean"
  kind     = "k8s_api"

  identity {
    id     = coalesce_known(self.urn, self.id)
    region = self.region
  }

  endpoint "api" {
    host   = urlhost(self.endpoint)
    port   = 443
    app    = "https"
    front  = "dedicated"
    access = "authenticated"

    # Without the firewall, or with it switched off, everyone gets to the API.
    gate "cidrs" {
      allow      = try(self.control_plane_firewall[0].enabled, false) == true ? self.control_plane_firewall[0].allowed_addresses : null
      default    = ["0.0.0.0/0"]
      when_empty = "none"
      because    = "control_plane_firewall[0].allowed_addresses"
    }
  }
}

# An app with nothing but workers and jobs has no URL.
service "digitalocean_app" {
  provider = "digitalocean"
  kind     = "web"

  let {
    answering = try(length(self.spec[0].service), 0) + try(length(self.spec[0].static_site), 0) + try(length(self.spec[0].function), 0)
  }

  identity {
    id = coalesce_known(self.urn, self.id)
  }

  endpoint "app" {
    host  = urlhost(coalesce_known(self.live_url, self.default_ingress))
    names = try([for d in self.spec[0].domain : d.name], [])
    port  = 443
    app   = "https"
    front = "shared"

    gate "flag" {
      open        = let.answering > 0
      because     = "spec[0].service"
      when_open   = "has a service, site or function on the internet"
      when_closed = "has no service, site or function that takes requests"
    }
  }
}
