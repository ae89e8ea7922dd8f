# METADATA
# title: Remote Desktop without TLS
# description: >-
#   The server does not prove who it is: someone on the way can read the session and the password in it.
# related_resources:
#   - ref: https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rdpbcgr/8e8b2cca-c1fa-456c-8ecb-a82fc60b2322
# custom:
#   severity: high
#   fix: Set the security layer to TLS (SecurityLayer set to 2) and require Network Level Authentication.
#   evidence: [rdp]
package dynamicscan.hostrules.rdp_standard_security

found contains "accepted Standard RDP Security" if {
	input.evidence.rdp.accepted
	input.evidence.rdp.protocol == 0
}
