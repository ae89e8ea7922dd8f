package policy_test

import (
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/policy"
)

func answered(port uint16, code int, auth ...exposure.AuthMethod) exposure.PortObservation {
	http := exposure.HTTPObservation{StatusCode: code, Status: exposure.HTTPStatusOf(code)}
	for _, method := range auth {
		http.Authentication = append(http.Authentication, exposure.Authentication{Method: method, Verdict: exposure.AuthEnforced})
	}
	return exposure.PortObservation{Port: port, Result: exposure.Open, HTTP: &http}
}

// offering is answered with methods that the page offers and does not enforce.
func offering(port uint16, code int, auth ...exposure.AuthMethod) exposure.PortObservation {
	p := answered(port, code, auth...)
	for i := range p.HTTP.Authentication {
		p.HTTP.Authentication[i].Verdict = exposure.AuthOffered
	}
	return p
}

func silent(port uint16, result exposure.PortResult) exposure.PortObservation {
	return exposure.PortObservation{Port: port, Result: result}
}

func seen(status exposure.PortStatus, ports ...exposure.PortObservation) exposure.Observation {
	return exposure.Observation{PortStatus: status, Ports: ports, PortsProbed: len(ports), ResolvedAddresses: []string{}}
}

func TestJudgeTakesTheWorstPort(t *testing.T) {
	const (
		low, medium, high, critical = exposure.SeverityLow, exposure.SeverityMedium, exposure.SeverityHigh, exposure.SeverityCritical

		open, closed = exposure.StatusOpen, exposure.StatusClosed
	)
	noAnswer := silent(443, exposure.Open)
	noAnswer.HTTP = &exposure.HTTPObservation{Status: exposure.HTTPClientError}
	wide := seen(closed)
	wide.PortsProbed = 100
	wideOpen := seen(open, answered(443, 302))
	wideOpen.PortsProbed = 100
	leaking := seen(open, answered(443, 302))
	leaking.Leaks = []exposure.Leak{{Port: 443, Severity: critical}}
	tests := []struct {
		name, policy string
		o            exposure.Observation
		bucket       bool
		ports        []exposure.Severity
		want         exposure.Severity
	}{
		{"refused", "moderate", seen(closed, silent(22, exposure.Refused)), false, []exposure.Severity{low}, low},
		{"filtered", "permissive", seen(closed, silent(22, exposure.Filtered)), false, []exposure.Severity{low}, low},
		{"closed, strictly", "strict", seen(closed, silent(22, exposure.Refused)), false, []exposure.Severity{critical}, critical},
		{"redirect and login", "moderate", seen(open, answered(80, 301), answered(443, 401, exposure.AuthSSO)), false, []exposure.Severity{high, medium}, high},
		{"weakest of two methods", "moderate", seen(open, answered(443, 200, exposure.AuthSSO, exposure.AuthBasic)), false, []exposure.Severity{high}, high},
		{"redis beside a closed port", "permissive", seen(open, silent(80, exposure.Refused), silent(6379, exposure.Open)), false, []exposure.Severity{low, critical}, critical},
		{"no HTTP answer", "permissive", seen(open, noAnswer), false, []exposure.Severity{critical}, critical},
		{"one port not verified", "permissive", seen(open, answered(80, 301), silent(443, exposure.Unverified)), false, []exposure.Severity{medium, critical}, critical},
		{"result left empty", "permissive", seen(open, answered(80, 301), silent(443, "")), false, []exposure.Severity{medium, critical}, critical},
		{"bucket", "moderate", seen(open, answered(443, 403)), true, []exposure.Severity{medium}, medium},
		{"no bucket", "moderate", seen(open, answered(443, 403)), false, []exposure.Severity{high}, high},
		{"excluded", "permissive", seen(exposure.StatusExcluded), false, nil, critical},
		{"failed beside a closed port", "permissive", seen(exposure.StatusScanFailed, silent(22, exposure.Refused), silent(80, exposure.Unverified)), false, []exposure.Severity{low, critical}, critical},
		{"wide range, closed", "moderate", wide, false, nil, low},
		{"wide range, closed, strictly", "strict", wide, false, nil, critical},
		{"wide range, one open", "permissive", wideOpen, false, []exposure.Severity{medium}, medium},
		{"secrets leave it alone", "permissive", leaking, false, []exposure.Severity{medium}, medium},
		{"open without an open port", "permissive", seen(open, silent(22, exposure.Refused)), false, []exposure.Severity{low}, critical},
		{"closed with an open port", "permissive", seen(closed, answered(80, 301)), false, []exposure.Severity{medium}, critical},
		{"closed without a look", "permissive", seen(closed), false, nil, critical},
		{"nothing at all", "permissive", exposure.Observation{}, false, nil, critical},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := test.o
			ep := exposure.Endpoint{DirectlyExposedBucket: test.bucket}
			if err := mustNamed(t, test.policy).Judge(t.Context(), ep, &o); err != nil {
				t.Fatalf("Judge: %v", err)
			}
			for i, want := range test.ports {
				if got := o.Ports[i].Severity; got != want {
					t.Errorf("%s: port %d is %v, want %v", test.policy, o.Ports[i].Port, got, want)
				}
			}
			if o.Severity != test.want {
				t.Errorf("%s: severity is %v, want %v", test.policy, o.Severity, test.want)
			}
		})
	}
}

func TestJudgeTellsAPolicyAboutTheEndpoint(t *testing.T) {
	p, err := policy.Custom(header + `default severity := "low"

severity := "high" if {
	input.kind == "lb"
	input.project == "shop"
	input.transport == "tcp"
	input.port == 443
}
`)
	if err != nil {
		t.Fatal(err)
	}
	o := seen(exposure.StatusOpen, answered(443, 200), answered(80, 200))
	ep := exposure.Endpoint{Kind: "lb", Project: "shop", Transport: exposure.TCP}
	if err := p.Judge(t.Context(), ep, &o); err != nil {
		t.Fatal(err)
	}
	if got := []exposure.Severity{o.Ports[0].Severity, o.Ports[1].Severity, o.Severity}; got[0] != exposure.SeverityHigh ||
		got[1] != exposure.SeverityLow || got[2] != exposure.SeverityHigh {
		t.Errorf("Judge = %v, want high, low and high", got)
	}
}

func TestJudgeIsCriticalWhereAPolicyHasNoAnswer(t *testing.T) {
	p, err := policy.Custom(header + "severity := \"none\" if input.port == 80\n")
	if err != nil {
		t.Fatal(err)
	}
	o := seen(exposure.StatusOpen, answered(80, 200), answered(443, 200))
	if err := p.Judge(t.Context(), exposure.Endpoint{}, &o); err == nil {
		t.Error("Judge = nil, want an error")
	}
	if o.Ports[0].Severity != exposure.SeverityNone || o.Ports[1].Severity != exposure.SeverityCritical || o.Severity != exposure.SeverityCritical {
		t.Errorf("Judge: severities %v, %v and %v, want none, critical and critical", o.Ports[0].Severity, o.Ports[1].Severity, o.Severity)
	}
}
