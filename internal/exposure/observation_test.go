package exposure_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

func TestTheDecisivePortIsTheWorst(t *testing.T) {
	answer := &exposure.HTTPObservation{StatusCode: 200}
	port := func(n uint16, s exposure.Severity, h *exposure.HTTPObservation) exposure.PortObservation {
		return exposure.PortObservation{Port: n, Severity: s, HTTP: h}
	}
	tests := []struct {
		name  string
		ports []exposure.PortObservation
		want  uint16
	}{
		{"none", nil, 0},
		{"one that is harmless", []exposure.PortObservation{port(22, 0, nil)}, 22},
		{"the worst", []exposure.PortObservation{port(22, 2, nil), port(80, 3, answer), port(443, 1, answer)}, 80},
		{"the lowest of equals", []exposure.PortObservation{port(22, 4, nil), port(23, 4, nil)}, 22},
		{"an answer before none", []exposure.PortObservation{port(22, 4, nil), port(80, 4, answer), port(443, 4, answer)}, 80},
		{"but never a milder answer", []exposure.PortObservation{port(22, 4, nil), port(80, 3, answer)}, 22},
	}
	for _, test := range tests {
		got := uint16(0)
		if p := (exposure.Observation{Ports: test.ports}).Decisive(); p != nil {
			got = p.Port
		}
		if got != test.want {
			t.Errorf("%s: Decisive() is port %d, want %d", test.name, got, test.want)
		}
	}
}

func TestOpenPortsAreOnlyThoseThatAnswered(t *testing.T) {
	o := exposure.Observation{Ports: []exposure.PortObservation{
		{Port: 22, Result: exposure.Open}, {Port: 80, Result: exposure.Refused}, {Port: 81},
		{Port: 443, Result: exposure.Filtered}, {Port: 8080, Result: exposure.Open},
	}}
	if diff := cmp.Diff([]uint16{22, 8080}, o.OpenPorts()); diff != "" {
		t.Errorf("OpenPorts() (-want +got):\n%s", diff)
	}
	if got := (exposure.Observation{}).OpenPorts(); got == nil {
		t.Error("OpenPorts() of nothing is nil")
	}
}

func TestOnlyOpenAndClosedMeanThatItWasLookedAt(t *testing.T) {
	for status, want := range map[exposure.PortStatus]bool{
		exposure.StatusOpen: true, exposure.StatusClosed: true, "": false, exposure.StatusScanFailed: false,
		exposure.StatusExcluded: false, exposure.StatusScannerDisabled: false, exposure.StatusUnsupportedPort: false,
	} {
		if got := status.Scanned(); got != want {
			t.Errorf("%q.Scanned() = %v, want %v", status, got, want)
		}
	}
}

func TestHTTPStatusOf(t *testing.T) {
	for code, want := range map[int]exposure.HTTPStatus{
		100: "1xx", 204: "2xx", 302: "3xx", 404: "4xx", 599: "5xx",
		0: exposure.HTTPClientError, 99: exposure.HTTPClientError, 600: exposure.HTTPClientError, -200: exposure.HTTPClientError,
	} {
		if got := exposure.HTTPStatusOf(code); got != want {
			t.Errorf("HTTPStatusOf(%d) = %q, want %q", code, got, want)
		}
	}
}

func TestFindingsAreWorstFirst(t *testing.T) {
	want := []exposure.Finding{
		{Severity: exposure.SeverityCritical, ResourceAddress: "b"},
		{Severity: exposure.SeverityHigh, ResourceAddress: "a", Host: "h", Port: 22, Rule: "a"},
		{Severity: exposure.SeverityHigh, ResourceAddress: "a", Host: "h", Port: 22, Rule: "b"},
		{Severity: exposure.SeverityHigh, ResourceAddress: "a", Host: "h", Port: 80},
		{Severity: exposure.SeverityHigh, ResourceAddress: "a", Host: "i"},
		{Severity: exposure.SeverityLow, ResourceAddress: "a"},
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	exposure.SortFindings(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("SortFindings (-want +got):\n%s", diff)
	}
}
