# METADATA
# title: Status page of nginx
# description: >-
#   It tells how busy the server is, which helps who wants to overload it.
# related_resources:
#   - ref: https://nginx.org/en/docs/http/ngx_http_stub_status_module.html
# custom:
#   severity: low
#   fix: Let only this host and the monitoring read it (allow, deny).
#   evidence: [nginx-status]
package dynamicscan.hostrules.nginx_stub_status

found contains "showed the status page of nginx" if input.evidence["nginx-status"].recognised
