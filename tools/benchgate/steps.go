package main

import (
	"fmt"
	"strings"
)

// step is one thing that is measured. prepare runs before each measured
// command, in the folder of the step, and is not measured.
type step struct {
	name    string
	config  string
	prepare []string // arguments of the engine; nil: nothing
	command []string
	fresh   bool // the measured command starts without any result
	against bool // the ratio of the others is to this one
}

const ours = `
terraform {
  required_providers {
    dynamicscan = { source = "dynamicscan/dynamicscan" }
  }
}
provider "dynamicscan" {
  allowed_networks = ["127.0.0.0/8"]
}
`

var (
	plan  = []string{"plan", "-input=false", "-no-color"}
	apply = []string{"apply", "-input=false", "-no-color", "-auto-approve"}
)

// stepsOf returns the steps, only the one of a name when that is given.
func stepsOf(hosts []string, port int, withHTTP bool, only string) []step {
	locals := fmt.Sprintf("locals {\n  hosts = toset([\"%s\"])\n}\n", strings.Join(hosts, `", "`))
	settings := fmt.Sprintf(`{
    scan_interval            = "1h"
    screenshots              = false
    http_ports               = ["%d"]
    host_configuration_rules = { enabled = RULES }
    limits                   = { connections = 1000, connections_per_second = 10000 }
  }`, port)
	without, with := strings.Replace(settings, "RULES", "false", 1), strings.Replace(settings, "RULES", "true", 1)
	gate := func(settings string) string {
		return ours + locals + fmt.Sprintf(`
data "dynamicscan_validation" "gate" {
  endpoints = { for host in local.hosts : host => { host = host, ports = ["%d"] } }
  settings  = %s
}
`, port, settings)
	}
	endpoints := ours + locals + fmt.Sprintf(`
resource "dynamicscan_endpoint" "each" {
  for_each = local.hosts
  host     = each.key
  ports    = ["%d"]
  settings = %s
}
`, port, without)
	steps := []step{
		{name: "engine alone: a plan of terraform_data", config: locals + "resource \"terraform_data\" \"each\" {\n  for_each = local.hosts\n  input    = each.key\n}\n", command: plan},
		{name: "engine alone: a plan over its state", config: locals + "resource \"terraform_data\" \"each\" {\n  for_each = local.hosts\n  input    = each.key\n}\n", prepare: apply, command: plan},
		{name: "one gate", config: gate(without), command: plan, fresh: true},
		{name: "one gate, with host configuration rules", config: gate(with), command: plan, fresh: true},
		{name: "one gate, results fresh", config: gate(without), prepare: plan, command: plan},
		{name: "endpoints, created", config: endpoints, command: apply, fresh: true},
		{name: "endpoints, looked at again", config: endpoints, prepare: apply, command: plan, fresh: true},
		{name: "endpoints, results fresh", config: endpoints, prepare: apply, command: plan},
	}
	if withHTTP {
		steps = append(steps, step{name: `data "http"`, against: true, command: plan, config: locals + fmt.Sprintf(`
terraform {
  required_providers {
    http = { source = "hashicorp/http" }
  }
}
data "http" "each" {
  for_each = local.hosts
  url      = "http://${each.key}:%d/"
}
`, port)})
	}
	if only == "" {
		return steps
	}
	var chosen []step
	for _, s := range steps {
		if s.name == only {
			chosen = append(chosen, s)
		}
	}
	return chosen
}
