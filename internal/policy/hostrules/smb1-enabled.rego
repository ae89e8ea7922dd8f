# METADATA
# title: File server that speaks SMB 1
# description: >-
#   SMB 1 has no protection against changes on the way, and holes that worms used (such as CVE-2017-0144).
# related_resources:
#   - ref: https://learn.microsoft.com/en-us/windows-server/storage/file-server/troubleshoot/detect-enable-and-disable-smbv1-v2-v3
# custom:
#   severity: high
#   fix: Switch SMB 1 off (in Samba, server min protocol = SMB2_10).
#   evidence: [smb1]
package dynamicscan.hostrules.smb1_enabled

found contains "agreed on NT LM 0.12, which is SMB 1" if input.evidence.smb1.accepted
