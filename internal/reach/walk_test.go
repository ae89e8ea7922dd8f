package reach_test

import (
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/google/go-cmp/cmp"
)

// listGate reads a rule list, with a hop that tells where it stands.
func listGate(name string, ordered bool, rules ...reach.Rule) reach.Gate {
	return reach.Gate{Name: name, Edges: reach.Edges(rules), Pass: func(f reach.Flow) reach.Passage {
		if ordered {
			return reach.FirstMatch(rules, f)
		}
		return reach.AnyMatch(rules, f)
	}}
}

func onPorts(r reach.Rule, t exposure.Transport, lo, hi uint16) reach.Rule {
	r.Transport, r.Ports = t, exposure.PortRange{Lo: lo, Hi: hi}
	return r
}

func analyze(candidates ...reach.Candidate) *reach.Analysis {
	cloud := reach.Cloud{Name: "test", Prefix: "test_", Covers: func(t string) bool { return t == "test_known" },
		Candidates: func(*reach.Graph) []reach.Candidate { return candidates }}
	return reach.Analyze(&tfstate.Input{Resources: []tfstate.Resource{
		{Address: "test_known.a", Mode: tfstate.Managed, Type: "test_known"},
		{Address: "test_other.a", Mode: tfstate.Managed, Type: "test_other"},
		{Address: "data.test_other.a", Mode: tfstate.Data, Type: "test_other"},
	}}, cloud)
}

func candidate(address, host string, gates ...reach.Gate) reach.Candidate {
	return reach.Candidate{Family: reach.IPv4, Gates: gates, Endpoint: exposure.Endpoint{ResourceAddress: address, Key: "ipv4", Host: host}}
}

// lines sums endpoints up.
func lines(endpoints []exposure.Endpoint) []string {
	out := []string{}
	for _, e := range endpoints {
		line := string(e.Verdict) + " " + e.ResourceAddress + " " + string(e.Transport) + " " + exposure.FormatPorts(e.Ports)
		for _, b := range e.Blockers {
			line += "; " + b.Gate + ": " + b.Summary
		}
		for _, n := range e.Notes {
			line += "; " + n
		}
		out = append(out, line)
	}
	return out
}

func TestWalkCutsPortsWhereGatesChange(t *testing.T) {
	world := rule(t, true, "all", "0.0.0.0/0")
	acl := listGate("nacl", true, onPorts(rule(t, false, "no ssh", "0.0.0.0/0"), exposure.TCP, 22, 22), world)
	group := listGate("security_group", false, onPorts(world, exposure.TCP, 0, 65535))
	a := analyze(candidate("a", "203.0.113.1", acl, group))
	if diff := cmp.Diff([]string{"exposed a tcp 0-21, 23-65535"}, lines(a.Endpoints)); diff != "" {
		t.Errorf("endpoints (-want +got):\n%s", diff)
	}
	if len(a.Blocked) != 0 {
		t.Errorf("blocked = %v, want none beside endpoints of the same host", lines(a.Blocked))
	}
}

func TestWalkNamesTheBlockThatCameNearest(t *testing.T) {
	world := rule(t, true, "all", "0.0.0.0/0")
	acl := listGate("nacl", true, rule(t, false, "nobody", "0.0.0.0/0"))
	group := listGate("security_group", false, onPorts(world, exposure.TCP, 22, 22))
	a := analyze(candidate("a", "203.0.113.1", acl, group))
	if diff := cmp.Diff([]string{"not_exposed a tcp 22; nacl: nobody"}, lines(a.Blocked)); diff != "" {
		t.Errorf("blocked (-want +got):\n%s", diff)
	}
}

func TestWalkTellsOfICMPOnlyInANote(t *testing.T) {
	group := listGate("security_group", false, onPorts(rule(t, true, "ping", "0.0.0.0/0"), exposure.ICMP, 0, 0))
	a := analyze(candidate("a", "203.0.113.1", group))
	if len(a.Endpoints) != 0 || len(a.Blocked) != 1 || !cmp.Equal(a.Blocked[0].Notes, []string{"pingable: ICMP echo is admitted"}) {
		t.Errorf("endpoints %v, blocked %v, want one blocked with a note", lines(a.Endpoints), lines(a.Blocked))
	}
}

