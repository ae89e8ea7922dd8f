# METADATA
# title: POP3 server without TLS
# description: >-
#   Passwords and mail cross the internet readable for everyone on the way.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc8314
# custom:
#   severity: high
#   fix: Give the server a certificate and offer STLS, or serve POP3 within TLS only.
#   evidence: [pop3]
package dynamicscan.hostrules.pop3_without_tls

found contains "offers no STLS" if {
	capabilities := input.evidence.pop3.capabilities
	not "STLS" in capabilities
}
