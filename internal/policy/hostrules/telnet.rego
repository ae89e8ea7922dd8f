# METADATA
# title: Telnet
# description: >-
#   Passwords and all that is typed cross the internet readable for everyone on the way.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc854
# custom:
#   severity: high
#   fix: Switch Telnet off and use SSH.
#   evidence: [telnet]
package dynamicscan.hostrules.telnet

found contains "speaks Telnet" if input.evidence.telnet.negotiates

found contains "asks for a login without encryption" if {
	not input.evidence.telnet.negotiates
	regex.match(`(?i)(login|user ?name|password) ?:\s*$`, input.evidence.telnet.banner)
}
