# METADATA
# title: IMAP server takes passwords before TLS
# description: >-
#   A mail program that is set up wrong, or kept from TLS by someone on the way, sends the password readable.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc9051#section-11
# custom:
#   severity: medium
#   fix: Allow logins only within TLS (in Dovecot, ssl = required).
#   evidence: [imap]
package dynamicscan.hostrules.imap_login_before_tls

found contains "allows LOGIN before TLS" if {
	capabilities := input.evidence.imap.capabilities
	not "LOGINDISABLED" in capabilities
}
