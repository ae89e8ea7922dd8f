# The variables stand for resources of your configuration, so that this example
# needs no cloud: write aws_instance.web in place of var.instance, and so on.
variable "instance" {
  type = any
}

variable "security_group" {
  type = any
}

variable "subnet" {
  type = any
}

# Read in the apply that creates the instance, once its address is known.
data "dynamicscan_validation" "web" {
  endpoints = provider::dynamicscan::exposed_endpoints({
    "aws_instance.web"       = var.instance
    "aws_security_group.web" = var.security_group
    "data.aws_subnet.public" = var.subnet
  })
}
