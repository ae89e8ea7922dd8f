# METADATA
# title: Self-signed TLS certificate
# description: >-
#   Visitors cannot tell the server from one that pretends to be it.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc5280#section-3.2
# custom:
#   severity: low
#   fix: Use a certificate of an authority that the visitors trust.
#   evidence: [tls]
package dynamicscan.hostrules.tls_certificate_self_signed

found contains "sent a certificate that signs itself" if input.tls.certificate.self_signed
