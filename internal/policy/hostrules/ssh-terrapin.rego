# METADATA
# title: SSH server open to the Terrapin attack
# description: >-
#   Someone on the way can drop the first messages of a session unnoticed and so switch protections off
#   (CVE-2023-48795).
# related_resources:
#   - ref: https://nvd.nist.gov/vuln/detail/CVE-2023-48795
# custom:
#   severity: medium
#   fix: Upgrade to a server with strict key exchange, OpenSSH 9.6 or a release of your system that has it.
#   evidence: [ssh]
package dynamicscan.hostrules.ssh_terrapin

found contains sprintf("offers %s without strict key exchange", [concat(", ", sort(open_modes))]) if {
	kex := input.evidence.ssh.kex
	not "kex-strict-s-v00@openssh.com" in kex
	count(open_modes) > 0
}

open_modes contains "chacha20-poly1305@openssh.com" if "chacha20-poly1305@openssh.com" in input.evidence.ssh.ciphers

open_modes contains "CBC with encrypt-then-MAC" if {
	some cipher in input.evidence.ssh.ciphers
	endswith(cipher, "-cbc")
	some mac in input.evidence.ssh.macs
	endswith(mac, "-etm@openssh.com")
}
