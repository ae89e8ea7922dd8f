package report_test

import (
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

func one(port uint16) []exposure.PortRange { return []exposure.PortRange{{Lo: port, Hi: port}} }

// many returns n separate ports.
func many(n int) []exposure.PortRange {
	ranges := []exposure.PortRange{}
	for i := range n {
		ranges = append(ranges, exposure.PortRange{Lo: uint16(1000 + 2*i), Hi: uint16(1000 + 2*i)})
	}
	return ranges
}

var hops = []exposure.Hop{
	{Gate: "address", Resource: "aws_instance.web", Attribute: "public_ip", Summary: "aws_instance.web has the public address 203.0.113.7", Certainty: exposure.Must},
	{Gate: "route", Resource: "aws_route.out", Summary: "aws_route.out sends 0.0.0.0/0 to aws_internet_gateway.main", Certainty: exposure.Must},
	{Gate: "security_group", Resource: "aws_security_group.web", Attribute: "ingress[0].cidr_blocks", Summary: "aws_security_group.web allows 0.0.0.0/0 to tcp port 22", Remedy: "Narrow ingress[0].cidr_blocks of aws_security_group.web", Certainty: exposure.Must, File: "network.tf", Line: 12},
}

var scanned = time.Date(2026, 3, 1, 12, 30, 0, 0, time.UTC)

// scanReport is a scan in which everything happens that can.
func scanReport() exposure.Report {
	r := exposure.Report{
		Input:  "prod.tfstate",
		FailOn: exposure.SeverityCritical,
		Assumptions: map[string]string{
			"aws.default_nacl": "A subnet for which no network ACL is declared has the VPC's default network ACL as AWS made it, which allows everything.",
		},
		Uncovered:  []exposure.TypeCount{{Type: "aws_kms_key", Count: 2}},
		Incomplete: []string{"the plan defers the change of aws_instance.late to a later run"},
		Warnings:   []string{"Screenshots are missing: no browser was found", "The waiver for resource aws_lb.gone covers no finding: it is misspelt, or can be removed. Its owner is ops"},
	}
	for _, result := range []exposure.Result{webSSH(), webHTTP(), wide(), leftOut(), failed(), stored(), udp(), restricted(), unknownScanned(), blocked()} {
		r.Results = append(r.Results, result)
		r.Findings = append(r.Findings, result.Findings...)
	}
	exposure.SortFindings(r.Findings)
	return r
}

func webSSH() exposure.Result {
	e := exposure.Endpoint{
		ID: "0000000000000001", ResourceAddress: "aws_instance.web", Key: "ipv4", Related: []string{"aws_security_group.web"},
		Identity: exposure.Identity{Cloud: "aws", ID: "arn:aws:ec2:eu-central-1:111122223333:instance/i-1", Account: "111122223333", Region: "eu-central-1"},
		Project:  "shop", Host: "203.0.113.7", Names: []string{"web.example.com"}, Transport: exposure.TCP, Ports: one(22), App: "ssh", Kind: "compute",
		Verdict: exposure.Exposed, Scope: exposure.ScopeWorld, Access: exposure.AccessUnknown, Confidence: exposure.ConfidenceAssumed,
		Hops: hops, Assumptions: []string{"aws.default_nacl"}, Notes: []string{"behind an address that changes"},
	}
	o := &exposure.Observation{
		PortStatus: exposure.StatusOpen, ResolvedAddresses: []string{"203.0.113.7"}, PortsProbed: 1, Severity: exposure.SeverityCritical, ScannedAt: scanned,
		Ports: []exposure.PortObservation{{
			Port: 22, Result: exposure.Open, Banner: "SSH-2.0-OpenSSH_7.4", Severity: exposure.SeverityCritical,
			Evidence: []exposure.Evidence{{Probe: "ssh", Fields: map[string]any{"macs": []any{"hmac-md5"}}}},
		}},
	}
	return exposure.Result{Endpoint: e, Observed: o, Severity: o.Severity, Findings: []exposure.Finding{{
		Rule: "open-port", Title: "SSH port open to the internet", Severity: exposure.SeverityCritical, ResourceAddress: e.ResourceAddress, EndpointID: e.ID,
		Host: e.Host, Port: 22, Evidence: "203.0.113.7:22 completed a TCP handshake. Port 22 is usually SSH.", Failing: true,
	}, {
		Rule: "ssh-weak-mac", Title: "SSH with weak message authentication", Severity: exposure.SeverityLow, ResourceAddress: e.ResourceAddress, EndpointID: e.ID,
		Host: e.Host, Port: 22, Evidence: "203.0.113.7:22 offers hmac-md5.", Why: "Who sits in between may change what is sent.",
		Fix: "Leave the algorithms out of MACs.", Reference: "https://man.openbsd.org/sshd_config#MACs",
	}}}
}

func webHTTP() exposure.Result {
	e := exposure.Endpoint{
		ID: "0000000000000002", ResourceAddress: "aws_lb.web", Key: "dns", Host: "web-1.elb.example.com", Transport: exposure.TCP,
		Ports: []exposure.PortRange{{Lo: 80, Hi: 80}, {Lo: 443, Hi: 443}}, App: "http", Path: "/admin", Kind: "lb",
		Verdict: exposure.Exposed, Scope: exposure.ScopeWorld, Access: exposure.AccessAnonymous, Confidence: exposure.Declared,
		Hops: []exposure.Hop{{Gate: "address", Resource: "aws_lb.web", Summary: "aws_lb.web is internet-facing", Remedy: "Set internal = true on aws_lb.web", Certainty: exposure.Must}},
	}
	answer := &exposure.HTTPObservation{
		URL: "https://web-1.elb.example.com/admin", Status: "2xx", StatusCode: 200, Title: "Grafana",
		Headers:   []exposure.Header{{Name: "Server", Value: "nginx/1.27 <script>"}, {Name: "Set-Cookie", Value: "[redacted: session-cookie]"}},
		BodyStart: "<html>\n\u00fc \ufffd [redacted: github-pat]", BodyBytes: 1234,
		Technologies:   []exposure.Technology{{Name: "Grafana", Version: "11.1", Categories: []string{"Analytics"}, CPE: "cpe:2.3:a:grafana:grafana:*:*:*:*:*:*:*:*"}},
		Authentication: []exposure.Authentication{{Method: exposure.AuthBasic, Verdict: exposure.AuthEnforced, Evidence: "WWW-Authenticate: Basic"}, {Method: exposure.AuthSSO, Verdict: exposure.AuthOffered, Provider: "Okta", Tenant: "acme", Evidence: "link to acme.okta.com"}},
		Screenshot:     &exposure.Screenshot{Reason: "the page holds a secret, so no picture of it is kept"},
	}
	o := &exposure.Observation{
		PortStatus: exposure.StatusOpen, ResolvedAddresses: []string{"203.0.113.8", "2001:db8::8"}, PortsProbed: 2, Severity: exposure.SeverityHigh, ScannedAt: scanned,
		Ports: []exposure.PortObservation{
			{Port: 80, Result: exposure.Refused},
			{Port: 443, Result: exposure.Open, HTTP: answer, Severity: exposure.SeverityHigh, TLS: &exposure.TLS{
				Version: "TLS 1.2", CipherSuite: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", NameMatches: true, Chain: []exposure.Certificate{{
					Subject: "CN=web-1.elb.example.com", Issuer: "CN=Example CA", Names: []string{"web-1.elb.example.com"}, NotBefore: scanned.AddDate(0, -1, 0),
					NotAfter: scanned.AddDate(0, 2, 0), KeyAlgorithm: "RSA", KeyBits: 2048, SignatureAlgorithm: "SHA256-RSA",
				}},
			}},
		},
		Leaks: []exposure.Leak{
			{Kind: exposure.LeakSecret, Port: 443, Rule: "github-pat", Place: "response body", Line: 2, Column: 7, Count: 3, Severity: exposure.SeverityCritical, Key: "5d41402abc4b2a76b9719d911017c592"},
			{Kind: exposure.LeakSensitiveData, Port: 443, Rule: "iban", Place: "page text", Line: 4, Column: 12, Box: &exposure.Box{X: 80, Y: 120, Width: 210, Height: 18}, Count: 1, Severity: exposure.SeverityHigh},
		},
	}
	finding := exposure.Finding{ResourceAddress: e.ResourceAddress, EndpointID: e.ID, Host: e.Host, Port: 443}
	weak, leak := finding, finding
	weak.Rule, weak.Title, weak.Severity = "http-weak-authentication", "HTTP endpoint with basic authentication open to the internet", exposure.SeverityHigh
	weak.Evidence = `web-1.elb.example.com:443 completed a TCP handshake, answered HTTP 200 with the title "Grafana" and asked for authentication: basic.`
	leak.Rule, leak.Title, leak.Severity, leak.Failing = "secret-exposed", "Secret in a public answer", exposure.SeverityCritical, true
	leak.Evidence = `What web-1.elb.example.com:443 answered matches secret rules: "github-pat" in the response body at line 2, column 7 (3 times). The values are redacted and kept nowhere.`
	return exposure.Result{Endpoint: e, Observed: o, Severity: o.Severity, Findings: []exposure.Finding{leak, weak}}
}

