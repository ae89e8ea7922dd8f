# Services of Azure with a public endpoint, one switch that closes it, and a list of addresses.
# Attribute names are those of hashicorp/azurerm 3 to 5.

# 0.0.0.0/32 stands for the addresses by which the cluster itself goes out.
service "azurerm_kubernetes_cluster" {
  provider = "azure"
  kind     = "k8s_api"

  identity {
    id     = self.id
    region = self.location
  }

  endpoint "api" {
    host   = self.fqdn
    port   = 443
    app    = "https"
    access = "authenticated"

    gate "flag" {
      open        = !self.private_cluster_enabled
      default     = true
      because     = "private_cluster_enabled"
      when_open   = "has a public API server"
      when_closed = "has a private API server"
    }

    # Until version 4 the list was an argument of the cluster.
    gate "cidrs" {
      allow      = try(length(self.api_server_authorized_ip_ranges), 0) > 0 ? self.api_server_authorized_ip_ranges : try(self.api_server_access_profile[0].authorized_ip_ranges, [])
      when_empty = "world"
      labels     = { "0.0.0.0/32" = "cluster-egress" }
      because    = "api_server_access_profile[0].authorized_ip_ranges"
    }
  }
}

service "azurerm_key_vault" {
  provider = "azure"
  kind     = "vault"

  identity {
    id     = self.id
    region = self.location
  }

  endpoint "vault" {
    host   = urlhost(self.vault_uri)
    port   = 443
    app    = "https"
    front  = "shared"
    access = "authenticated"

    gate "flag" {
      open    = self.public_network_access_enabled
      default = true
      because = "public_network_access_enabled"
    }

    gate "cidrs" {
      allow      = self.network_acls[0].default_action == "Deny" ? self.network_acls[0].ip_rules : ["0.0.0.0/0"]
      default    = ["0.0.0.0/0"]
      when_empty = "none"
      because    = "network_acls[0]"
    }
  }
}

# The front end of every registry answers; what counts is who may pull without credentials.
service "azurerm_container_registry" {
  provider = "azure"
  kind     = "registry"

  identity {
    id     = self.id
    region = self.location
  }

  endpoint "registry" {
    host   = urlhost(self.login_server)
    port   = 443
    app    = "https"
    front  = "shared"
    access = coalesce_known(self.anonymous_pull_enabled, false) ? "anonymous" : "authenticated"

    gate "flag" {
      open    = self.public_network_access_enabled
      default = true
      because = "public_network_access_enabled"
    }

    gate "cidrs" {
      allow      = self.network_rule_set[0].default_action == "Deny" ? [for rule in self.network_rule_set[0].ip_rule : rule.ip_range] : ["0.0.0.0/0"]
      default    = ["0.0.0.0/0"]
      when_empty = "none"
      because    = "network_rule_set[0]"
    }

    gate "flag" {
      open        = self.anonymous_pull_enabled
      default     = false
      because     = "anonymous_pull_enabled"
      when_open   = "lets everyone pull without credentials"
      when_closed = "lets nobody pull without credentials"
    }
  }
}

service "azurerm_api_management" {
  provider = "azure"
  kind     = "api"

  identity {
    id     = self.id
    region = self.location
  }

  endpoint "gateway" {
    host   = urlhost(self.gateway_url)
    port   = 443
    app    = "https"
    front  = "shared"
    access = "unknown"

    gate "flag" {
      open    = self.public_network_access_enabled
      default = true
      because = "public_network_access_enabled"
    }

    gate "flag" {
      open        = self.virtual_network_type != "Internal"
      default     = true
      because     = "virtual_network_type"
      when_open   = "has a public gateway"
      when_closed = "has its gateway inside a virtual network"
    }
  }

  endpoint "portal" {
    enabled_when = coalesce_known(self.developer_portal_url, "") != ""
    host         = urlhost(self.developer_portal_url)
    port         = 443
    app          = "https"
    front        = "shared"
    access       = "unknown"

    gate "flag" {
      open    = self.public_network_access_enabled
      default = true
      because = "public_network_access_enabled"
    }

    gate "flag" {
      open        = self.virtual_network_type != "Internal"
      default     = true
      because     = "virtual_network_type"
      when_open   = "has a public portal"
      when_closed = "has its portal inside a virtual network"
    }
  }
}

