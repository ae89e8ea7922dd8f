# METADATA
# title: Page of a new server
# description: >-
#   Nobody uses the server on purpose, so that nobody is likely to look after it.
# related_resources:
#   - ref: https://cwe.mitre.org/data/definitions/1188.html
# custom:
#   severity: low
#   fix: Remove the server, or serve what it is for.
#   evidence: [page]
package dynamicscan.hostrules.default_page

found contains sprintf("answered with the page that %s has when it is new", [input.evidence.page.default_page]) if input.evidence.page.default_page != ""
