# METADATA
# title: IMAP server without TLS
# description: >-
#   Passwords and mail cross the internet readable for everyone on the way.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc8314
# custom:
#   severity: high
#   fix: Give the server a certificate and offer STARTTLS, or serve IMAP within TLS only.
#   evidence: [imap]
package dynamicscan.hostrules.imap_without_tls

found contains "offers no STARTTLS" if {
	capabilities := input.evidence.imap.capabilities
	not "STARTTLS" in capabilities
}
