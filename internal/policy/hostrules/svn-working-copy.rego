# METADATA
# title: Subversion working copy in a web folder
# description: >-
#   Anyone can download the source, and the secrets in it.
# related_resources:
#   - ref: https://svnbook.red-bean.com/en/1.7/svn.ref.svn.c.export.html
# custom:
#   severity: high
#   fix: Serve an export in its place, and refuse paths that begin with a dot.
#   evidence: [svn-entries]
package dynamicscan.hostrules.svn_working_copy

found contains "handed out /.svn/entries" if input.evidence["svn-entries"].recognised
