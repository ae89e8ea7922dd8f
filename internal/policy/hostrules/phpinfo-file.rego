# METADATA
# title: Page of phpinfo in a web folder
# description: >-
#   It tells versions, paths and the environment, which often holds secrets.
# related_resources:
#   - ref: https://www.php.net/manual/en/function.phpinfo.php
# custom:
#   severity: medium
#   fix: Delete the file.
#   evidence: [phpinfo]
package dynamicscan.hostrules.phpinfo_file

found contains "handed out /phpinfo.php" if input.evidence.phpinfo.recognised
