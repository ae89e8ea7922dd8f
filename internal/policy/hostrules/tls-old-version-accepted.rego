# METADATA
# title: Old version of TLS accepted
# description: >-
#   Who sits in between may talk both sides down to TLS 1.0 or 1.1, which have known attacks.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc8996
# custom:
#   severity: low
#   fix: Turn TLS 1.0 and 1.1 off.
#   evidence: [tls-legacy]
package dynamicscan.hostrules.tls_old_version_accepted

found contains sprintf("accepts %s", [input.evidence["tls-legacy"].version]) if input.evidence["tls-legacy"].accepted
