# METADATA
# title: TLS certificate for another name
# description: >-
#   Browsers warn of it, and visitors learn to click the warning away.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc9525
# custom:
#   severity: low
#   fix: Use a certificate that has the name, or remove the endpoint when nobody asks for it by this name.
#   evidence: [tls]
package dynamicscan.hostrules.tls_certificate_other_name

# An address is seldom a name of a certificate: people ask by name.
found contains "sent a certificate that is not for this name" if {
	input.tls.certificate
	not input.tls.name_matches
	not is_address
}

is_address if net.cidr_is_valid(sprintf("%s/32", [input.host]))

is_address if net.cidr_is_valid(sprintf("%s/128", [input.host]))
