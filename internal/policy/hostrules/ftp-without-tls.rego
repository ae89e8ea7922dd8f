# METADATA
# title: FTP server without TLS
# description: >-
#   Passwords and files cross the internet readable for everyone on the way.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc4217
# custom:
#   severity: high
#   fix: Use SFTP, or switch on TLS and force logins and data into it.
#   evidence: [ftp]
package dynamicscan.hostrules.ftp_without_tls

found contains "does not list AUTH TLS among its features" if input.evidence.ftp.auth_tls == false
