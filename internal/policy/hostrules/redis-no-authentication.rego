# METADATA
# title: Redis without authentication
# description: >-
#   Anyone can read, change and delete the data, and through commands such as CONFIG and MODULE often run programs
#   on the server.
# related_resources:
#   - ref: https://redis.io/docs/latest/operate/oss_and_stack/management/security/
# custom:
#   severity: critical
#   fix: Bind Redis to private addresses, set a password or ACL users, and keep protected mode on.
#   evidence: [redis]
package dynamicscan.hostrules.redis_no_authentication

# The error of a missing login comes before every other: these are told only to
# those who may give commands.
let_in := {"PONG", "LOADING", "BUSY", "MASTERDOWN", "MISCONF"}

found contains sprintf("answered PING with %s, without a password", [input.evidence.redis.reply]) if {
	input.evidence.redis.reply in let_in
}
