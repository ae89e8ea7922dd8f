# METADATA
# title: Old version of TLS
# description: >-
#   TLS 1.0 and 1.1 rest on MD5 and SHA-1 and on ciphers with known attacks.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc8996
# custom:
#   severity: medium
#   fix: Turn TLS 1.2 and 1.3 on, and the older versions off.
#   evidence: [tls]
package dynamicscan.hostrules.tls_old_version

found contains sprintf("speaks %s and nothing newer", [input.tls.version]) if input.tls.version in {"TLS 1.0", "TLS 1.1", "SSLv3"}
