# METADATA
# title: VNC with a password of eight characters and no encryption
# description: >-
#   VNC Authentication looks at eight characters of the password, and encrypts nothing of the session.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc6143#section-7.2.2
# custom:
#   severity: high
#   fix: Use a security type with TLS (VeNCrypt X509), and reach VNC through SSH or a VPN.
#   evidence: [vnc]
package dynamicscan.hostrules.vnc_weak_authentication

found contains "offers VNC Authentication" if 2 in input.evidence.vnc.security_types
