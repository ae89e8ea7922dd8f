package policy_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/policy"
)

var webServer = exposure.Endpoint{
	ID: "0123456789abcdef", ResourceAddress: "aws_lb.web", Host: "203.0.113.7", Transport: exposure.TCP,
	Ports: []exposure.PortRange{{Lo: 80, Hi: 443}}, Verdict: exposure.Exposed,
}

func judged(t *testing.T, name string, ep exposure.Endpoint, o exposure.Observation) exposure.Observation {
	t.Helper()
	if err := mustNamed(t, name).Judge(t.Context(), ep, &o); err != nil {
		t.Fatalf("Judge: %v", err)
	}
	return o
}

// lines writes findings as "severity rule port: title", which is what most
// tests are about.
func lines(findings []exposure.Finding) []string {
	texts := []string{}
	for _, f := range findings {
		text := fmt.Sprintf("%v %s %d: %s", f.Severity, f.Rule, f.Port, f.Title)
		if len(f.Ports) > 0 {
			text += " [" + exposure.FormatPorts(f.Ports) + "]"
		}
		texts = append(texts, text)
	}
	return texts
}

func TestAFindingSaysWhatWasSeen(t *testing.T) {
	port := answered(443, 200)
	port.HTTP.Title = "Grafana\x1b[31m \"live\"\u202e"
	port.HTTP.Technologies = []exposure.Technology{{Name: "Grafana", Version: "9.1.0"}, {Name: "nginx"}}
	got := policy.Findings(webServer, judged(t, "moderate", webServer, seen(exposure.StatusOpen, port)))
	want := []exposure.Finding{{
		Rule: "http-no-authentication", Title: "HTTP endpoint without authentication open to the internet",
		Severity: exposure.SeverityCritical, ResourceAddress: "aws_lb.web", EndpointID: "0123456789abcdef",
		Host: "203.0.113.7", Port: 443,
		Evidence: "203.0.113.7:443 completed a TCP handshake, answered HTTP 200 with the title \"Grafana\ufffd[31m \\\"live\\\"\ufffd\" " +
			"and asked for no authentication. It looks like Grafana 9.1.0 and nginx.",
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Findings (-want +got):\n%s", diff)
	}
}

func TestEachPortBreaksOneRule(t *testing.T) {
	noAnswer := silent(443, exposure.Open)
	noAnswer.HTTP = &exposure.HTTPObservation{Status: exposure.HTTPClientError}
	tests := []struct {
		name, policy string
		bucket       bool
		o            exposure.Observation
		want         []string
	}{
		{"known port", "moderate", false, seen(exposure.StatusOpen, silent(5432, exposure.Open)), []string{"critical open-port 5432: PostgreSQL port open to the internet"}},
		{"unknown port", "moderate", false, seen(exposure.StatusOpen, silent(12345, exposure.Open)), []string{"critical open-port 12345: Port open to the internet"}},
		{"HTTP port without HTTP", "moderate", false, seen(exposure.StatusOpen, noAnswer), []string{"critical open-port 443: Port open to the internet"}},
		{"basic", "moderate", false, seen(exposure.StatusOpen, answered(80, 401, exposure.AuthBasic)), []string{"high http-weak-authentication 80: HTTP endpoint with basic authentication open to the internet"}},
		{"NTLM before SSO", "moderate", false, seen(exposure.StatusOpen, answered(80, 200, exposure.AuthSSO, exposure.AuthNTLM)), []string{"high http-weak-authentication 80: HTTP endpoint with NTLM authentication open to the internet"}},
		{"unknown authentication", "moderate", false, seen(exposure.StatusOpen, answered(80, 401)), []string{"critical http-unknown-authentication 80: HTTP endpoint with unknown authentication open to the internet"}},
		{"Negotiate", "moderate", false, seen(exposure.StatusOpen, answered(80, 401, exposure.AuthNegotiate)), []string{"high http-weak-authentication 80: HTTP endpoint with Negotiate authentication open to the internet"}},
		{"bearer token", "moderate", false, seen(exposure.StatusOpen, answered(80, 401, exposure.AuthBearer)), []string{"critical http-unknown-authentication 80: HTTP endpoint with bearer token authentication open to the internet"}},
		{"offered methods", "moderate", false, seen(exposure.StatusOpen, offering(80, 200, exposure.AuthBasic, exposure.AuthSSO)), []string{"critical http-no-authentication 80: HTTP endpoint without authentication open to the internet"}},
		{"offered beside enforced", "moderate", false, seen(exposure.StatusOpen, offering(80, 401, exposure.AuthSSO)), []string{"critical http-unknown-authentication 80: HTTP endpoint with unknown authentication open to the internet"}},
		{"single sign-on", "moderate", false, seen(exposure.StatusOpen, answered(80, 200, exposure.AuthSSO)), []string{"medium http-sso 80: HTTP endpoint with single sign-on open to the internet"}},
		{"redirect", "moderate", false, seen(exposure.StatusOpen, answered(80, 302, exposure.AuthSSO)), []string{"high http-endpoint 80: HTTP endpoint open to the internet"}},
		{"error page", "moderate", false, seen(exposure.StatusOpen, answered(80, 503)), []string{"high http-error-page 80: HTTP error page open to the internet"}},
		{"bucket", "moderate", true, seen(exposure.StatusOpen, answered(443, 200)), []string{"critical public-bucket 443: Bucket open to the internet"}},
		{"closed", "moderate", false, seen(exposure.StatusClosed, silent(22, exposure.Refused)), []string{}},
		{"closed, strictly", "strict", false, seen(exposure.StatusClosed, silent(22, exposure.Refused), silent(80, exposure.Filtered)), []string{"critical declared-exposure 0: Endpoint declared open to the internet [22, 80]"}},
		{"not verified", "moderate", false, seen(exposure.StatusOpen, answered(80, 302), silent(443, exposure.Unverified)), []string{"critical not-scanned 443: Endpoint not verified", "high http-endpoint 80: HTTP endpoint open to the internet"}},
		{"failed", "moderate", false, seen(exposure.StatusScanFailed, silent(80, exposure.Unverified)), []string{"critical not-scanned 0: Endpoint not verified [80-443]"}},
		{"unsupported", "moderate", false, seen(exposure.StatusUnsupportedPort), []string{"critical left-out 0: Endpoint left out of the scan [80-443]"}},
		{"excluded", "moderate", false, seen(exposure.StatusExcluded), []string{"critical left-out 0: Endpoint left out of the scan [80-443]"}},
		{"disabled", "moderate", false, seen(exposure.StatusScannerDisabled), []string{"critical left-out 0: Endpoint left out of the scan [80-443]"}},
		{"contradiction", "moderate", false, seen(exposure.StatusOpen, silent(22, exposure.Refused)), []string{"critical not-scanned 0: Endpoint not verified [80-443]"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ep := webServer
			ep.DirectlyExposedBucket = test.bucket
			got := policy.Findings(ep, judged(t, test.policy, ep, test.o))
			if diff := cmp.Diff(test.want, lines(got)); diff != "" {
				t.Errorf("%s: Findings (-want +got):\n%s", test.policy, diff)
			}
		})
	}
}

func TestManyPortsShareAFindingThatListsThem(t *testing.T) {
	ports := []exposure.PortObservation{}
	for port := range uint16(1000) {
		ports = append(ports, silent(port+1, exposure.Open))
	}
	ep := webServer
	ep.Ports = []exposure.PortRange{exposure.AllPorts}
	o := seen(exposure.StatusOpen, ports...)
	o.AnswersOnAllPorts = true
	got := policy.Findings(ep, judged(t, "moderate", ep, o))
	if diff := cmp.Diff([]string{"critical open-port 1: Port open to the internet [1-1000]"}, lines(got)); diff != "" {
		t.Fatalf("Findings of a tarpit (-want +got):\n%s", diff)
	}
	want := "203.0.113.7:1 completed a TCP handshake. The host answers on every port that was asked, so a firewall or a tarpit " +
		"may be answering in its place. The same rule holds for 1000 ports of this host: 1-1000."
	if got[0].Evidence != want {
		t.Errorf("evidence = %q, want %q", got[0].Evidence, want)
	}
	few := policy.Findings(ep, judged(t, "moderate", ep, seen(exposure.StatusOpen, ports[:10]...)))
	if len(few) != 10 {
		t.Errorf("Findings of ten open ports = %v, want ten", lines(few))
	}
}

func TestASharedFindingSpeaksOfItsWorstPort(t *testing.T) {
	ports := []exposure.PortObservation{}
	for i := range uint16(12) {
		ports = append(ports, answered(8000+i, 403))
	}
	ports[7] = answered(8007, 404)
	o := judged(t, "permissive", webServer, seen(exposure.StatusOpen, ports...))
	got := policy.Findings(webServer, o)
	if diff := cmp.Diff([]string{"high http-error-page 8007: HTTP error page open to the internet [8000-8011]"}, lines(got)); diff != "" {
		t.Errorf("Findings (-want +got):\n%s", diff)
	}
}

func TestClosedPortsOfAWideRangeAreAFindingForAPolicyThatMinds(t *testing.T) {
	o := seen(exposure.StatusClosed)
	o.PortsProbed = 60
	got := policy.Findings(webServer, judged(t, "strict", webServer, o))
	if diff := cmp.Diff([]string{"critical declared-exposure 0: Endpoint declared open to the internet [80-443]"}, lines(got)); diff != "" {
		t.Errorf("Findings (-want +got):\n%s", diff)
	}
	if !strings.Contains(got[0].Evidence, "Of 60 ports probed on 203.0.113.7, 0 completed a TCP handshake.") {
		t.Errorf("evidence = %q, want the count", got[0].Evidence)
	}
}

func TestSecretsOfAPortAreOneFindingAndStaySecret(t *testing.T) {
	o := judged(t, "permissive", webServer, seen(exposure.StatusOpen, answered(443, 403)))
	o.Leaks = []exposure.Leak{
		{Port: 443, Rule: "github-pat", Place: "response body", Line: 12, Count: 3, Severity: exposure.SeverityCritical},
		{Port: 443, Rule: "credential-url", Place: "page title", Count: 1, Severity: exposure.SeverityHigh},
	}
	got := policy.Findings(webServer, o)
	want := []string{"critical secret-exposed 443: Secret in a public answer", "medium http-error-page 443: HTTP error page open to the internet"}
	if diff := cmp.Diff(want, lines(got)); diff != "" {
		t.Fatalf("Findings (-want +got):\n%s", diff)
	}
	evidence := `What 203.0.113.7:443 answered matches secret rules: "github-pat" in the response body at line 12 (3 times) ` +
		`and "credential-url" in the page title. The values are redacted and kept nowhere.`
	if got[0].Evidence != evidence {
		t.Errorf("evidence = %q, want %q", got[0].Evidence, evidence)
	}
}

func TestEvidence(t *testing.T) {
	named := webServer
	named.Host = "www.example.com"
	v6 := webServer
	v6.Host = "2001:db8::7"
	wild := webServer
	wild.Path = "/*/x"
	wildPort := silent(80, exposure.Open)
	wildPort.HTTP = &exposure.HTTPObservation{Status: exposure.HTTPUnsupportedPath, Reason: "the path holds a wildcard or a placeholder"}
	longPort := silent(80, exposure.Open)
	longPort.HTTP = &exposure.HTTPObservation{Status: exposure.HTTPUnsupportedPath, Reason: "the path is longer than 8192 bytes"}
	cut, cutLogin := answered(80, 200), answered(80, 401, exposure.AuthBasic)
	cut.HTTP.HeadersTruncated, cutLogin.HTTP.HeadersTruncated = true, true
	unborn, unborn1 := webServer, seen(exposure.StatusScanFailed)
	unborn.Host, unborn.ResourceAddress, unborn1.Reason = "", "aws_instance.web", "the address is not known"
	mute := silent(443, exposure.Open)
	mute.HTTP = &exposure.HTTPObservation{Status: exposure.HTTPClientError, Reason: "malformed answer \"SSH-2.0\"."}
	login := answered(443, 302)
	login.HTTP.Authentication = []exposure.Authentication{
		{Method: exposure.AuthBasic, Verdict: exposure.AuthEnforced}, {Method: exposure.AuthSSO, Verdict: exposure.AuthEnforced, Provider: "Okta"},
	}
	lost := silent(443, exposure.Unverified)
	lost.Detail = "network is unreachable\x07"
	failed := seen(exposure.StatusScanFailed)
	failed.Reason = "no such host"
	resolved := seen(exposure.StatusOpen, silent(22, exposure.Open))
	resolved.ResolvedAddresses = []string{"203.0.113.7"}
	front := webServer
	front.SharedFront = true
	tests := []struct {
		name string
		ep   exposure.Endpoint
		o    exposure.Observation
		want string
	}{
		{"a name that was resolved", named, resolved, "www.example.com:22 (203.0.113.7) completed a TCP handshake."},
		{"IPv6", v6, seen(exposure.StatusOpen, silent(1, exposure.Open)), "[2001:db8::7]:1 completed a TCP handshake."},
		{"wildcard path", wild, seen(exposure.StatusOpen, wildPort), `203.0.113.7:80 completed a TCP handshake. No GET was sent to "/*/x": the path holds a wildcard or a placeholder.`},
		{"long path", wild, seen(exposure.StatusOpen, longPort), `203.0.113.7:80 completed a TCP handshake. No GET was sent to "/*/x": the path is longer than 8192 bytes.`},
		{"cut headers", webServer, seen(exposure.StatusOpen, cut), "203.0.113.7:80 completed a TCP handshake, answered HTTP 200 and its headers were cut, so that what it asks for is not known."},
		{"cut headers of a login", webServer, seen(exposure.StatusOpen, cutLogin), "203.0.113.7:80 completed a TCP handshake, answered HTTP 401 and asked for authentication: basic (its headers were cut)."},
		{"no address", unborn, unborn1, "The scan of aws_instance.web on ports 80-443 failed: the address is not known. What was not scanned counts as critical."},
		{"no HTTP answer", webServer, seen(exposure.StatusOpen, mute), `203.0.113.7:443 completed a TCP handshake. The GET got no HTTP answer: malformed answer "SSH-2.0".`},
		{"two methods", webServer, seen(exposure.StatusOpen, login), "203.0.113.7:443 completed a TCP handshake, answered HTTP 302 and asked for authentication: basic and single sign-on by Okta."},
		{"offers", webServer, seen(exposure.StatusOpen, offering(80, 200, exposure.AuthForm, exposure.AuthSSO)), "203.0.113.7:80 completed a TCP handshake, answered HTTP 200 and asked for no authentication, but offered a login form and single sign-on."},
		{"401 that offers", webServer, seen(exposure.StatusOpen, offering(80, 401, exposure.AuthSSO)), "203.0.113.7:80 completed a TCP handshake, answered HTTP 401 and named no authentication known to the scanner, but offered single sign-on."},
		{"401 without method", webServer, seen(exposure.StatusOpen, answered(80, 401)), "203.0.113.7:80 completed a TCP handshake, answered HTTP 401 and named no authentication known to the scanner."},
		{"not verified", webServer, seen(exposure.StatusOpen, answered(80, 204), lost), "203.0.113.7:443 could not be verified: network is unreachable\ufffd."},
		{"failed", webServer, failed, "The scan of 203.0.113.7:80-443 failed: no such host. What was not scanned counts as critical."},
		{"excluded", webServer, seen(exposure.StatusExcluded), "The settings exclude 203.0.113.7:80-443 from the scan. What was not scanned counts as critical."},
		{"shared front", front, seen(exposure.StatusOpen, silent(1, exposure.Open)), "203.0.113.7:1 completed a TCP handshake. The provider's front end completes the handshake for every customer."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			all := []string{}
			for _, f := range policy.Findings(test.ep, judged(t, "moderate", test.ep, test.o)) {
				all = append(all, f.Evidence)
			}
			if !slices.Contains(all, test.want) {
				t.Errorf("evidence = %q, want %q among it", all, test.want)
			}
		})
	}
}

