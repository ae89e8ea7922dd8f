# METADATA
# title: POP3 server takes passwords before TLS
# description: >-
#   A mail program that is set up wrong, or kept from TLS by someone on the way, sends the password readable.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc2595#section-4
# custom:
#   severity: medium
#   fix: Allow logins only within TLS (in Dovecot, ssl = required).
#   evidence: [pop3]
package dynamicscan.hostrules.pop3_login_before_tls

readable := {"PLAIN", "LOGIN"}

found contains "allows USER before TLS" if "USER" in input.evidence.pop3.capabilities

found contains sprintf("offers SASL %s before TLS", [concat(" and ", sort(offered))]) if {
	some capability in input.evidence.pop3.capabilities
	startswith(capability, "SASL ")
	offered := readable & {m | some m in split(capability, " ")}
	count(offered) > 0
}
