# METADATA
# title: InfluxDB without authentication
# description: >-
#   Anyone can read and delete the measurements.
# related_resources:
#   - ref: https://docs.influxdata.com/influxdb/v1/administration/authentication_and_authorization/
# custom:
#   severity: critical
#   fix: Turn authentication on (auth-enabled), and let only the applications reach the port.
#   evidence: [influxdb]
package dynamicscan.hostrules.influxdb_no_authentication

found contains "answered SHOW DATABASES without a login" if input.evidence.influxdb.recognised
