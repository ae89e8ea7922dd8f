# METADATA
# title: Installer that anyone can finish
# description: >-
#   Whoever comes first sets the administrator's password, and mostly runs code of their own.
# related_resources:
#   - ref: https://cwe.mitre.org/data/definitions/1188.html
# custom:
#   severity: critical
#   fix: Finish the installation, or narrow who can reach it until then.
#   evidence: [page]
package dynamicscan.hostrules.installer_open

found contains sprintf("waits for %s to be set up", [input.evidence.page.installer]) if input.evidence.page.installer != ""
