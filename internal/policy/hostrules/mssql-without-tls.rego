# METADATA
# title: SQL Server without encryption
# description: >-
#   Not even the login is encrypted: password and data are readable for everyone on the way.
# related_resources:
#   - ref: https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-tds/60f56408-0188-4cd5-8b90-25c6f2423868
# custom:
#   severity: high
#   fix: Give the server a certificate and set Force Encryption.
#   evidence: [mssql]
package dynamicscan.hostrules.mssql_without_tls

found contains "says that it does not support encryption" if input.evidence.mssql.encryption == 2
