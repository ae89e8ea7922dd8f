# exposure/acme.hcl
service "acme_gateway" {
  provider = "acme"
  kind     = "api"

  endpoint "public" {
    host   = urlhost(self.url)
    port   = coalesce_known(urlport(self.url), 443)
    access = self.require_login == true ? "authenticated" : "anonymous"

    gate "flag" {
      open    = self.public
      default = false
      because = "public"
    }

    gate "cidrs" {
      allow      = self.allowed_cidrs
      when_empty = "world"
      because    = "allowed_cidrs"
    }
  }
}
