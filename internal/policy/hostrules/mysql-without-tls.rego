# METADATA
# title: MySQL or MariaDB without TLS
# description: >-
#   Data, and with some methods the password, cross the internet readable for everyone on the way.
# related_resources:
#   - ref: https://dev.mysql.com/doc/refman/8.4/en/using-encrypted-connections.html
# custom:
#   severity: high
#   fix: Give the server a certificate, and set require_secure_transport to on.
#   evidence: [mysql]
package dynamicscan.hostrules.mysql_without_tls

found contains sprintf("is version %s and offers no TLS", [input.evidence.mysql.version]) if input.evidence.mysql.tls == false
