package reach_test

import (
	"fmt"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/google/go-cmp/cmp"
	"github.com/zclconf/go-cty/cty"
)

// named analyses an open endpoint and a blocked one under records.
func named(in *tfstate.Input, records ...reach.Record) *reach.Analysis {
	open := reach.Gate{Name: "route", Pass: func(f reach.Flow) reach.Passage { return reach.Open(f) }}
	shut := reach.Gate{Name: "route", Pass: func(reach.Flow) reach.Passage { return reach.Closed(exposure.Hop{Summary: "shut"}) }}
	return reach.Analyze(in, reach.Cloud{
		Covers:  func(string) bool { return true },
		Records: func(*reach.Graph) []reach.Record { return records },
		Candidates: func(*reach.Graph) []reach.Candidate {
			return []reach.Candidate{candidate("x_lb.web", "LB.example.net", open), candidate("x_lb.inside", "inside.example.net", shut)}
		},
	})
}

func cname(resource, name, value string) reach.Record {
	return reach.Record{Resource: resource, Provider: "x", Name: name, Kind: "CNAME", Values: []string{value}}
}

func TestNamesReachBlockedCandidatesToo(t *testing.T) {
	a := named(&tfstate.Input{}, cname("x_record.a", "a.example.com", "inside.example.net."))
	if len(a.Blocked) != 1 || !cmp.Equal(a.Blocked[0].Names, []string{"a.example.com"}) || !cmp.Equal(a.Blocked[0].Related, []string{"x_record.a"}) {
		t.Errorf("blocked = %+v, want one named a.example.com by x_record.a", a.Blocked)
	}
}

// The order in which records come must not matter, and a chain has an end.
func TestNamesFollowChainsOfRecords(t *testing.T) {
	var records []reach.Record
	to := "lb.example.net"
	for i := range 10 {
		name := fmt.Sprintf("n%d.example.com", i)
		records = append([]reach.Record{cname(fmt.Sprintf("x_record.%d", i), name, to)}, records...)
		to = name
	}
	got := named(&tfstate.Input{}, records...).Endpoints[0].Names
	want := []string{}
	for i := range len(got) {
		want = append(want, fmt.Sprintf("n%d.example.com", i))
	}
	if len(got) < 8 || !cmp.Equal(want, got) {
		t.Errorf("names = %v, want at least the first eight", got)
	}
}

func TestOnlyNamesThatCanBeAskedAreNames(t *testing.T) {
	for _, name := range []string{"", "*.example.com", "localhost", "a b.example.com", "a..example.com", "\x1b[2J.example.com", "héllo.example.com"} {
		if got := named(&tfstate.Input{}, cname("x_record.a", name, "lb.example.net")).Endpoints[0].Names; len(got) != 0 {
			t.Errorf("record of %q: names = %q, want none", name, got)
		}
	}
}

func TestRecordsThatLeadNowhereAreWarnedOf(t *testing.T) {
	at := func(address, attribute, value string) tfstate.Resource {
		return tfstate.Resource{Address: address, Mode: tfstate.Managed, Type: "x_host", Given: cty.ObjectVal(map[string]cty.Value{attribute: cty.StringVal(value)})}
	}
	in := &tfstate.Input{
		Prior:     []tfstate.Resource{at("x_host.old", "dns_name", "old.example.net"), at("x_host.moved", "public_ip", "203.0.113.5"), at("x_host.kept", "dns_name", "kept.example.net")},
		Resources: []tfstate.Resource{at("x_host.new", "public_ip", "203.0.113.5"), at("x_host.kept", "dns_name", "kept.example.net")},
	}
	tests := []struct {
		value string
		want  []string
	}{
		{"OLD.example.net.", []string{"x_record.a is dangling: a.example.com points at old.example.net, which goes with x_host.old; whoever gets hold of it next answers at that name"}},
		{"203.0.113.5", []string{}},
		{"kept.example.net", []string{}},
		{"elsewhere.example.net", []string{}},
		{"198.51.100.7", []string{}},
		{"192.168.7.1", []string{"x_record.a publishes a private address: a.example.com points at 192.168.7.1"}},
		{"mine.github.io", []string{"x_record.a may be dangling: a.example.com points at mine.github.io, which no input holds; if it is gone, anybody can claim it and answer at that name"}},
		{"v=spf1 -all", []string{}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, named(in, cname("x_record.a", "a.example.com", tt.value)).Warnings); diff != "" {
			t.Errorf("record of %s: warnings (-want +got):\n%s", tt.value, diff)
		}
		r := cname("x_record.a", "a.example.com", tt.value)
		r.Private = true
		if got := named(in, r).Warnings; len(got) != 0 {
			t.Errorf("private record of %s: warnings %v, want none", tt.value, got)
		}
	}
}

// A mail server or a text is nothing that answers at the name.
func TestRecordsOfOtherKindsNameNothing(t *testing.T) {
	for _, kind := range []string{"MX", "NS", "TXT", "SRV", ""} {
		r := cname("x_record.a", "a.example.com", "lb.example.net")
		r.Kind, r.Via = kind, "Proxy"
		a := named(&tfstate.Input{}, r)
		r.Via = ""
		b := named(&tfstate.Input{}, r)
		if diff := cmp.Diff(lines(b.Endpoints), lines(a.Endpoints)); diff != "" || len(b.Endpoints[0].Names) != 0 || len(b.Endpoints[0].Related) != 0 {
			t.Errorf("record of kind %q: names %v, and a proxy before it adds (-without +with):\n%s", kind, b.Endpoints[0].Names, diff)
		}
	}
}

// Addresses of private networks are not unique: a record of one names nothing.
func TestPrivateAddressesNameNothing(t *testing.T) {
	shut := reach.Gate{Name: "route", Pass: func(reach.Flow) reach.Passage { return reach.Closed(exposure.Hop{Summary: "shut"}) }}
	a := reach.Analyze(&tfstate.Input{}, reach.Cloud{
		Covers:     func(string) bool { return true },
		Candidates: func(*reach.Graph) []reach.Candidate { return []reach.Candidate{candidate("x_db.a", "10.0.1.5", shut)} },
		Records: func(*reach.Graph) []reach.Record {
			return []reach.Record{cname("x_record.a", "db.example.com", "10.0.1.5")}
		},
	})
	if len(a.Blocked) != 1 || len(a.Blocked[0].Names) != 0 || len(a.Warnings) != 1 {
		t.Errorf("blocked %+v and warnings %v, want no name and a warning", a.Blocked, a.Warnings)
	}
}
