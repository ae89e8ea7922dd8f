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

variable "scan_windows" {
  description = "When endpoints may be probed."
  type = list(object({
    days      = optional(list(string))
    start     = string
    end       = string
    time_zone = optional(string)
  }))
  default = [{ days = ["mon-fri"], start = "01:00", end = "05:00", time_zone = "Europe/Berlin" }]
}
