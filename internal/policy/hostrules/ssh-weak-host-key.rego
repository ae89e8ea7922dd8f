# METADATA
# title: SSH server with weak host keys
# description: >-
#   Signatures with DSA or SHA-1 can be forged by those who can pay for it, and the forger taken for the server.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc8332#section-1
# custom:
#   severity: medium
#   fix: Set HostKeyAlgorithms to ssh-ed25519, ecdsa-sha2-nistp256, rsa-sha2-512 and rsa-sha2-256.
#   evidence: [ssh]
package dynamicscan.hostrules.ssh_weak_host_key

is_weak(name) if {
	some weak in {"ssh-dss", "ssh-rsa"}
	name in {weak, concat("", [weak, "-cert-v01@openssh.com"])}
}

found contains sprintf("offers %s", [concat(", ", sort(offered))]) if {
	offered := {name | some name in input.evidence.ssh.host_keys; is_weak(name)}
	count(offered) > 0
}
