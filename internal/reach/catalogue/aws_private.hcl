# Services whose endpoints are inside a VPC whatever their arguments say.

service "aws_docdb_cluster" {
  provider = "aws"
  kind     = "database"

  identity {
    id = coalesce_known(self.arn, self.id)
  }

  never_public {
    because = "offers no public endpoint"
    port    = 27017
  }
}

service "aws_docdb_cluster_instance" {
  provider = "aws"
  kind     = "database"

  identity {
    id = coalesce_known(self.arn, self.id)
  }

  never_public {
    because = "offers no public endpoint"
    port    = 27017
  }
}

service "aws_neptune_cluster" {
  provider = "aws"
  kind     = "database"

  identity {
    id = coalesce_known(self.arn, self.id)
  }

  never_public {
    because = "offers no public endpoint"
    port    = 8182
  }
}

service "aws_elasticache_cluster" {
  provider = "aws"
  kind     = "cache"

  identity {
    id = coalesce_known(self.arn, self.id)
  }

  never_public {
    because = "offers no public endpoint"
    port    = 6379
  }
}

service "aws_elasticache_replication_group" {
  provider = "aws"
  kind     = "cache"

  identity {
    id = coalesce_known(self.arn, self.id)
  }

  never_public {
    because = "offers no public endpoint"
    port    = 6379
  }
}

service "aws_elasticache_serverless_cache" {
  provider = "aws"
  kind     = "cache"

  identity {
    id = coalesce_known(self.arn, self.id)
  }

  never_public {
    because = "offers no public endpoint"
    port    = 6379
  }
}

service "aws_memorydb_cluster" {
  provider = "aws"
  kind     = "cache"

  identity {
    id = coalesce_known(self.arn, self.id)
  }

  never_public {
    because = "offers no public endpoint"
    port    = 6379
  }
}

service "aws_dax_cluster" {
  provider = "aws"
  kind     = "cache"

  identity {
    id = coalesce_known(self.arn, self.id)
  }

  never_public {
    because = "offers no public endpoint"
    port    = 8111
  }
}

service "aws_efs_mount_target" {
  provider = "aws"
  kind     = "storage"

  identity {
    id = self.id
  }

  never_public {
    because = "offers no public endpoint"
    port    = 2049
  }
}
