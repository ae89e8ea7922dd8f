# METADATA
# title: Hadoop YARN without authentication
# description: >-
#   Where the resource manager takes applications from anyone, that is running commands on the cluster.
# related_resources:
#   - ref: https://hadoop.apache.org/docs/stable/hadoop-project-dist/hadoop-common/SecureMode.html
# custom:
#   severity: critical
#   fix: Turn Kerberos on, and let nobody on the internet reach the port.
#   evidence: [yarn]
package dynamicscan.hostrules.yarn_open

found contains "told the state of its cluster without a login" if input.evidence.yarn.recognised
