# METADATA
# title: SSH server with weak key exchange
# description: >-
#   SHA-1 and groups of 1024 bits can be broken by those who can pay for it; a recorded session is then readable.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc9142#section-4
# custom:
#   severity: medium
#   fix: Set KexAlgorithms to curve25519-sha256, ecdh-sha2-nistp256 and diffie-hellman groups with SHA-2.
#   evidence: [ssh]
package dynamicscan.hostrules.ssh_weak_key_exchange

weak := {
	"diffie-hellman-group1-sha1", "diffie-hellman-group14-sha1", "diffie-hellman-group-exchange-sha1",
	"rsa1024-sha1", "gss-group1-sha1", "gss-gex-sha1", "gss-group14-sha1",
}

is_weak(name) if name in weak

# The names of GSSAPI methods end in a hash of the mechanism.
is_weak(name) if {
	some method in weak
	startswith(method, "gss-")
	startswith(name, concat("", [method, "-"]))
}

found contains sprintf("offers %s", [concat(", ", sort(offered))]) if {
	offered := {name | some name in input.evidence.ssh.kex; is_weak(name)}
	count(offered) > 0
}
