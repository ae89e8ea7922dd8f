# METADATA
# title: Redis asks for its password without TLS
# description: >-
#   The password and all data cross the internet readable for everyone on the way.
# related_resources:
#   - ref: https://redis.io/docs/latest/operate/oss_and_stack/management/security/encryption/
# custom:
#   severity: medium
#   fix: Serve Redis over TLS only (port 0, tls-port), or through a private network.
#   evidence: [redis]
package dynamicscan.hostrules.redis_without_tls

found contains "asks for a password over a connection without TLS" if input.evidence.redis.reply == "NOAUTH"
