# METADATA
# title: Session cookie without its flags
# description: >-
#   A cookie without Secure is sent over plain HTTP too; one without HttpOnly can be read by a script that someone
#   slips into the page.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc6265#section-4.1.2
# custom:
#   severity: low
#   fix: Set Secure and HttpOnly on every cookie that stands for a login.
#   evidence: [http]
package dynamicscan.hostrules.http_cookie_flags

found contains sprintf("sets the cookie %s without %s", [name, concat(" and ", missing)]) if {
	some cookie in input.http.headers["set-cookie"]
	parts := split(cookie, ";")
	name := trim_space(split(parts[0], "=")[0])
	regex.match(`(?i)sess|sid$|auth|token|jwt`, name)
	not regex.match(`(?i)csrf|xsrf`, name) # which scripts have to read
	flags := {lower(trim_space(part)) | some part in parts}
	missing := [flag | some flag in wanted; not lower(flag) in flags]
	count(missing) > 0
}

wanted := ["HttpOnly", "Secure"] if input.http.scheme == "https"

wanted := ["HttpOnly"] if input.http.scheme == "http"
