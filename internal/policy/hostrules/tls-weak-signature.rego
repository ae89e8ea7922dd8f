# METADATA
# title: TLS certificate with a weak signature
# description: >-
#   A certificate signed with SHA-1 or MD5 can be forged.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc9155
# custom:
#   severity: medium
#   fix: Use a certificate that is signed with SHA-256 or better.
#   evidence: [tls]
package dynamicscan.hostrules.tls_weak_signature

# The signature of a root, which signs itself, is not what trust rests on.
found contains sprintf("sent a certificate that is signed with %s", [certificate.signature_algorithm]) if {
	some certificate in input.tls.chain
	not certificate.self_signed
	certificate.signature_algorithm in {"MD2-RSA", "MD5-RSA", "SHA1-RSA", "DSA-SHA1", "ECDSA-SHA1"}
}
