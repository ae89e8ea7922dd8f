# METADATA
# title: TLS certificate with a short key
# description: >-
#   Who breaks the key can pretend to be the server and read what is sent to it.
# related_resources:
#   - ref: https://csrc.nist.gov/pubs/sp/800/57/pt1/r5/final
# custom:
#   severity: medium
#   fix: Use RSA with 2048 bits or more, or ECDSA with P-256.
#   evidence: [tls]
package dynamicscan.hostrules.tls_weak_key

found contains sprintf("sent a certificate with a key of %d bits (%s)", [certificate.key_bits, certificate.key_algorithm]) if {
	certificate := input.tls.certificate
	certificate.key_bits < least[certificate.key_algorithm]
	certificate.key_bits > 0
}

least := {"RSA": 2048, "ECDSA": 224, "DSA": 2048}
