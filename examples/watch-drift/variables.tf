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

variable "accepted" {
  description = "Severities above high that are accepted, by resource address."
  type        = map(string)
  default     = {}
}
