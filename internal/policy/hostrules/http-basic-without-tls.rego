# METADATA
# title: Basic authentication without TLS
# description: >-
#   User name and password cross the network in the clear with every request.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc7617#section-4
# custom:
#   severity: high
#   fix: Serve it over TLS alone, and redirect plain HTTP before anything is asked.
#   evidence: [http]
package dynamicscan.hostrules.http_basic_without_tls

found contains "asks for basic authentication over plain HTTP" if {
	input.http.scheme == "http"
	"basic" in input.http.authentication
}
