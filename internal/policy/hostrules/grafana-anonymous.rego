# METADATA
# title: Grafana lets anonymous users in
# description: >-
#   Anyone can read the dashboards, and through them often query the data sources.
# related_resources:
#   - ref: https://grafana.com/docs/grafana/latest/setup-grafana/configure-security/configure-authentication/anonymous-auth/
# custom:
#   severity: medium
#   fix: Turn anonymous access off (auth.anonymous).
#   evidence: [grafana]
package dynamicscan.hostrules.grafana_anonymous

found contains "told its organisation without a login" if input.evidence.grafana.recognised
