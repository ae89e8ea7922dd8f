variable "address" {
  description = "Address of the service."
  type        = string
}

variable "port" {
  description = "Port of the service."
  type        = string
  default     = "443"
}

variable "allowed_networks" {
  description = "Networks that may be probed beside public addresses."
  type        = list(string)
  default     = []
}
