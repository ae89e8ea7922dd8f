variable "state" {
  description = "State whose endpoints are validated."
  type        = string
  default     = "../network/terraform.tfstate"
}

variable "allowed_networks" {
  description = "Networks that may be probed beside public addresses."
  type        = list(string)
  default     = []
}

variable "endpoints" {
  description = "Further endpoints, by the address of the resource that exposes them."
  type = map(object({
    host                    = string
    ports                   = list(string)
    directly_exposed_bucket = optional(bool, false)
  }))
  default = {}
}
