# Severity policy "strict".
#
# Whatever the analysis found exposed is critical, closed ports included.
#
# The rule severity answers "critical", "high", "medium", "low" or "none" for one
# port that was scanned. What was not scanned is critical before any policy is
# asked. To have a policy of your own, copy this file into custom_policy and
# change it; the package and the name of the rule have to stay.
#
#   input.port_status              "open" or "closed"
#   input.handshake                "successful" or "unsuccessful"
#   input.http_status              "1xx" to "5xx"; "client_error" or "unsupported_http_path" when
#                                  the GET brought no HTTP answer; "" when none was due
#   input.http_status_code         100 to 599; 0 without an HTTP answer
#   input.authentication           "none", "basic", "digest", "ntlm" or "sso": the weakest enforced; a form, a
#                                  bearer token and a client certificate are "none", negotiate is "ntlm"
#   input.enforced_authentication  every method that keeps a stranger out: ["negotiate", "client_certificate"]
#   input.offered_authentication   every method that a page open to everyone tells of: ["form", "sso"]
#   input.directly_exposed_bucket  true or false
#   input.port, input.transport    443, "tcp"
#   input.kind                     kind of resource: "compute", "lb", "bucket", ...
#   input.project                  your own grouping; "" when there is none
package dynamicscan.severity

severity := "critical"