// wide is a host with every port open, accepted by its owner.
func wide() exposure.Result {
	e := exposure.Endpoint{
		ID: "0000000000000003", ResourceAddress: "aws_instance.honeypot[\"a\"]", Key: "ipv4", Host: "203.0.113.9", Transport: exposure.TCP,
		Ports: []exposure.PortRange{exposure.AllPorts}, Kind: "compute", Verdict: exposure.Exposed, Scope: exposure.ScopeBroad, Access: exposure.AccessUnknown,
		Confidence: exposure.Declared, Hops: hops[:1], Sources: []string{"0.0.0.0/1", "128.0.0.0/2"}, SourceTotal: 2,
	}
	o := &exposure.Observation{PortStatus: exposure.StatusOpen, ResolvedAddresses: []string{"203.0.113.9"}, PortsProbed: 52, AnswersOnAllPorts: true, Severity: exposure.SeverityCritical, ScannedAt: scanned}
	for _, r := range many(30) {
		o.Ports = append(o.Ports, exposure.PortObservation{Port: r.Lo, Result: exposure.Open, Severity: exposure.SeverityCritical})
	}
	o.Ports = append(o.Ports, exposure.PortObservation{Port: 9000, Detail: "network is unreachable", Severity: exposure.SeverityCritical})
	return exposure.Result{Endpoint: e, Observed: o, Severity: o.Severity, Findings: []exposure.Finding{{
		Rule: "open-port", Title: "Port open to the internet", Severity: exposure.SeverityCritical, ResourceAddress: e.ResourceAddress, EndpointID: e.ID,
		Host: e.Host, Port: 1000, Ports: many(30), Evidence: "203.0.113.9:1000 completed a TCP handshake. The same rule holds for 30 ports of this host.",
		Waiver: &exposure.Waiver{Resource: "aws_instance.honeypot*", Ports: []string{"1000-2000"}, Reason: "it is meant to be found", Owner: "security@example.com", Expires: scanned.AddDate(1, 0, 0)},
	}}}
}