// TestFindingsMissNothingThatIsMediumOrWorse judges observations of every kind,
// contradictory ones among them, and asks for the promise of Findings.
func TestFindingsMissNothingThatIsMediumOrWorse(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	statuses := []exposure.PortStatus{
		"", exposure.StatusOpen, exposure.StatusOpen, exposure.StatusClosed, exposure.StatusScannerDisabled,
		exposure.StatusExcluded, exposure.StatusUnsupportedPort, exposure.StatusScanFailed,
	}
	results := []exposure.PortResult{"", exposure.Open, exposure.Open, exposure.Refused, exposure.Filtered, exposure.Unverified}
	for range 3000 {
		o := exposure.Observation{PortStatus: statuses[random.IntN(len(statuses))]}
		for i := range random.IntN(14) {
			p := silent(uint16(20+i), results[random.IntN(len(results))])
			if p.Result == exposure.Open && random.IntN(2) == 0 {
				p = answered(p.Port, 100+100*random.IntN(5)+random.IntN(5))
			}
			o.Ports = append(o.Ports, p)
		}
		o.PortsProbed = len(o.Ports) + random.IntN(2)*50
		name := policy.Names()[random.IntN(3)]
		o = judged(t, name, webServer, o)
		findings := policy.Findings(webServer, o)
		worst := exposure.SeverityNone
		for _, f := range findings {
			worst = max(worst, f.Severity)
			if f.Severity < exposure.SeverityMedium || f.Title == "" || f.Evidence == "" || strings.Contains(f.Title, "%") {
				t.Fatalf("%s: finding %+v of %+v is not complete", name, f, o)
			}
		}
		if o.Severity >= exposure.SeverityMedium && worst != o.Severity || o.Severity < exposure.SeverityMedium && len(findings) > 0 {
			t.Fatalf("%s: %+v is %v, the worst of its findings %q is %v", name, o, o.Severity, lines(findings), worst)
		}
		if diff := cmp.Diff(findings, policy.Findings(webServer, o)); diff != "" {
			t.Fatalf("Findings differ from call to call:\n%s", diff)
		}
	}
}

