# METADATA
# title: Git repository in a web folder
# description: >-
#   Anyone can download the source with its whole history, and the secrets that were ever in it.
# related_resources:
#   - ref: https://git-scm.com/docs/gitrepository-layout
# custom:
#   severity: high
#   fix: >-
#     Keep the repository out of the folder that is served, refuse paths that begin with a dot, and replace the
#     secrets that it held.
#   evidence: [git-head]
package dynamicscan.hostrules.git_repository

found contains "handed out /.git/HEAD" if input.evidence["git-head"].recognised
