# Web interfaces of managed services, behind the front end of Google. All but API Gateway and
# Firebase Hosting ask for a sign-in.

service "google_composer_environment" {
  provider = "gcp"
  kind     = "web"

  identity {
    id      = self.id
    account = self.project
    region  = self.region
  }

  endpoint "web" {
    host   = urlhost(self.config[0].airflow_uri)
    port   = 443
    app    = "https"
    front  = "shared"
    access = "authenticated"

    gate "cidrs" {
      allow      = [for range in self.config[0].web_server_network_access_control[0].allowed_ip_range : range.value]
      default    = ["0.0.0.0/0"]
      when_empty = "world"
      because    = "config[0].web_server_network_access_control"
    }
  }
}

service "google_notebooks_instance" {
  provider = "gcp"
  kind     = "web"

  identity {
    id      = self.id
    account = self.project
    region  = self.location
  }

  endpoint "web" {
    host   = urlhost(self.proxy_uri)
    port   = 443
    app    = "https"
    front  = "shared"
    access = "authenticated"

    gate "flag" {
      open        = try(!self.no_proxy_access, true)
      because     = "no_proxy_access"
      when_open   = "is served through the proxy"
      when_closed = "is not served through the proxy"
    }
  }
}

service "google_workbench_instance" {
  provider = "gcp"
  kind     = "web"

  identity {
    id      = self.id
    account = self.project
    region  = self.location
  }

  endpoint "web" {
    host   = urlhost(self.proxy_uri)
    port   = 443
    app    = "https"
    front  = "shared"
    access = "authenticated"

    gate "flag" {
      open        = try(!self.disable_proxy_access, true)
      because     = "disable_proxy_access"
      when_open   = "is served through the proxy"
      when_closed = "is not served through the proxy"
    }
  }
}

service "google_data_fusion_instance" {
  provider = "gcp"
  kind     = "web"

  identity {
    id      = self.id
    account = self.project
    region  = self.region
  }

  endpoint "web" {
    host   = urlhost(self.service_endpoint)
    port   = 443
    app    = "https"
    front  = "shared"
    access = "authenticated"

    gate "flag" {
      open        = try(!self.private_instance, true)
      because     = "private_instance"
      when_open   = "has a public interface"
      when_closed = "has a private interface only"
    }
  }
}

service "google_api_gateway_gateway" {
  provider = "gcp"
  kind     = "api"

  identity {
    id      = self.id
    account = self.project
    region  = self.region
  }

  endpoint "web" {
    host   = urlhost(self.default_hostname)
    port   = 443
    app    = "https"
    front  = "shared"
    access = "unknown"
  }
}

service "google_firebase_hosting_site" {
  provider = "gcp"
  kind     = "web"

  identity {
    id      = self.id
    account = self.project
  }

  endpoint "web" {
    host   = urlhost(self.default_url)
    port   = 443
    app    = "https"
    front  = "shared"
    access = "anonymous"
  }
}