func TestPredicted(t *testing.T) {
	tests := []struct {
		name   string
		change func(*exposure.Endpoint)
		want   []string
	}{
		{"database", func(ep *exposure.Endpoint) { ep.Ports = []exposure.PortRange{{Lo: 5432, Hi: 5432}} }, []string{"critical open-port 5432: PostgreSQL port open to the internet"}},
		{"web", func(ep *exposure.Endpoint) { ep.Ports = []exposure.PortRange{{Lo: 443, Hi: 443}} }, []string{"medium not-verified 443: HTTP endpoint not verified yet"}},
		{"everything", func(ep *exposure.Endpoint) { ep.Ports = []exposure.PortRange{{Lo: 79, Hi: 82}, {Lo: 443, Hi: 443}} }, []string{
			"critical open-port 0: Port open to the internet [79, 81-82]", "medium not-verified 0: HTTP endpoint not verified yet [80, 443]",
		}},
		{"bucket", func(ep *exposure.Endpoint) {
			ep.DirectlyExposedBucket, ep.Ports = true, []exposure.PortRange{{Lo: 443, Hi: 443}}
		}, []string{"critical public-bucket 443: Bucket open to the internet"}},
		{"UDP", func(ep *exposure.Endpoint) {
			ep.Transport, ep.Ports = exposure.UDP, []exposure.PortRange{{Lo: 500, Hi: 500}}
		}, []string{"critical left-out 500: Endpoint left out of the scan"}},
		{"stopped", func(ep *exposure.Endpoint) {
			ep.Dormant, ep.Ports = true, []exposure.PortRange{{Lo: 22, Hi: 22}}
		}, []string{"critical left-out 22: Endpoint left out of the scan"}},
		{"not exposed", func(ep *exposure.Endpoint) { ep.Verdict = exposure.NotExposed }, []string{}},
		{"unknown", func(ep *exposure.Endpoint) { ep.Verdict = exposure.Unknown }, []string{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ep := webServer
			test.change(&ep)
			got := policy.Predicted(ep, nil)
			if diff := cmp.Diff(test.want, lines(got)); diff != "" {
				t.Errorf("Predicted (-want +got):\n%s", diff)
			}
			for _, f := range got {
				if !strings.Contains(f.Evidence, "would be") || f.EndpointID != ep.ID {
					t.Errorf("Predicted = %+v, want evidence of what would be", f)
				}
			}
		})
	}
}

