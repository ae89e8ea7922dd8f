# METADATA
# title: Ray dashboard without authentication
# description: >-
#   Anyone can submit a job, and so run code on the cluster.
# related_resources:
#   - ref: https://docs.ray.io/en/latest/ray-security/index.html
# custom:
#   severity: critical
#   fix: >-
#     Let only trusted networks reach the dashboard; turn token authentication on where the version has it.
#   evidence: [ray]
package dynamicscan.hostrules.ray_open

found contains "told its version without a login" if input.evidence.ray.recognised
