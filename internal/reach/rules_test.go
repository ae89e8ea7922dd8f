package reach_test

import (
	"slices"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/google/go-cmp/cmp"
)

var ssh = reach.Flow{Family: reach.IPv4, Transport: exposure.TCP, Ports: exposure.PortRange{Lo: 22, Hi: 22}}

func rule(t *testing.T, allow bool, name string, sources ...string) reach.Rule {
	return reach.Rule{Allow: allow, Source: reach.Source{Set: setOf(t, sources...)}, Hop: exposure.Hop{Summary: name}}
}

func doubtful(allow bool, name string, d reach.Doubt) reach.Rule {
	return reach.Rule{Allow: allow, Source: reach.Source{Doubt: d, Gap: exposure.Gap{Reason: name}}, Hop: exposure.Hop{Summary: name}}
}

// levels says for a probe address at which levels it is admitted.
func levels(p reach.Passage, t *testing.T) string {
	probe := setOf(t, "198.51.100.9")
	out := ""
	for _, s := range []reach.Set{p.Must, p.Likely, p.May} {
		if s.Intersect(probe).IsEmpty() {
			out += "-"
		} else {
			out += "x"
		}
	}
	return out
}

func TestFirstMatch(t *testing.T) {
	world, net := "0.0.0.0/0", "198.51.100.0/24"
	tests := []struct {
		name  string
		rules []reach.Rule
		want  string // must, likely, may for 198.51.100.9
		hops  []string
	}{
		{"nothing is denied", nil, "---", nil},
		{"allow", []reach.Rule{rule(t, true, "a", world)}, "xxx", []string{"a"}},
		{"deny before allow", []reach.Rule{rule(t, false, "d", net), rule(t, true, "a", net)}, "---", []string{"d"}},
		{"allow before deny", []reach.Rule{rule(t, true, "a", world), rule(t, false, "d", net)}, "xxx", []string{"a"}},
		{"deny of others", []reach.Rule{rule(t, false, "d", "8.0.0.0/8"), rule(t, true, "a", world)}, "xxx", []string{"a"}},
		{"allow known after apply", []reach.Rule{doubtful(true, "p", reach.Pending)}, "--x", []string{"p"}},
		{"allow elsewhere", []reach.Rule{doubtful(true, "u", reach.Unread)}, "-xx", []string{"u"}},
		{"deny known after apply", []reach.Rule{doubtful(false, "p", reach.Pending), rule(t, true, "a", world)}, "--x", []string{"a"}},
		{"deny elsewhere", []reach.Rule{doubtful(false, "u", reach.Unread), rule(t, true, "a", world)}, "-xx", []string{"a"}},
		{"doubt behind a decision", []reach.Rule{rule(t, true, "a", world), doubtful(false, "p", reach.Pending)}, "xxx", []string{"a"}},
		{"allow nobody on the internet", []reach.Rule{rule(t, true, "inside", "10.0.0.0/8")}, "---", []string{"inside"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := reach.FirstMatch(tt.rules, ssh)
			if got := levels(p, t); got != tt.want {
				t.Errorf("FirstMatch admits at %s, want %s", got, tt.want)
			}
			var hops []string
			for _, h := range p.Hops {
				hops = append(hops, h.Summary)
			}
			if diff := cmp.Diff(tt.hops, hops); diff != "" {
				t.Errorf("FirstMatch hops (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnyMatchNeedsOnlyOneRule(t *testing.T) {
	p := reach.AnyMatch([]reach.Rule{rule(t, true, "half", "0.0.0.0/1"), rule(t, true, "rest", "128.0.0.0/1")}, ssh)
	if reach.ScopeOf(p.Must) != exposure.ScopeWorld {
		t.Errorf("AnyMatch of two halves must admit %v, want the world", texts(p.Must))
	}
}

func TestDoubtThatChangesNothingIsNoGap(t *testing.T) {
	p := reach.AnyMatch([]reach.Rule{rule(t, true, "world", "0.0.0.0/0"), doubtful(true, "p", reach.Pending)}, ssh)
	if len(p.Gaps) != 0 {
		t.Errorf("AnyMatch gaps = %v, want none beside a rule for the world", p.Gaps)
	}
	p = reach.AnyMatch([]reach.Rule{rule(t, true, "one", "203.0.113.7"), doubtful(true, "p", reach.Pending)}, ssh)
	if len(p.Gaps) != 1 {
		t.Errorf("AnyMatch gaps = %v, want that of the rule", p.Gaps)
	}
}

func TestPortsThatAreNotKnownMatchPossibly(t *testing.T) {
	r := rule(t, true, "ports", "0.0.0.0/0")
	r.Transport, r.PortDoubt = exposure.TCP, reach.Pending
	if got := levels(reach.AnyMatch([]reach.Rule{r}, ssh), t); got != "--x" {
		t.Errorf("an allow with unknown ports admits at %s, want --x", got)
	}
	r.Allow = false
	if got := levels(reach.FirstMatch([]reach.Rule{r, rule(t, true, "a", "0.0.0.0/0")}, ssh), t); got != "--x" {
		t.Errorf("a deny with unknown ports admits at %s, want --x", got)
	}
}

func TestRuleThatMayNotBeInTheListKeepsItsPortsAndSources(t *testing.T) {
	maybe := rule(t, true, "maybe", "198.51.100.0/24")
	maybe.Doubt = reach.Unread
	p := reach.AnyMatch([]reach.Rule{maybe}, ssh)
	if got := levels(p, t); got != "-xx" || !cmp.Equal(texts(p.May), []string{"198.51.100.0/24"}) {
		t.Errorf("an allow that may be there admits at %s, possibly %v, want -xx and its source", got, texts(p.May))
	}
	maybe.Allow, maybe.Doubt = false, reach.Pending
	if got := levels(reach.FirstMatch([]reach.Rule{maybe, rule(t, true, "a", "0.0.0.0/0")}, ssh), t); got != "--x" {
		t.Errorf("a deny that may be there leaves %s, want --x", got)
	}
}

func TestByDefaultTellsSilenceFromRefusal(t *testing.T) {
	other := rule(t, true, "https", "0.0.0.0/0")
	other.Transport, other.Ports = exposure.TCP, exposure.PortRange{Lo: 443, Hi: 443}
	if p := reach.AnyMatch([]reach.Rule{other}, ssh); !p.ByDefault || !p.May.IsEmpty() {
		t.Errorf("AnyMatch without a rule for the port: by default %t, want true", p.ByDefault)
	}
	if p := reach.AnyMatch([]reach.Rule{rule(t, true, "inside", "10.0.0.0/8")}, ssh); p.ByDefault {
		t.Error("AnyMatch with a rule that admits nobody: by default, want by that rule")
	}
}

func TestOneOfIsCertainOnlyWhereAllAgree(t *testing.T) {
	open, half, none := reach.Exactly(setOf(t, "0.0.0.0/0")), reach.Exactly(setOf(t, "0.0.0.0/1")), reach.Bound{}
	if got := reach.OneOf(open, half); !got.Must.Equal(half.Must) || !got.May.Equal(open.May) {
		t.Errorf("OneOf(world, half): must %v may %v, want half and world", texts(got.Must), texts(got.May))
	}
	if got := reach.OneOf(open, none); !got.Must.IsEmpty() || !got.Likely.Equal(open.May) {
		t.Errorf("OneOf(world, none): must %v likely %v, want nobody and world", texts(got.Must), texts(got.Likely))
	}
	if got := reach.OneOf(); !got.May.IsEmpty() {
		t.Errorf("OneOf() may %v, want nobody", texts(got.May))
	}
}

func TestVerdict(t *testing.T) {
	world, one := setOf(t, "0.0.0.0/0"), setOf(t, "203.0.113.7")
	tests := []struct {
		bound      reach.Bound
		want       exposure.Verdict
		likelihood string
	}{
		{reach.Exactly(world), exposure.Exposed, ""},
		{reach.Exactly(one), exposure.NotExposed, ""},
		{reach.Bound{}, exposure.NotExposed, ""},
		{reach.Bound{Must: one, Likely: one, May: world}, exposure.Unknown, "unlikely"},
		{reach.Bound{Likely: world, May: world}, exposure.Unknown, "likely"},
	}
	for _, tt := range tests {
		if v, l := tt.bound.Verdict(); v != tt.want || l != tt.likelihood {
			t.Errorf("Verdict of %v = %s %s, want %s %s", tt.bound, v, l, tt.want, tt.likelihood)
		}
	}
}

func TestRuleThatAWiderOneMakesSuperfluousIsNoHop(t *testing.T) {
	rule := func(name, source string) reach.Rule {
		set, _ := reach.ParseSource(source)
		return reach.Rule{Allow: true, Transport: exposure.TCP, Ports: exposure.PortRange{Lo: 22, Hi: 22}, Source: reach.Source{Set: set}, Hop: exposure.Hop{Resource: name}}
	}
	f := reach.Flow{Family: reach.IPv4, Transport: exposure.TCP, Ports: exposure.PortRange{Lo: 22, Hi: 22}}
	tests := []struct {
		name  string
		rules []reach.Rule
		want  []string
	}{
		{"narrow after wide", []reach.Rule{rule("world", "0.0.0.0/0"), rule("office", "198.51.100.0/24")}, []string{"world"}},
		{"narrow before wide", []reach.Rule{rule("office", "198.51.100.0/24"), rule("world", "0.0.0.0/0")}, []string{"world"}},
		{"both halves", []reach.Rule{rule("low", "0.0.0.0/1"), rule("high", "128.0.0.0/1")}, []string{"low", "high"}},
		{"twice the world", []reach.Rule{rule("one", "0.0.0.0/0"), rule("two", "0.0.0.0/0")}, []string{"one", "two"}},
	}
	for _, test := range tests {
		var got []string
		for _, h := range reach.AnyMatch(test.rules, f).Hops {
			got = append(got, h.Resource)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: AnyMatch names %v, want %v", test.name, got, test.want)
		}
	}
}

// A rule that admits nobody from the internet is told as what it is, and not as
// if it let the traffic through.
func TestAnAllowThatAdmitsNobodySaysWhomItAdmits(t *testing.T) {
	inside := rule(t, true, "acl.a rule 100 allows every port from 10.0.0.0/8", "10.0.0.0/8")
	inside.Hop.Remedy = "Narrow rule 100"
	want := []exposure.Hop{{Summary: "acl.a rule 100 admits only every port from 10.0.0.0/8", Certainty: exposure.Must}}
	for name, read := range map[string]func([]reach.Rule, reach.Flow) reach.Passage{"FirstMatch": reach.FirstMatch, "AnyMatch": reach.AnyMatch} {
		if diff := cmp.Diff(want, read([]reach.Rule{inside}, ssh).Hops); diff != "" {
			t.Errorf("%s of a rule for a private network (-want +got):\n%s", name, diff)
		}
	}
}
