# METADATA
# title: Any site may read answers with credentials
# description: >-
#   A page of someone else can read what the server tells a visitor who is logged in.
# related_resources:
#   - ref: https://fetch.spec.whatwg.org/#cors-protocol-and-credentials
# custom:
#   severity: medium
#   fix: Name the origins that may, and never answer with the one that asked.
#   evidence: [http]
package dynamicscan.hostrules.http_cors_any_origin

found contains "lets every origin read its answers, with credentials" if {
	some origin in input.http.headers["access-control-allow-origin"]
	origin in {"*", "null"}
	some credentials in input.http.headers["access-control-allow-credentials"]
	lower(credentials) == "true"
}
