# METADATA
# title: SSH server with weak integrity checks
# description: >-
#   MD5, RIPEMD-160 and sums cut to 96 bits no longer keep someone on the way from changing what is sent.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc6151#section-2
# custom:
#   severity: low
#   fix: Set MACs to hmac-sha2-256 and hmac-sha2-512, with -etm@openssh.com first.
#   evidence: [ssh]
package dynamicscan.hostrules.ssh_weak_mac

is_weak(name) if contains(name, "md5")

is_weak(name) if contains(name, "-96")

is_weak(name) if name in {"none", "hmac-ripemd160", "hmac-ripemd160@openssh.com", "hmac-ripemd160-etm@openssh.com"}

found contains sprintf("offers %s", [concat(", ", sort(offered))]) if {
	offered := {name | some name in input.evidence.ssh.macs; is_weak(name)}
	count(offered) > 0
}
