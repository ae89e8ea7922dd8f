# METADATA
# title: SSH server with protocol version 1
# description: >-
#   Version 1 of the protocol lets someone on the way read and change a session.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc4253#section-5
# custom:
#   severity: high
#   fix: Set Protocol to 2, or upgrade the server; OpenSSH has had no version 1 since release 7.6.
#   evidence: [ssh]
package dynamicscan.hostrules.ssh_protocol_1

found contains sprintf("announces protocol %s", [protocol]) if {
	protocol := input.evidence.ssh.protocol
	startswith(protocol, "1.")
}
