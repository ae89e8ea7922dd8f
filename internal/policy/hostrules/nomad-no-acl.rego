# METADATA
# title: Nomad without access control
# description: >-
#   Anyone can run a job, and so commands, on every host of the cluster.
# related_resources:
#   - ref: https://developer.hashicorp.com/nomad/docs/secure/acl
# custom:
#   severity: critical
#   fix: Turn ACLs on, ask for client certificates, and let only operators reach the port.
#   evidence: [nomad]
package dynamicscan.hostrules.nomad_no_acl

found contains "listed its jobs without a token" if input.evidence.nomad.recognised