service "azurerm_static_web_app" {
  provider = "azure"
  kind     = "web"

  let {
    domains = children("azurerm_static_web_app_custom_domain", "static_web_app_id")
  }

  identity {
    id     = self.id
    region = self.location
  }

  endpoint "app" {
    host   = self.default_host_name
    names  = [for domain in let.domains : domain.domain_name]
    ports  = [80, 443]
    front  = "shared"
    access = length(self.basic_auth) > 0 ? "authenticated" : "anonymous"

    gate "flag" {
      open    = self.public_network_access_enabled
      default = true
      because = "public_network_access_enabled"
    }
  }
}

service "azurerm_managed_redis" {
  provider = "azure"
  kind     = "cache"

  identity {
    id     = self.id
    region = self.location
  }

  endpoint "cache" {
    host   = self.hostname
    port   = coalesce_known(self.default_database[0].port, 10000)
    app    = "redis"
    access = "authenticated"

    gate "flag" {
      open    = self.public_network_access != "Disabled"
      default = true
      because = "public_network_access"
    }
  }
}

service "azurerm_servicebus_namespace" {
  provider = "azure"
  kind     = "queue"

  identity {
    id     = self.id
    region = self.location
  }

  endpoint "namespace" {
    host   = urlhost(self.endpoint)
    ports  = [443, 5671]
    front  = "shared"
    access = "authenticated"

    gate "flag" {
      open    = self.public_network_access_enabled
      default = true
      because = "public_network_access_enabled"
    }

    gate "cidrs" {
      allow      = self.network_rule_set[0].default_action == "Deny" ? self.network_rule_set[0].ip_rules : ["0.0.0.0/0"]
      default    = ["0.0.0.0/0"]
      when_empty = "none"
      because    = "network_rule_set[0]"
    }
  }
}

# The namespace has no attribute for its host.
service "azurerm_eventhub_namespace" {
  provider = "azure"
  kind     = "queue"

  identity {
    id     = self.id
    region = self.location
  }

  endpoint "namespace" {
    host   = null
    ports  = [443, 5671, 9093]
    front  = "shared"
    access = "authenticated"

    gate "flag" {
      open    = self.public_network_access_enabled
      default = true
      because = "public_network_access_enabled"
    }

    gate "cidrs" {
      allow      = self.network_rulesets[0].default_action == "Deny" ? [for rule in self.network_rulesets[0].ip_rule : rule.ip_mask] : ["0.0.0.0/0"]
      default    = ["0.0.0.0/0"]
      when_empty = "none"
      because    = "network_rulesets[0]"
    }
  }
}

service "azurerm_search_service" {
  provider = "azure"
  kind     = "database"

  identity {
    id     = self.id
    region = self.location
  }

  endpoint "search" {
    host   = urlhost(self.endpoint)
    port   = 443
    app    = "https"
    front  = "shared"
    access = "authenticated"

    gate "flag" {
      open    = self.public_network_access_enabled
      default = true
      because = "public_network_access_enabled"
    }

    gate "cidrs" {
      allow      = self.allowed_ips
      when_empty = "world"
      because    = "allowed_ips"
    }
  }
}

service "azurerm_cognitive_account" {
  provider = "azure"
  kind     = "api"

  identity {
    id     = self.id
    region = self.location
  }

  endpoint "account" {
    host   = urlhost(self.endpoint)
    port   = 443
    app    = "https"
    front  = "shared"
    access = "authenticated"

    gate "flag" {
      open    = self.public_network_access_enabled
      default = true
      because = "public_network_access_enabled"
    }

    gate "cidrs" {
      allow      = self.network_acls[0].default_action == "Deny" ? self.network_acls[0].ip_rules : ["0.0.0.0/0"]
      default    = ["0.0.0.0/0"]
      when_empty = "none"
      because    = "network_acls[0]"
    }
  }
}

