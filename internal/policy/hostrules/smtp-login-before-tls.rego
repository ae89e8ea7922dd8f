# METADATA
# title: Mail server takes passwords before TLS
# description: >-
#   A mail program that is set up wrong, or kept from TLS by someone on the way, sends the password readable.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc4954#section-4
# custom:
#   severity: medium
#   fix: Offer AUTH only after STARTTLS (in Postfix, smtpd_tls_auth_only).
#   evidence: [smtp]
package dynamicscan.hostrules.smtp_login_before_tls

readable := {"PLAIN", "LOGIN"}

found contains sprintf("offers AUTH %s before TLS", [concat(" and ", sort(offered))]) if {
	offered := readable & {m | some m in input.evidence.smtp.auth}
	count(offered) > 0
}
