# METADATA
# title: Password form without TLS
# description: >-
#   The password crosses the network in the clear, and who sits in between may change the form.
# related_resources:
#   - ref: https://cwe.mitre.org/data/definitions/319.html
# custom:
#   severity: high
#   fix: Serve it over TLS alone, and redirect plain HTTP before the form.
#   evidence: [http, page]
package dynamicscan.hostrules.http_password_form_without_tls

found contains "asks for a password in a form over plain HTTP" if {
	input.http.scheme == "http"
	input.evidence.page.password_form
}
