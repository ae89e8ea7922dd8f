# METADATA
# title: Status page of Apache
# description: >-
#   It lists who asks for what right now, with addresses and the parameters of their requests.
# related_resources:
#   - ref: https://httpd.apache.org/docs/2.4/mod/mod_status.html
# custom:
#   severity: medium
#   fix: Let only this host and the monitoring read it (Require local).
#   evidence: [apache-status]
package dynamicscan.hostrules.apache_server_status

found contains "showed the status page of Apache" if input.evidence["apache-status"].recognised
