# METADATA
# title: VNC without a password
# description: >-
#   Anyone can see and control the screen.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc6143#section-7.2.1
# custom:
#   severity: critical
#   fix: Take the security type None away, and reach VNC through SSH or a VPN.
#   evidence: [vnc]
package dynamicscan.hostrules.vnc_no_authentication

found contains "offers the security type None" if 1 in input.evidence.vnc.security_types
