# METADATA
# title: Setup page of phpMyAdmin
# description: >-
#   The page makes configuration files, and has had holes of its own.
# related_resources:
#   - ref: https://docs.phpmyadmin.net/en/latest/setup.html#securing-your-phpmyadmin-installation
# custom:
#   severity: high
#   fix: Delete the folder setup.
#   evidence: [phpmyadmin-setup]
package dynamicscan.hostrules.phpmyadmin_setup

found contains "showed the setup page of phpMyAdmin" if input.evidence["phpmyadmin-setup"].recognised
