# METADATA
# title: Page for developers
# description: >-
#   It shows source, settings and often secrets, and with some frameworks runs code that a visitor types.
# related_resources:
#   - ref: https://cwe.mitre.org/data/definitions/489.html
# custom:
#   severity: high
#   fix: Turn the debug mode of the framework off.
#   evidence: [page]
package dynamicscan.hostrules.debug_page

found contains sprintf("answered with the debug page of %s", [input.evidence.page.debug]) if input.evidence.page.debug != ""