func TestWalkKeepsTheStrongerOfTwoResourcesAtOneHost(t *testing.T) {
	port := listGate("security_group", false, onPorts(rule(t, true, "all", "0.0.0.0/0"), exposure.TCP, 80, 80))
	maybe := listGate("security_group", false, onPorts(doubtful(true, "later", reach.Unread), exposure.TCP, 80, 80))
	a := analyze(candidate("a", "web.example.com", maybe), candidate("b", "WEB.example.com", port), candidate("c", "", port), candidate("d", "", port))
	want := []string{"exposed b tcp 80", "exposed c tcp 80", "exposed d tcp 80"}
	if diff := cmp.Diff(want, lines(a.Endpoints)); diff != "" {
		t.Errorf("endpoints (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"a"}, a.Endpoints[0].Related); diff != "" {
		t.Errorf("related (-want +got):\n%s", diff)
	}
}

func TestUncoveredCountsManagedTypesThatNoCloudKnows(t *testing.T) {
	got := analyze().Uncovered
	if len(got) != 1 || got[0].Type != "test_other" || got[0].Count != 1 {
		t.Errorf("uncovered = %v, want test_other once", got)
	}
}

func TestHiddenSourcesAreNotListed(t *testing.T) {
	r := onPorts(rule(t, true, "(sensitive)", "203.0.113.0/24"), exposure.TCP, 22, 22)
	r.Source.Hidden = true
	a := analyze(candidate("a", "203.0.113.1", listGate("security_group", false, r)))
	if len(a.Endpoints) != 1 || len(a.Endpoints[0].Sources) != 0 || a.Endpoints[0].Scope != exposure.ScopeRestricted {
		t.Errorf("endpoints = %+v, want one restricted without sources", a.Endpoints)
	}
}

func TestABlockKeepsTheNotesOfItsGates(t *testing.T) {
	open := reach.Gate{Name: "route", Pass: func(f reach.Flow) reach.Passage {
		p := reach.Open(f)
		p.Notes = []string{"first"}
		return p
	}}
	shut := reach.Gate{Name: "nacl", Pass: func(reach.Flow) reach.Passage {
		p := reach.Closed(exposure.Hop{Summary: "shut"})
		p.Notes = []string{"second"}
		return p
	}}
	a := analyze(candidate("a", "203.0.113.1", open, shut))
	if len(a.Blocked) != 1 || !cmp.Equal(a.Blocked[0].Notes, []string{"first", "second"}) {
		t.Errorf("blocked %v, want one with the notes of both gates", lines(a.Blocked))
	}
}

// What is not known may be the whole internet, and is not listed as if it were
// admitted.
func TestSourcesAreThoseThatTheScopeIsOf(t *testing.T) {
	known := onPorts(rule(t, true, "office", "203.0.113.0/24"), exposure.TCP, 22, 22)
	tests := []struct {
		doubt  reach.Doubt
		scope  exposure.SourceScope
		listed []string
	}{
		{reach.Pending, exposure.ScopeRestricted, []string{"203.0.113.0/24"}},
		{reach.Unread, exposure.ScopeWorld, []string{}},
	}
	for _, tt := range tests {
		more := onPorts(doubtful(true, "later", tt.doubt), exposure.TCP, 22, 22)
		a := analyze(candidate("a", "203.0.113.1", listGate("security_group", false, known, more)))
		if len(a.Endpoints) != 1 {
			t.Fatalf("doubt %d: endpoints %v, want one", tt.doubt, lines(a.Endpoints))
		}
		e := a.Endpoints[0]
		if e.Verdict != exposure.Unknown || e.Scope != tt.scope || !cmp.Equal(e.Sources, tt.listed) || e.SourceTotal != len(tt.listed) {
			t.Errorf("doubt %d: %s, scope %s, %d sources %v; want unknown, %s, %v", tt.doubt, e.Verdict, e.Scope, e.SourceTotal, e.Sources, tt.scope, tt.listed)
		}
	}
}

func TestRoutineAssumptionsDoNotLowerConfidence(t *testing.T) {
	tests := []struct {
		assumes []string
		want    exposure.Confidence
	}{
		{nil, exposure.Declared},
		{[]string{"routine"}, exposure.Declared},
		{[]string{"rare", "routine"}, exposure.ConfidenceAssumed},
	}
	for _, tt := range tests {
		for _, shut := range []bool{false, true} {
			gate := reach.Gate{Name: "route", Pass: func(f reach.Flow) reach.Passage {
				p := reach.Open(f)
				if shut {
					p = reach.Closed()
				}
				p.Assumptions = tt.assumes
				return p
			}}
			cloud := reach.Cloud{Covers: func(string) bool { return true }, Routine: []string{"routine"},
				Candidates: func(*reach.Graph) []reach.Candidate { return []reach.Candidate{candidate("a", "203.0.113.1", gate)} }}
			a := reach.Analyze(&tfstate.Input{}, cloud)
			for _, e := range append(a.Endpoints, a.Blocked...) {
				if e.Confidence != tt.want || len(e.Assumptions) != len(tt.assumes) {
					t.Errorf("assuming %v (blocked: %v): confidence %s, assumptions %v; want %s and all of them", tt.assumes, shut, e.Confidence, e.Assumptions, tt.want)
				}
			}
		}
	}
}

// The walk asks a gate once between two of its edges, whatever cuts there are
// for the sake of other gates, and never takes an answer for another flow's.
func TestWalkAsksAGateOnceBetweenItsEdges(t *testing.T) {
	world := rule(t, true, "all", "0.0.0.0/0")
	busy := listGate("busy", false, onPorts(world, exposure.TCP, 22, 22), onPorts(world, exposure.TCP, 80, 443), onPorts(world, exposure.UDP, 53, 53))
	asked := map[exposure.Transport]int{}
	plain := reach.Gate{Name: "plain",
		Edges: func(t exposure.Transport) []exposure.PortRange {
			if t != exposure.TCP {
				return nil
			}
			return []exposure.PortRange{{Lo: 100, Hi: 65535}}
		},
		Pass: func(f reach.Flow) reach.Passage {
			asked[f.Transport]++
			if f.Transport == exposure.UDP || f.Ports.Lo >= 100 {
				return reach.Closed(exposure.Hop{Summary: "closed"})
			}
			return reach.Open(f)
		}}
	a := analyze(candidate("test_known.a", "203.0.113.7", plain, busy))
	want := []string{"exposed test_known.a tcp 22, 80-99"}
	if diff := cmp.Diff(want, lines(a.Endpoints)); diff != "" {
		t.Errorf("endpoints (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[exposure.Transport]int{exposure.TCP: 2, exposure.UDP: 1, exposure.ICMP: 1}, asked); diff != "" {
		t.Errorf("how often the gate was asked (-want +got):\n%s", diff)
	}
}
