# METADATA
# title: Directory without TLS
# description: >-
#   Passwords and entries cross the internet readable for everyone on the way.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc4513#section-3
# custom:
#   severity: medium
#   fix: Give the directory a certificate, offer StartTLS, and require it for logins.
#   evidence: [ldap]
package dynamicscan.hostrules.ldap_without_tls

found contains "does not list StartTLS among its operations" if {
	input.evidence.ldap.entry
	input.evidence.ldap.starttls == false
}
