# METADATA
# title: Cassandra asks for a login without TLS
# description: >-
#   The password and all data cross the internet readable for everyone on the way.
# related_resources:
#   - ref: https://cassandra.apache.org/doc/latest/cassandra/managing/operating/security.html#client-to-node-encryption
# custom:
#   severity: medium
#   fix: Set client_encryption_options.enabled to true and optional to false.
#   evidence: [cassandra]
package dynamicscan.hostrules.cassandra_without_tls

found contains "asks for a login over a connection without TLS" if input.evidence.cassandra.reply == "AUTHENTICATE"
