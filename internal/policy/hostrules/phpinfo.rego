# METADATA
# title: Page of phpinfo
# description: >-
#   It tells versions, paths and the environment, which often holds secrets.
# related_resources:
#   - ref: https://www.php.net/manual/en/function.phpinfo.php
# custom:
#   severity: medium
#   fix: Delete the page.
#   evidence: [page]
package dynamicscan.hostrules.phpinfo

found contains "answered with the page of phpinfo" if input.evidence.page.phpinfo