service "azurerm_app_configuration" {
  provider = "azure"
  kind     = "api"

  identity {
    id     = self.id
    region = self.location
  }

  endpoint "store" {
    host   = urlhost(self.endpoint)
    port   = 443
    app    = "https"
    front  = "shared"
    access = "authenticated"

    gate "flag" {
      open    = self.public_network_access != "Disabled"
      default = true
      because = "public_network_access"
    }
  }
}

service "azurerm_eventgrid_topic" {
  provider = "azure"
  kind     = "queue"

  identity {
    id     = self.id
    region = self.location
  }

  endpoint "topic" {
    host   = urlhost(self.endpoint)
    port   = 443
    app    = "https"
    front  = "shared"
    access = "authenticated"

    gate "flag" {
      open    = self.public_network_access_enabled
      default = true
      because = "public_network_access_enabled"
    }

    gate "cidrs" {
      allow      = [for rule in self.inbound_ip_rule : rule.ip_mask]
      when_empty = "world"
      because    = "inbound_ip_rule"
    }
  }
}

service "azurerm_iothub" {
  provider = "azure"
  kind     = "queue"

  identity {
    id     = self.id
    region = self.location
  }

  endpoint "hub" {
    host   = self.hostname
    ports  = [443, 5671, 8883]
    front  = "shared"
    access = "authenticated"

    gate "flag" {
      open    = self.public_network_access_enabled
      default = true
      because = "public_network_access_enabled"
    }

    gate "cidrs" {
      allow      = self.network_rule_set[0].default_action == "Deny" ? [for rule in self.network_rule_set[0].ip_rule : rule.ip_mask] : ["0.0.0.0/0"]
      default    = ["0.0.0.0/0"]
      when_empty = "none"
      because    = "network_rule_set[0]"
    }
  }
}

service "azurerm_signalr_service" {
  provider = "azure"
  kind     = "api"

  identity {
    id     = self.id
    region = self.location
  }

  endpoint "service" {
    host   = self.hostname
    port   = coalesce_known(self.public_port, 443)
    app    = "https"
    front  = "shared"
    access = "authenticated"

    gate "flag" {
      open    = self.public_network_access_enabled
      default = true
      because = "public_network_access_enabled"
    }
  }
}

service "azurerm_web_pubsub" {
  provider = "azure"
  kind     = "api"

  identity {
    id     = self.id
    region = self.location
  }

  endpoint "service" {
    host   = self.hostname
    port   = coalesce_known(self.public_port, 443)
    app    = "https"
    front  = "shared"
    access = "authenticated"

    gate "flag" {
      open    = self.public_network_access_enabled
      default = true
      because = "public_network_access_enabled"
    }
  }
}

service "azurerm_databricks_workspace" {
  provider = "azure"
  kind     = "web"

  identity {
    id     = self.id
    region = self.location
  }

  endpoint "workspace" {
    host   = urlhost(self.workspace_url)
    port   = 443
    app    = "https"
    front  = "shared"
    access = "authenticated"

    gate "flag" {
      open    = self.public_network_access_enabled
      default = true
      because = "public_network_access_enabled"
    }
  }
}

service "azurerm_kusto_cluster" {
  provider = "azure"
  kind     = "database"

  identity {
    id     = self.id
    region = self.location
  }

  endpoint "cluster" {
    host   = urlhost(self.uri)
    port   = 443
    app    = "https"
    front  = "shared"
    access = "authenticated"

    gate "flag" {
      open    = self.public_network_access_enabled
      default = true
      because = "public_network_access_enabled"
    }

    gate "cidrs" {
      allow      = self.allowed_ip_ranges
      when_empty = "world"
      because    = "allowed_ip_ranges"
    }
  }
}