func TestPredictedNamesTheResourceWhileItsHostIsNotKnown(t *testing.T) {
	tests := []struct {
		name   string
		change func(*exposure.Endpoint)
		want   string
	}{
		{"TCP", func(*exposure.Endpoint) {}, "aws_instance.web would be reachable from the internet on port 22. It has not been verified."},
		{"UDP", func(ep *exposure.Endpoint) { ep.Transport = exposure.UDP }, "aws_instance.web on port 22 would be reachable from the internet over UDP, which is never probed. What is not scanned counts as critical."},
		{"stopped", func(ep *exposure.Endpoint) { ep.Dormant = true }, "aws_instance.web on port 22 would be left out of the scan: the resource is declared stopped. What is not scanned counts as critical."},
	}
	for _, test := range tests {
		ep := webServer
		ep.Host, ep.ResourceAddress, ep.Ports = "", "aws_instance.web", []exposure.PortRange{{Lo: 22, Hi: 22}}
		test.change(&ep)
		if got := policy.Predicted(ep, nil); len(got) != 1 || got[0].Evidence != test.want {
			t.Errorf("%s: Predicted = %+v, want the evidence %q", test.name, got, test.want)
		}
	}
}

func TestAPortIsExplainedOnlyWhereTheTitleDoesNot(t *testing.T) {
	ports := []exposure.PortObservation{}
	for port := range uint16(11) {
		ports = append(ports, silent(port+22, exposure.Open))
	}
	got := policy.Findings(webServer, judged(t, "moderate", webServer, seen(exposure.StatusOpen, ports...)))
	if len(got) != 1 || !strings.Contains(got[0].Evidence, "completed a TCP handshake. Port 22 is usually SSH. The same rule holds") {
		t.Errorf("Findings of many ports = %+v, want one that explains its first", got)
	}
	got = policy.Findings(webServer, judged(t, "moderate", webServer, seen(exposure.StatusOpen, ports[0])))
	if len(got) != 1 || got[0].Title != "SSH port open to the internet" || strings.Contains(got[0].Evidence, "SSH") {
		t.Errorf("Findings of one port = %+v, want the protocol in the title alone", got)
	}
}

