# Severity policy "permissive", the lenient one.
#
# Critical is what answers without authentication, and an open port that speaks no
# HTTP. It puts a large backlog in order; moderate is the one to live with.
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

# Non-HTTP: without an HTTP answer, the TCP three-way handshake decides.
severity := tcp[input.handshake] if input.http_status_code == 0

tcp := {
	"successful": "critical",
	"unsuccessful": "low",
}

# HTTP: status code, authentication, [directly exposed bucket, other resource].
http := {
	"1XX": {"any": ["medium", "medium"]},
	"101": {"any": ["critical", "critical"]},
	"2XX": {
		"none": ["critical", "critical"],
		"basic": ["high", "high"],
		"digest": ["high", "high"],
		"ntlm": ["high", "high"],
		"sso": ["medium", "medium"],
	},
	"3XX": {"any": ["medium", "medium"]},
	"4XX": {"any": ["medium", "high"]},
	"400": {"any": ["medium", "high"]},
	"401": {
		"none": ["medium", "medium"],
		"basic": ["medium", "medium"],
		"digest": ["medium", "medium"],
		"ntlm": ["medium", "medium"],
		"sso": ["medium", "medium"],
	},
	"403": {"any": ["medium", "medium"]},
	"404": {"any": ["high", "high"]},
	"407": {"any": ["medium", "medium"]},
	"423": {"any": ["medium", "medium"]},
	"498": {"any": ["medium", "medium"]},
	"5XX": {"any": ["medium", "medium"]},
	"500": {"any": ["high", "high"]},
}

# The row of the exact code wins over the row of its class.
rows := [row |
	some status in [format_int(input.http_status_code, 10), upper(input.http_status)]
	some authentication in [input.authentication, "any"]
	row := http[status][authentication]
]

severity := rows[0][column] if input.http_status_code > 0

default column := 1

column := 0 if input.directly_exposed_bucket
