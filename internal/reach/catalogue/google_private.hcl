# Services whose endpoints are inside a VPC whatever their arguments say.

service "google_redis_instance" {
  provider = "gcp"
  kind     = "cache"

  identity {
    id      = self.id
    account = self.project
    region  = self.region
  }

  never_public {
    because = "offers no public endpoint"
    port    = 6379
  }
}

service "google_redis_cluster" {
  provider = "gcp"
  kind     = "cache"

  identity {
    id      = self.id
    account = self.project
    region  = self.region
  }

  never_public {
    because = "offers no public endpoint"
    port    = 6379
  }
}

service "google_memorystore_instance" {
  provider = "gcp"
  kind     = "cache"

  identity {
    id      = self.id
    account = self.project
    region  = self.location
  }

  never_public {
    because = "offers no public endpoint"
    port    = 6379
  }
}

service "google_memcache_instance" {
  provider = "gcp"
  kind     = "cache"

  identity {
    id      = self.id
    account = self.project
    region  = self.region
  }

  never_public {
    because = "offers no public endpoint"
    port    = 11211
  }
}

service "google_filestore_instance" {
  provider = "gcp"
  kind     = "storage"

  identity {
    id      = self.id
    account = self.project
    region  = self.location
  }

  never_public {
    because = "offers no public endpoint"
    port    = 2049
  }
}
