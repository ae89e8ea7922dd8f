# METADATA
# title: Directory listing
# description: >-
#   Anyone can see and fetch files that no page links to, such as backups.
# related_resources:
#   - ref: https://cwe.mitre.org/data/definitions/548.html
# custom:
#   severity: medium
#   fix: Turn listings off (autoindex off, Options -Indexes).
#   evidence: [page]
package dynamicscan.hostrules.directory_listing

found contains "answered with a list of its files" if input.evidence.page.directory_listing
