# METADATA
# title: PostgreSQL without TLS
# description: >-
#   Data, and with some methods the password, cross the internet readable for everyone on the way.
# related_resources:
#   - ref: https://www.postgresql.org/docs/current/ssl-tcp.html
# custom:
#   severity: high
#   fix: Set ssl to on, and use hostssl only in pg_hba.conf.
#   evidence: [postgresql]
package dynamicscan.hostrules.postgresql_without_tls

found contains "refused to start TLS" if input.evidence.postgresql.tls == false
