# METADATA
# title: No strict transport security
# description: >-
#   A first visit over plain HTTP can be caught and kept from ever reaching TLS.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc6797
# custom:
#   severity: low
#   fix: Send Strict-Transport-Security with a max-age of at least half a year.
#   evidence: [http]
package dynamicscan.hostrules.http_no_hsts

# Browsers take no notice of the header from an address (RFC 6797, section 8.1.1).
found contains "sends no Strict-Transport-Security" if {
	input.http.scheme == "https"
	input.http.status_code < 400
	not input.http.headers_truncated
	not input.http.headers["strict-transport-security"]
	not is_address
}

is_address if net.cidr_is_valid(sprintf("%s/32", [input.host]))

is_address if net.cidr_is_valid(sprintf("%s/128", [input.host]))
