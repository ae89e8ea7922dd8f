# Providers whose resources live in the state alone, or on the machine that runs the engine.
inert "null" {
  types = [
    "null_resource",
  ]
}

inert "random" {
  types = [
    "random_*",
  ]
}

inert "tls" {
  types = [
    "tls_*",
  ]
}

inert "time" {
  types = [
    "time_*",
  ]
}

inert "local" {
  types = [
    "local_file", "local_sensitive_file",
  ]
}

inert "archive" {
  types = [
    "archive_file",
  ]
}

inert "template" {
  types = [
    "template_dir",
  ]
}

inert "cloudinit" {
  types = [
    "cloudinit_config",
  ]
}

inert "terraform" {
  types = [
    "terraform_data",
  ]
}
