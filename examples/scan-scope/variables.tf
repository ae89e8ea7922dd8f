variable "state" {
  description = "State of the estate: a file, or a folder whose state the engine reads."
  type        = string
  default     = "../network/terraform.tfstate"
}

variable "allowed_networks" {
  description = "Networks that may be probed beside public addresses."
  type        = list(string)
  default     = []
}

variable "http_ports" {
  description = "Further ports that get a GET."
  type        = list(string)
  default     = []
}

variable "accounts" {
  description = "Cloud accounts, subscriptions or projects that are scanned."
  type        = list(string)
  default     = ["*"]
}

variable "endpoints" {
  description = "Further endpoints, with the project that they belong to, by the address of the resource."
  type = map(object({
    host    = string
    ports   = list(string)
    project = optional(string)
  }))
  default = {}
}

variable "fail_on_unscanned" {
  description = "Whether what is left out fails the gate."
  type        = bool
  default     = false
}
