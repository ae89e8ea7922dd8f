package exposure_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

func TestHostPort(t *testing.T) {
	tests := []struct {
		host  string
		ports []exposure.PortRange
		want  string
	}{
		{"203.0.113.7", ports(443, 443), "203.0.113.7:443"},
		{"203.0.113.7", ports(80, 443), "203.0.113.7:80-443"},
		{"203.0.113.7", ports(22, 22, 8000, 8100), "203.0.113.7:{22, 8000-8100}"},
		{"2001:db8::7", ports(443, 443), "[2001:db8::7]:443"},
		{"2001:db8::7", ports(0, 65535), "[2001:db8::7]:0-65535"},
		{"www.example.com", ports(80, 80), "www.example.com:80"},
		{"", ports(22, 22), "?:22"},
		{"203.0.113.7", nil, "203.0.113.7"},
	}
	for _, test := range tests {
		e := exposure.Endpoint{Host: test.host, Ports: test.ports}
		if got := e.HostPort(); got != test.want {
			t.Errorf("HostPort of %q and %v = %q, want %q", test.host, test.ports, got, test.want)
		}
	}
}

// The id is in the reports and baselines that users keep, so it must not
// change from one version to the next.
func TestEndpointIDStaysWhatItWas(t *testing.T) {
	got := exposure.EndpointID("aws_instance.web", "ipv4", exposure.TCP, ports(22, 22, 8000, 8100))
	if want := "3c655fb616925867"; got != want {
		t.Errorf("EndpointID = %q, want %q", got, want)
	}
}

func TestEndpointIDTellsEndpointsApart(t *testing.T) {
	ids := []string{
		exposure.EndpointID("aws_instance.web", "ipv4", exposure.TCP, ports(22, 22)),
		exposure.EndpointID("aws_instance.web2", "ipv4", exposure.TCP, ports(22, 22)),
		exposure.EndpointID("aws_instance.web", "ipv6", exposure.TCP, ports(22, 22)),
		exposure.EndpointID("aws_instance.web", "ipv4", exposure.UDP, ports(22, 22)),
		exposure.EndpointID("aws_instance.web", "ipv4", exposure.TCP, ports(22, 23)),
		exposure.EndpointID("aws_instance.web", "ipv4", exposure.TCP, ports(22, 22, 23, 23)),
	}
	slices.Sort(ids)
	if different := slices.Compact(slices.Clone(ids)); len(different) != len(ids) {
		t.Errorf("ids %q, want no two alike", ids)
	}
}

func TestEndpointsHaveOneOrderWhateverTheyComeIn(t *testing.T) {
	want := []exposure.Endpoint{
		{ResourceAddress: "a", Key: "ipv4", Transport: exposure.TCP, Ports: ports(22, 22), Host: "h1"},
		{ResourceAddress: "a", Key: "ipv4", Transport: exposure.TCP, Ports: ports(22, 22), Host: "h2"},
		{ResourceAddress: "a", Key: "ipv4", Transport: exposure.TCP, Ports: ports(22, 22, 80, 80)},
		{ResourceAddress: "a", Key: "ipv4", Transport: exposure.TCP, Ports: ports(22, 23)},
		{ResourceAddress: "a", Key: "ipv4", Transport: exposure.UDP, Ports: ports(1, 1)},
		{ResourceAddress: "a", Key: "ipv6", Transport: exposure.TCP, Ports: ports(1, 1)},
		{ResourceAddress: "b", Transport: exposure.TCP, Ports: ports(1, 1)},
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	exposure.SortEndpoints(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("SortEndpoints (-want +got):\n%s", diff)
	}
}
