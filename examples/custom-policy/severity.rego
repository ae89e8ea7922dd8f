package dynamicscan.severity

# A page that anyone may read is critical, unless the project is a public web
# site: then it is what it is for.
severity := "critical" if {
	input.http_status == "2xx"
	input.authentication == "none"
	not public_site
}

severity := "low" if {
	input.http_status == "2xx"
	input.authentication == "none"
	public_site
}

# An open port that speaks no HTTP is critical, a closed one is low.
severity := "critical" if {
	input.http_status_code == 0
	input.handshake == "successful"
}

severity := "low" if {
	input.http_status_code == 0
	input.handshake == "unsuccessful"
}

# Everything else that answers.
default severity := "medium"

public_site if startswith(input.project, "www-")
