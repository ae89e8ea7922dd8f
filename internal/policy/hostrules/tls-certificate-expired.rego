# METADATA
# title: Expired TLS certificate
# description: >-
#   Visitors learn to click a warning away, and so they will when someone sits between them and the server.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5
# custom:
#   severity: medium
#   fix: Renew the certificate, and let it be renewed by a machine, such as by ACME.
#   evidence: [tls]
package dynamicscan.hostrules.tls_certificate_expired

found contains sprintf("sent a certificate that expired on %s", [substring(certificate.not_after, 0, 10)]) if {
	certificate := input.tls.certificate
	certificate.expired
}
