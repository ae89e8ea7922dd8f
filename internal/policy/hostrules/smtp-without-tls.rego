# METADATA
# title: Mail server without TLS
# description: >-
#   Mail, and passwords where it takes any, cross the internet readable for everyone on the way.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc3207
# custom:
#   severity: medium
#   fix: Give the mail server a certificate and offer STARTTLS.
#   evidence: [smtp]
package dynamicscan.hostrules.smtp_without_tls

found contains "offers no STARTTLS" if input.evidence.smtp.starttls == false
