# The control plane of a cluster answers at an address, filtered by its authorized networks, and
# where it is allowed at a name of its own, which asks for a sign-in and is filtered by nothing else.
service "google_container_cluster" {
  provider = "gcp"
  kind     = "k8s_api"

  let {
    networks = self.master_authorized_networks_config[0]
    blocks   = try([for block in self.master_authorized_networks_config[0].cidr_blocks : block.cidr_block], [])
    google   = try(self.master_authorized_networks_config[0].gcp_public_cidrs_access_enabled != false, true) ? ["google-cloud"] : []
  }

  identity {
    id      = coalesce_known(self.self_link, self.id)
    account = self.project
    region  = self.location
  }

  endpoint "api" {
    host   = urlhost(self.endpoint)
    port   = 443
    app    = "https"
    front  = "dedicated"
    access = "authenticated"

    gate "flag" {
      open        = self.control_plane_endpoints_config[0].ip_endpoints_config[0].enabled
      default     = true
      because     = "control_plane_endpoints_config[0].ip_endpoints_config[0].enabled"
      when_open   = "answers at an address"
      when_closed = "answers at no address"
    }

    gate "flag" {
      open        = try(!self.private_cluster_config[0].enable_private_endpoint, true)
      because     = "private_cluster_config[0].enable_private_endpoint"
      when_open   = "has a public API endpoint"
      when_closed = "has a private API endpoint only"
    }

    # Without the block everyone is let in, with an empty one nobody is.
    gate "cidrs" {
      allow      = let.networks == null ? null : concat(let.blocks, let.google)
      default    = ["0.0.0.0/0"]
      labels     = { "google-cloud" = "google-cloud" }
      when_empty = "none"
      because    = "master_authorized_networks_config"
    }
  }

  endpoint "dns" {
    enabled_when = try(self.control_plane_endpoints_config[0].dns_endpoint_config[0].allow_external_traffic, false) == true
    host         = urlhost(self.control_plane_endpoints_config[0].dns_endpoint_config[0].endpoint)
    port         = 443
    app          = "https"
    front        = "shared"
    access       = "authenticated"

    gate "flag" {
      open        = self.control_plane_endpoints_config[0].dns_endpoint_config[0].allow_external_traffic
      default     = false
      because     = "control_plane_endpoints_config[0].dns_endpoint_config[0].allow_external_traffic"
      when_open   = "has a DNS endpoint that admits traffic from outside"
      when_closed = "has a DNS endpoint for inside only"
    }
  }
}
