# METADATA
# title: Jenkins lets anonymous users in
# description: >-
#   Anyone can read the jobs and their logs, and where more is allowed run builds.
# related_resources:
#   - ref: https://www.jenkins.io/doc/book/security/access-control/permissions/
# custom:
#   severity: high
#   fix: Take the read permission from anonymous users, and narrow who can reach it.
#   evidence: [jenkins]
package dynamicscan.hostrules.jenkins_anonymous

found contains "listed its jobs without a login" if input.evidence.jenkins.recognised
