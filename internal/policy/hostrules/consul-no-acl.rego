# METADATA
# title: Consul without access control
# description: >-
#   Anyone can read the catalogue and the keys, change them, and where script checks are on run commands on the
#   hosts.
# related_resources:
#   - ref: https://developer.hashicorp.com/consul/docs/security/acl
# custom:
#   severity: critical
#   fix: Turn ACLs on with default_policy set to deny, and let only the agents reach the port.
#   evidence: [consul]
package dynamicscan.hostrules.consul_no_acl

found contains "told the configuration of its agent without a token" if input.evidence.consul.recognised
