package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/provider"
	"github.com/google/go-cmp/cmp"
	"github.com/zclconf/go-cty/cty"
)

// TestParseIDReadsWhatAnEndpointIsCalled checks that the id in a state imports
// the same endpoint.
func TestParseIDReadsWhatAnEndpointIsCalled(t *testing.T) {
	for _, e := range []exposure.Endpoint{
		{Host: "203.0.113.7", Ports: []exposure.PortRange{{Lo: 443, Hi: 443}}},
		{Host: "203.0.113.7", Ports: []exposure.PortRange{{Lo: 22, Hi: 22}, {Lo: 8000, Hi: 8100}}},
		{Host: "2001:db8::1", Ports: []exposure.PortRange{{Lo: 443, Hi: 443}}},
		{Host: "2001:db8::1", Ports: []exposure.PortRange{{Lo: 1, Hi: 65535}}},
		{Host: "www.example.com", Ports: []exposure.PortRange{{Lo: 80, Hi: 80}, {Lo: 443, Hi: 443}}},
	} {
		got, err := provider.ParseID(e.HostPort())
		if diff := cmp.Diff(e, got); err != nil || diff != "" {
			t.Errorf("ParseID(%q): %v, (-want +got):\n%s", e.HostPort(), err, diff)
		}
	}
}

func TestParseIDTakesPortsAsUsersWriteThem(t *testing.T) {
	for id, want := range map[string][2]string{
		"203.0.113.7:443":          {"203.0.113.7", "443"},
		"203.0.113.7:443,80":       {"203.0.113.7", "80, 443"},
		"203.0.113.7:{ 80-81, 22}": {"203.0.113.7", "22, 80-81"},
		"[::1]:all":                {"::1", "1-65535"},
		" www.example.com:443 ":    {"www.example.com", "443"},
	} {
		got, err := provider.ParseID(id)
		if err != nil || got.Host != want[0] || exposure.FormatPorts(got.Ports) != want[1] {
			t.Errorf("ParseID(%q) = %s, %v, want ports %s of %s", id, got.HostPort(), err, want[1], want[0])
		}
	}
	for id, want := range map[string]string{
		"203.0.113.7": "names no port", ":443": "names no host", "2001:db8::1:443": "names no host", "[203.0.113.7]:443": "names no host",
		"a:http": `port "http"`, "a:": `port ""`, "a:0": "port 0", "https://a:443": "names no host", "a b:443": "names no host",
	} {
		if got, err := provider.ParseID(id); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseID(%q) = %s, %v, want an error with %q", id, got.HostPort(), err, want)
		}
	}
}

func TestDeparturesFromABaseline(t *testing.T) {
	ports := func(texts ...string) cty.Value {
		values := []cty.Value{}
		for _, text := range texts {
			values = append(values, cty.StringVal(text))
		}
		return cty.TupleVal(values)
	}
	baseline := func(status, severity string, open cty.Value) cty.Value {
		attributes := map[string]cty.Value{"open_ports": open}
		for name, text := range map[string]string{"port_status": status, "max_severity": severity} {
			if text != "" {
				attributes[name] = cty.StringVal(text)
			}
		}
		return cty.ObjectVal(attributes)
	}
	anyPort := cty.NullVal(cty.DynamicPseudoType)
	observed := func(status exposure.PortStatus, open ...uint16) *exposure.Observation {
		o := &exposure.Observation{PortStatus: status}
		for _, p := range open {
			o.Ports = append(o.Ports, exposure.PortObservation{Port: p, Result: exposure.Open})
		}
		return o
	}
	tests := []struct {
		name     string
		baseline cty.Value
		observed *exposure.Observation
		severity exposure.Severity
		want     []string
	}{
		{"no baseline", anyPort, observed(exposure.StatusOpen, 22), exposure.SeverityCritical, nil},
		{"same status", baseline("closed", "", anyPort), observed(exposure.StatusClosed), exposure.SeverityLow, nil},
		{"other status", baseline("closed", "", anyPort), observed(exposure.StatusOpen, 22), exposure.SeverityLow,
			[]string{"its port status is open and the baseline accepts only closed"}},
		{"status not seen", baseline("closed", "", anyPort), observed(exposure.StatusScanFailed), exposure.SeverityCritical,
			[]string{"its port status is scan_failed and the baseline accepts only closed"}},
		{"severity at the limit", baseline("", "high", anyPort), observed(exposure.StatusOpen, 22), exposure.SeverityHigh, nil},
		{"severity above", baseline("", "high", anyPort), observed(exposure.StatusOpen, 22), exposure.SeverityCritical,
			[]string{"its severity is critical and the baseline accepts none above high"}},
		{"ports within", baseline("", "", ports("20-30")), observed(exposure.StatusOpen, 22, 25), exposure.SeverityCritical, nil},
		{"ports beyond", baseline("", "", ports("22")), observed(exposure.StatusOpen, 21, 22, 23, 24), exposure.SeverityCritical,
			[]string{"it is open on 21, 23-24 and the baseline accepts only 22"}},
		{"no port accepted", baseline("", "", ports()), observed(exposure.StatusOpen, 22), exposure.SeverityCritical,
			[]string{"it is open on 22 and the baseline accepts no open port"}},
		{"everything at once", baseline("closed", "low", ports()), observed(exposure.StatusOpen, 22), exposure.SeverityCritical, []string{
			"its port status is open and the baseline accepts only closed",
			"its severity is critical and the baseline accepts none above low",
			"it is open on 22 and the baseline accepts no open port"}},
		{"left out on purpose", baseline("closed", "low", ports()), observed(exposure.StatusScannerDisabled), exposure.SeverityCritical, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, diags := provider.Departures(tt.baseline, tt.observed, tt.severity)
			if diags.HasError() || !slices.Equal(got, tt.want) {
				t.Errorf("departures are %q, want %q; %v", got, tt.want, diags)
			}
		})
	}
}

// TestWhatIsRecordedOfAnObservationIsStable checks that nothing which changes
// with every request is recorded.
func TestWhatIsRecordedOfAnObservationIsStable(t *testing.T) {
	answer := func(body string) *exposure.Observation {
		return &exposure.Observation{PortStatus: exposure.StatusOpen, Ports: []exposure.PortObservation{{
			Port: 443, Result: exposure.Open, Severity: exposure.SeverityHigh, HTTP: &exposure.HTTPObservation{
				URL: "https://a/", Status: "2xx", StatusCode: 200, Title: "Shop", BodyStart: body, BodyBytes: int64(len(body)),
				Headers: []exposure.Header{{Name: "Date", Value: body}},
				Authentication: []exposure.Authentication{
					{Method: exposure.AuthForm, Verdict: exposure.AuthOffered, Evidence: body},
					{Method: exposure.AuthSSO, Verdict: exposure.AuthEnforced, Provider: "Auth0"},
					{Method: exposure.AuthSSO, Verdict: exposure.AuthEnforced, Provider: "Okta", Tenant: "acme"},
				},
			},
		}}}
	}
	first, second := provider.SeenOf(answer("one"), exposure.SeverityHigh), provider.SeenOf(answer("another"), exposure.SeverityHigh)
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("two answers that differ in body and headers are recorded differently:\n%s", diff)
	}
	if got := first.Authentication; !slices.Equal(got, []string{"sso"}) {
		t.Errorf("authentication is %q, want every enforced method once", got)
	}
	if got := first.AuthenticationDetails; len(got) != 3 || got[0].Verdict != "offered" || got[0].Provider != nil || *got[2].Tenant != "acme" {
		t.Errorf("authentication_details are %+v, want the three entries", got)
	}
}
