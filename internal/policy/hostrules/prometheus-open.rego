# METADATA
# title: Prometheus without authentication
# description: >-
#   Anyone can read every metric and the configuration, which names the hosts of the network.
# related_resources:
#   - ref: https://prometheus.io/docs/operating/security/
# custom:
#   severity: medium
#   fix: Ask for a login (web.config.file) or put a proxy that does in front, and narrow who can reach it.
#   evidence: [prometheus]
package dynamicscan.hostrules.prometheus_open

found contains "gave its configuration without a login" if input.evidence.prometheus.recognised
