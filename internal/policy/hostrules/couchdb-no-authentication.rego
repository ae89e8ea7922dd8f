# METADATA
# title: CouchDB without authentication
# description: >-
#   Anyone can list the databases, and read and change those that name no members.
# related_resources:
#   - ref: https://docs.couchdb.org/en/stable/intro/security.html
# custom:
#   severity: critical
#   fix: >-
#     Set require_valid_user, name members for each database, and let only the applications reach the port.
#   evidence: [couchdb]
package dynamicscan.hostrules.couchdb_no_authentication

found contains "listed its databases without a login" if input.evidence.couchdb.recognised