func unscanned(id, resource string, status exposure.PortStatus, rule, reason string) exposure.Result {
	e := exposure.Endpoint{
		ID: id, ResourceAddress: resource, Key: "ipv4", Host: "203.0.113.10", Transport: exposure.TCP, Ports: one(5432), Kind: "database",
		Verdict: exposure.Exposed, Scope: exposure.ScopeProvider, Access: exposure.AccessUnknown, Confidence: exposure.Partial, SourceLabels: []string{"AWS service ranges"},
	}
	o := &exposure.Observation{PortStatus: status, Reason: reason, ResolvedAddresses: []string{}, Ports: []exposure.PortObservation{}, Severity: exposure.SeverityCritical}
	return exposure.Result{Endpoint: e, Observed: o, Severity: o.Severity, Findings: []exposure.Finding{{
		Rule: rule, Title: "Endpoint not verified", Severity: exposure.SeverityCritical, ResourceAddress: resource, EndpointID: id, Host: e.Host, Port: 5432,
		Evidence: "The scan of 203.0.113.10:5432 gave nothing: " + reason + ". What was not scanned counts as critical.", Failing: rule == "not-scanned",
	}}}
}

func leftOut() exposure.Result {
	return unscanned("0000000000000004", "aws_db_instance.dev", exposure.StatusExcluded, "left-out", `project "dev" is out of the declared scope`)
}

func failed() exposure.Result {
	return unscanned("0000000000000005", "aws_db_instance.orders", exposure.StatusScanFailed, "not-scanned", "no such host")
}

// stored was harmless in an earlier scan.
func stored() exposure.Result {
	r := unscanned("0000000000000006", "aws_db_instance.stored", exposure.StatusClosed, "", "")
	r.Observed.FromStore, r.Observed.ScannedAt, r.Observed.PortsProbed = true, scanned.Add(-time.Hour), 1
	r.Observed.Ports = []exposure.PortObservation{{Port: 5432, Result: exposure.Filtered, Severity: exposure.SeverityLow}}
	r.Observed.Severity, r.Severity, r.Findings = exposure.SeverityLow, exposure.SeverityLow, nil
	return r
}

func udp() exposure.Result {
	e := exposure.Endpoint{
		ID: "0000000000000007", ResourceAddress: "aws_vpn.main", Key: "ipv6", Host: "2001:db8::1", Transport: exposure.UDP, Ports: one(500),
		Verdict: exposure.Exposed, Scope: exposure.ScopeWorld, Dormant: true, SharedFront: true, Access: exposure.AccessAuthenticated,
	}
	return exposure.Result{Endpoint: e, Severity: exposure.SeverityCritical, Observed: &exposure.Observation{
		PortStatus: exposure.StatusUnsupportedPort, Reason: "only TCP is probed, not udp", Severity: exposure.SeverityCritical,
		ResolvedAddresses: []string{}, Ports: []exposure.PortObservation{},
	}}
}

