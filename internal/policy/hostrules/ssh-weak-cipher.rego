# METADATA
# title: SSH server with weak ciphers
# description: >-
#   RC4 and DES are broken, and CBC lets someone on the way recover parts of the text.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc8758
# custom:
#   severity: medium
#   fix: Set Ciphers to chacha20-poly1305, AES-GCM and AES-CTR.
#   evidence: [ssh]
package dynamicscan.hostrules.ssh_weak_cipher

is_weak(name) if startswith(name, "arcfour")

is_weak(name) if name in {"none", "des-cbc", "rijndael-cbc@lysator.liu.se"}

is_weak(name) if endswith(name, "-cbc")

found contains sprintf("offers %s", [concat(", ", sort(offered))]) if {
	offered := {name | some name in input.evidence.ssh.ciphers; is_weak(name)}
	count(offered) > 0
}
