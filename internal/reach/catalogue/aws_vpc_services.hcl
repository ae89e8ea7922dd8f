# Managed services that stand in a VPC: a switch gives them public addresses, and the VPC decides
# who reaches those.

# Until version 6 of the provider a cluster was public unless it said otherwise. A state and a plan
# always tell, so that no default is needed here.
service "aws_redshift_cluster" {
  provider = "aws"
  kind     = "database"

  identity {
    id      = coalesce_known(self.arn, self.id)
    account = arn_part(self.arn, "account")
    region  = coalesce_known(arn_part(self.arn, "region"), self.region)
  }

  endpoint "cluster" {
    host   = coalesce_known(self.dns_name, urlhost(self.endpoint))
    port   = coalesce_known(self.port, 5439)
    app    = "redshift"
    access = "authenticated"

    gate "flag" {
      open        = self.publicly_accessible
      because     = "publicly_accessible"
      when_open   = "is publicly accessible"
      when_closed = "is not publicly accessible"
    }

    gate "aws_vpc" {
      security_groups = "vpc_security_group_ids"
      through         = ["cluster_subnet_group_name", "aws_redshift_subnet_group", "name", "id"]
      subnets         = "subnet_ids"
      placed          = "one_of"
    }
  }
}

service "aws_redshiftserverless_workgroup" {
  provider = "aws"
  kind     = "database"

  identity {
    id      = coalesce_known(self.arn, self.id)
    account = arn_part(self.arn, "account")
    region  = coalesce_known(arn_part(self.arn, "region"), self.region)
  }

  endpoint "workgroup" {
    host   = self.endpoint[0].address
    port   = coalesce_known(self.port, self.endpoint[0].port, 5439)
    app    = "redshift"
    access = "authenticated"

    gate "flag" {
      open        = self.publicly_accessible
      default     = false
      because     = "publicly_accessible"
      when_open   = "is publicly accessible"
      when_closed = "is not publicly accessible"
    }

    gate "aws_vpc" {
      security_groups = "security_group_ids"
      subnets         = "subnet_ids"
      placed          = "one_of"
    }
  }
}

# A server with elastic IPs answers at each of them. Without, one of type VPC has private addresses
# only, and one of type PUBLIC is outside any VPC.
service "aws_transfer_server" {
  provider = "aws"
  kind     = "file_transfer"

  let {
    protocols = coalesce_known(self.protocols, ["SFTP"])
    addresses = referents("endpoint_details.0.address_allocation_ids", "aws_eip", "id", "allocation_id")
    ports = concat(
      contains(let.protocols, "SFTP") ? ["22"] : [],
      contains(let.protocols, "FTPS") || contains(let.protocols, "FTP") ? ["21", "8192-8200"] : [],
      contains(let.protocols, "AS2") ? ["5080"] : [],
    )
  }

  identity {
    id      = coalesce_known(self.arn, self.id)
    account = arn_part(self.arn, "account")
    region  = coalesce_known(arn_part(self.arn, "region"), self.region)
  }

  endpoint "public" {
    enabled_when = coalesce_known(self.endpoint_type, "PUBLIC") == "PUBLIC"
    host         = self.endpoint
    ports        = let.ports
    access       = "authenticated"

    gate "flag" {
      open      = true
      because   = "endpoint_type"
      when_open = "has an endpoint outside any VPC"
    }
  }

  endpoint "vpc" {
    enabled_when = coalesce_known(self.endpoint_type, "PUBLIC") != "PUBLIC"
    for_each     = length(let.addresses) > 0 ? let.addresses : [null]
    host         = each.public_ip
    ports        = let.ports
    access       = "authenticated"

    gate "flag" {
      open        = length(let.addresses) > 0 ? true : self.endpoint_details[0].address_allocation_ids == null ? false : length(self.endpoint_details[0].address_allocation_ids) > 0
      default     = false
      because     = "endpoint_details[0].address_allocation_ids"
      when_open   = "has elastic IPs"
      when_closed = "has no elastic IP"
    }

    gate "aws_vpc" {
      security_groups = "endpoint_details.0.security_group_ids"
      subnets         = "endpoint_details.0.subnet_ids"
      placed          = "one_of"
    }
  }
}

# Security groups stand before public brokers of ActiveMQ, but not before those of RabbitMQ.
service "aws_mq_broker" {
  provider = "aws"
  kind     = "queue"

  let {
    rabbit    = lower(self.engine_type) == "rabbitmq"
    instances = coalesce_known(self.instances, [])
  }

  identity {
    id      = coalesce_known(self.arn, self.id)
    account = arn_part(self.arn, "account")
    region  = coalesce_known(arn_part(self.arn, "region"), self.region)
  }

  endpoint "activemq" {
    enabled_when = !let.rabbit
    for_each     = length(let.instances) > 0 ? let.instances : [null]
    host         = coalesce_known(urlhost(each.endpoints[0]), urlhost(each.console_url))
    ports        = [5671, 8162, 8883, 61614, 61617, 61619]
    access       = "authenticated"

    gate "flag" {
      open        = self.publicly_accessible
      default     = false
      because     = "publicly_accessible"
      when_open   = "is publicly accessible"
      when_closed = "is not publicly accessible"
    }

    gate "aws_vpc" {
      security_groups = "security_groups"
      subnets         = "subnet_ids"
      placed          = "one_of"
    }
  }

  endpoint "rabbitmq" {
    enabled_when = let.rabbit
    for_each     = length(let.instances) > 0 ? let.instances : [null]
    host         = coalesce_known(urlhost(each.endpoints[0]), urlhost(each.console_url))
    ports        = [443, 5671]
    access       = "authenticated"

    gate "flag" {
      open        = self.publicly_accessible
      default     = false
      because     = "publicly_accessible"
      when_open   = "is publicly accessible"
      when_closed = "is not publicly accessible"
    }
  }
}

# A cluster is created without public access, which an update may switch on. Every broker has a name
# of its own then, and a port for each way to sign in.
service "aws_msk_cluster" {
  provider = "aws"
  kind     = "queue"

  let {
    tls     = coalesce_known(self.bootstrap_brokers_public_tls, "")
    scram   = coalesce_known(self.bootstrap_brokers_public_sasl_scram, "")
    iam     = coalesce_known(self.bootstrap_brokers_public_sasl_iam, "")
    told    = [for list in [let.tls, let.scram, let.iam] : list if list != ""]
    brokers = split(",", let.told[0])
    ports   = [for way in [{ list = let.tls, port = 9194 }, { list = let.scram, port = 9196 }, { list = let.iam, port = 9198 }] : way.port if way.list != ""]
  }

  identity {
    id      = coalesce_known(self.arn, self.id)
    account = arn_part(self.arn, "account")
    region  = coalesce_known(arn_part(self.arn, "region"), self.region)
  }

  endpoint "broker" {
    for_each = coalesce_known(let.brokers, [null])
    host     = urlhost(each)
    ports    = length(let.ports) > 0 ? let.ports : [9194, 9196, 9198]
    access   = "authenticated"

    gate "flag" {
      open        = self.broker_node_group_info[0].connectivity_info[0].public_access[0].type == "SERVICE_PROVIDED_EIPS"
      default     = false
      because     = "broker_node_group_info[0].connectivity_info[0].public_access[0].type"
      when_open   = "gives its brokers public addresses"
      when_closed = "gives its brokers no public address"
    }

    gate "aws_vpc" {
      security_groups = "broker_node_group_info.0.security_groups"
      subnets         = "broker_node_group_info.0.client_subnets"
      placed          = "one_of"
    }
  }
}
