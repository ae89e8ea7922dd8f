# METADATA
# title: Redis kept shut by protected mode alone
# description: >-
#   No password is set. Whoever switches protected mode off, or binds Redis to an address, opens all data to
#   anyone.
# related_resources:
#   - ref: https://redis.io/docs/latest/operate/oss_and_stack/management/security/#protected-mode
# custom:
#   severity: low
#   fix: Set a password or ACL users, and bind Redis to private addresses.
#   evidence: [redis]
package dynamicscan.hostrules.redis_protected_mode_only

found contains "refused only because protected mode is on; no password is set" if input.evidence.redis.reply == "DENIED"
