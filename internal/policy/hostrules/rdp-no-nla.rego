# METADATA
# title: Remote Desktop without Network Level Authentication
# description: >-
#   Anyone reaches the login screen, and with it holes that need no login (such as CVE-2019-0708), before saying
#   who they are.
# related_resources:
#   - ref: https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rdpbcgr/1b3920e7-0116-4345-bc45-f2c4ad012761
# custom:
#   severity: high
#   fix: Require Network Level Authentication (UserAuthentication set to 1).
#   evidence: [rdp]
package dynamicscan.hostrules.rdp_no_nla

found contains "accepted a connection without Network Level Authentication" if input.evidence.rdp.accepted

# SSL_REQUIRED_BY_SERVER: TLS is asked for, and a server that asked for more
# would say so (HYBRID_REQUIRED_BY_SERVER).
found contains "asks for TLS but not for Network Level Authentication" if input.evidence.rdp.failure_code == 1
