# METADATA
# title: SQL Server that does not require encryption
# description: >-
#   After the login, whatever a client does not ask to encrypt is readable for everyone on the way.
# related_resources:
#   - ref: https://learn.microsoft.com/en-us/sql/database-engine/configure-windows/configure-sql-server-encryption
# custom:
#   severity: medium
#   fix: Set Force Encryption, and Force Strict Encryption where all clients know it.
#   evidence: [mssql]
package dynamicscan.hostrules.mssql_encryption_not_required

found contains "agreed to encrypt the login only" if input.evidence.mssql.encryption == 0