func TestCutHeadersAreNoProofOfNoAuthentication(t *testing.T) {
	cut := answered(80, 200)
	cut.HTTP.HeadersTruncated = true
	got := lines(policy.Findings(webServer, judged(t, "moderate", webServer, seen(exposure.StatusOpen, cut))))
	if want := []string{"critical http-unknown-authentication 80: HTTP endpoint with unknown authentication open to the internet"}; !cmp.Equal(want, got) {
		t.Errorf("Findings = %q, want %q", got, want)
	}
}

func TestPredictedAsksWhichPortsSpeakHTTP(t *testing.T) {
	ep := webServer
	ep.Ports = []exposure.PortRange{exposure.AllPorts}
	got := policy.Predicted(ep, func(port uint16) bool { return port == 12345 })
	want := []string{"critical open-port 0: Port open to the internet [0-12344, 12346-65535]", "medium not-verified 12345: HTTP endpoint not verified yet"}
	if diff := cmp.Diff(want, lines(got)); diff != "" {
		t.Errorf("Predicted (-want +got):\n%s", diff)
	}
}

func TestRulesAreUniqueAndHaveATitle(t *testing.T) {
	ids := map[string]bool{}
	for _, rule := range policy.Rules() {
		if ids[rule.ID] || rule.Title == "" || strings.Contains(rule.Title, "%") {
			t.Errorf("Rules() has %+v, want unique ids and whole titles", rule)
		}
		ids[rule.ID] = true
	}
	if len(ids) != 14 {
		t.Errorf("Rules() has %d rules, want the 14 of the table", len(ids))
	}
}
