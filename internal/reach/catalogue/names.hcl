# DNS records. The type of a record and what it points at is all that is read: names are given to
# the endpoints that the values, or the resources behind them, have.

record "aws_route53_record" {
  provider = "aws"

  let {
    zone  = referents("zone_id", "aws_route53_zone", "zone_id", "id")[0]
    alias = self.alias[0].name
  }

  name    = coalesce_known(self.fqdn, dns_name(self.name, let.zone.name))
  kind    = coalesce_known(length(self.alias), 0) > 0 ? "ALIAS" : self.type
  values  = concat(coalesce_known(concat(self.records, []), []), [for name in [let.alias] : name if name != null])
  points  = { "records" = [], "alias.0.name" = [] }
  private = coalesce_known(let.zone.private_zone, false) || coalesce_known(length(let.zone.vpc), 0) > 0
}

record "azurerm_dns_a_record" {
  provider = "azure"
  name     = coalesce_known(self.fqdn, dns_name(self.name, self.zone_name))
  kind     = coalesce_known(self.target_resource_id, "") != "" ? "ALIAS" : "A"
  values   = self.records
  points = {
    "records"            = []
    "target_resource_id" = ["azurerm_public_ip.id", "azurerm_cdn_frontdoor_endpoint.id", "azurerm_cdn_endpoint.id"]
  }
}

record "azurerm_dns_aaaa_record" {
  provider = "azure"
  name     = coalesce_known(self.fqdn, dns_name(self.name, self.zone_name))
  kind     = coalesce_known(self.target_resource_id, "") != "" ? "ALIAS" : "AAAA"
  values   = self.records
  points = {
    "records"            = []
    "target_resource_id" = ["azurerm_public_ip.id", "azurerm_cdn_frontdoor_endpoint.id", "azurerm_cdn_endpoint.id"]
  }
}

record "azurerm_dns_cname_record" {
  provider = "azure"
  name     = coalesce_known(self.fqdn, dns_name(self.name, self.zone_name))
  kind     = "CNAME"
  values   = [for name in [self.record] : name if name != null]
  points = {
    "record"             = []
    "target_resource_id" = ["azurerm_public_ip.id", "azurerm_cdn_frontdoor_endpoint.id", "azurerm_cdn_endpoint.id"]
  }
}

record "google_dns_record_set" {
  provider = "google"

  let {
    zone = referents("managed_zone", "google_dns_managed_zone", "name", "id")[0]
  }

  name    = self.name
  kind    = self.type
  values  = self.rrdatas
  points  = { "rrdatas" = [] }
  private = lower(coalesce_known(let.zone.visibility, "public")) == "private"
}

# Until version 5 the record had a value and told its full name as hostname.
record "cloudflare_record" {
  provider = "cloudflare"

  let {
    zone = referents("zone_id", "cloudflare_zone", "id")[0]
  }

  name   = coalesce_known(self.hostname, dns_name(self.name, coalesce_known(let.zone.zone, let.zone.name)))
  kind   = self.type
  values = [for value in [coalesce_known(self.content, self.value)] : value if value != null]
  points = { "content" = [], "value" = [] }
  via    = coalesce_known(self.proxied, false) ? "Cloudflare" : ""
}

record "cloudflare_dns_record" {
  provider = "cloudflare"

  let {
    zone = referents("zone_id", "cloudflare_zone", "id")[0]
  }

  name   = coalesce_known(dns_name(self.name, let.zone.name), self.name)
  kind   = self.type
  values = [for value in [self.content] : value if value != null]
  points = { "content" = [] }
  via    = coalesce_known(self.proxied, false) ? "Cloudflare" : ""
}

record "digitalocean_record" {
  provider = "digitalocean"
  name     = coalesce_known(self.fqdn, dns_name(self.name, self.domain))
  kind     = self.type
  values   = [for value in [self.value] : value if value != null]
  points   = { "value" = [] }
}
