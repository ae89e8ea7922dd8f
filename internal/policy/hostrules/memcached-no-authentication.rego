# METADATA
# title: Memcached without authentication
# description: >-
#   Anyone can read, change and flush what is cached, such as sessions.
# related_resources:
#   - ref: https://docs.memcached.org/security/
# custom:
#   severity: critical
#   fix: >-
#     Bind Memcached to private addresses (-l), and ask for a login (-S or -Y) where it has to be reached from
#     elsewhere.
#   evidence: [memcached]
package dynamicscan.hostrules.memcached_no_authentication

found contains sprintf("told its version %s without a login", [input.evidence.memcached.version]) if input.evidence.memcached.reply == "VERSION"
