# METADATA
# title: Alertmanager without authentication
# description: >-
#   Anyone can read the alerts, and silence them before an attack.
# related_resources:
#   - ref: https://prometheus.io/docs/alerting/latest/https/
# custom:
#   severity: medium
#   fix: Ask for a login (web.config.file) or put a proxy that does in front, and narrow who can reach it.
#   evidence: [alertmanager]
package dynamicscan.hostrules.alertmanager_open

found contains "gave its status and configuration without a login" if input.evidence.alertmanager.recognised
