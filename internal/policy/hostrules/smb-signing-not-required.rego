# METADATA
# title: File server that does not require signatures
# description: >-
#   Someone on the way can change what is sent, or pass a login on to a server and act in its name.
# related_resources:
#   - ref: https://learn.microsoft.com/en-us/windows-server/storage/file-server/smb-signing-overview
# custom:
#   severity: medium
#   fix: Require signing on the server (RequireSecuritySignature; in Samba, server signing = mandatory).
#   evidence: [smb]
package dynamicscan.hostrules.smb_signing_not_required

found contains sprintf("agreed on SMB %s without requiring signatures", [input.evidence.smb.dialect]) if input.evidence.smb.signing_required == false
