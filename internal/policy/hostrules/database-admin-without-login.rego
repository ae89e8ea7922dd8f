# METADATA
# title: Database interface without a login
# description: >-
#   Anyone can read, change and delete the databases behind it.
# related_resources:
#   - ref: https://docs.phpmyadmin.net/en/latest/setup.html#securing-your-phpmyadmin-installation
# custom:
#   severity: critical
#   fix: Ask for a login, and narrow who can reach it.
#   evidence: [page]
package dynamicscan.hostrules.database_admin_without_login

found contains sprintf("let anyone into %s", [input.evidence.page.database_admin]) if input.evidence.page.database_admin != ""
