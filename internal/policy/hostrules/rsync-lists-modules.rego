# METADATA
# title: rsync lists its modules to anyone
# description: >-
#   Whoever asks learns which folders are shared, and can try to copy them; nothing is encrypted.
# related_resources:
#   - ref: https://download.samba.org/pub/rsync/rsyncd.conf.5
# custom:
#   severity: medium
#   fix: Use rsync over SSH, or set list = no, auth users and hosts allow for every module.
#   evidence: [rsync]
package dynamicscan.hostrules.rsync_lists_modules

found contains sprintf("listed %d modules", [input.evidence.rsync.modules]) if input.evidence.rsync.modules > 0
