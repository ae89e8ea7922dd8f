# METADATA
# title: Cassandra without authentication
# description: >-
#   Anyone can read, change and delete all keyspaces. It is what AllowAllAuthenticator, the default, does.
# related_resources:
#   - ref: https://cassandra.apache.org/doc/latest/cassandra/managing/operating/security.html#authentication
# custom:
#   severity: critical
#   fix: >-
#     Set authenticator to PasswordAuthenticator and authorizer to CassandraAuthorizer, and change the default
#     user.
#   evidence: [cassandra]
package dynamicscan.hostrules.cassandra_no_authentication

found contains "was ready for queries without a login" if input.evidence.cassandra.reply == "READY"