func restricted() exposure.Result {
	return exposure.Result{Endpoint: exposure.Endpoint{
		ID: "0000000000000008", ResourceAddress: "aws_instance.bastion", Key: "ipv4", Transport: exposure.TCP, Ports: many(12),
		Verdict: exposure.NotExposed, Scope: exposure.ScopeRestricted, Sources: []string{"198.51.100.0/24", "198.51.101.0/24", "198.51.102.0/24", "198.51.103.0/24"}, SourceTotal: 40,
		SourceLabels: []string{"a prefix list of the provider"}, Blockers: hops[2:], Access: exposure.AccessUnknown, Confidence: exposure.Declared,
	}}
}

func unknownScanned() exposure.Result {
	r := unscanned("0000000000000009", "aws_instance.spot", exposure.StatusClosed, "", "")
	r.Endpoint.Verdict, r.Endpoint.Likelihood, r.Endpoint.Scope = exposure.Unknown, "likely", exposure.ScopeWorld
	r.Endpoint.Unknowns = []exposure.Gap{{Resource: "aws_subnet.a", Attribute: "map_public_ip_on_launch", Reason: "which subnet it is in is known only after apply", Remedy: "Run again after apply"}}
	r.Observed.PortsProbed, r.Observed.Ports = 1, []exposure.PortObservation{{Port: 5432, Result: exposure.Refused}}
	r.Observed.ScannedAt, r.Observed.Severity, r.Severity, r.Findings = scanned, exposure.SeverityNone, exposure.SeverityNone, nil
	return r
}

// blocked is in the JSON report only.
func blocked() exposure.Result {
	return exposure.Result{Endpoint: exposure.Endpoint{
		ID: "000000000000000a", ResourceAddress: "aws_instance.private", Key: "ipv4", Transport: exposure.TCP, Ports: one(22),
		Verdict: exposure.NotExposed, Scope: exposure.ScopeNone, Blockers: hops[1:2], Access: exposure.AccessUnknown, Confidence: exposure.Declared,
	}}
}

// planReport is an offline run over a plan: unknown endpoints that share what
// is missing, ICMP, many types that are not covered, and no failing finding.
func planReport() exposure.Report {
	gaps := []exposure.Gap{
		{Resource: "aws_lb.new", Reason: "its subnets are in no input", Remedy: "Add the state that holds them"},
		{Resource: "aws_security_group.new", Reason: "the source of aws_security_group.new is known only after apply"},
	}
	unknown := func(id string, port uint16) exposure.Result {
		return exposure.Result{Endpoint: exposure.Endpoint{
			ID: id, ResourceAddress: "aws_lb.new", Key: "dns", Transport: exposure.TCP, Ports: one(port),
			Verdict: exposure.Unknown, Likelihood: "unlikely", Scope: exposure.ScopeNone, Unknowns: gaps, Confidence: exposure.Partial, Access: exposure.AccessUnknown,
		}}
	}
	ping := exposure.Result{Severity: exposure.SeverityMedium, Endpoint: exposure.Endpoint{
		ID: "0000000000000012", ResourceAddress: "aws_instance.ping", Key: "ipv4", Transport: exposure.ICMP, Ports: []exposure.PortRange{exposure.AllPorts},
		Verdict: exposure.Exposed, Scope: exposure.ScopeWorld, Access: exposure.AccessUnknown, Confidence: exposure.Declared, Hops: hops,
	}}
	r := exposure.Report{
		Input: "plan.json", Offline: true, FailOn: exposure.SeverityHigh, Passed: true,
		Results: []exposure.Result{unknown("0000000000000010", 80), unknown("0000000000000011", 443), ping, webHTTP()},
		Closed:  []exposure.Endpoint{webSSH().Endpoint},
	}
	r.Results[2].Change, r.Results[3].Change, r.Results[3].Observed = exposure.ChangeNew, exposure.ChangeNone, nil
	for i := range 20 {
		r.Uncovered = append(r.Uncovered, exposure.TypeCount{Type: "aws_type_" + string(rune('a'+i)), Count: i%3 + 1})
	}
	return r
}

// fixtures are the reports of the golden files.
func fixtures() map[string]exposure.Report {
	return map[string]exposure.Report{"scan": scanReport(), "plan": planReport(), "empty": {Passed: true, FailOn: exposure.SeverityCritical}}
}
