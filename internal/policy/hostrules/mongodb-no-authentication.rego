# METADATA
# title: MongoDB without authentication
# description: >-
#   Anyone can read, change and delete all databases.
# related_resources:
#   - ref: https://www.mongodb.com/docs/manual/administration/security-checklist/
# custom:
#   severity: critical
#   fix: >-
#     Switch on access control (security.authorization), add users, and bind MongoDB to private addresses.
#   evidence: [mongodb]
package dynamicscan.hostrules.mongodb_no_authentication

found contains sprintf("listed %d databases without a login", [input.evidence.mongodb.databases]) if input.evidence.mongodb.ok
