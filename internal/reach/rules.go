package reach

import (
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Doubt says why a source is not known, which decides what is likely.
type Doubt int

// The doubts.
const (
	Sure    Doubt = iota
	Pending       // known after apply: nothing is likely
	Unread        // declared where no input shows it: everything is likely
)

// Source is who a rule speaks of.
type Source struct {
	Set      Set
	Doubt    Doubt // about further sources beside Set
	Gap      exposure.Gap
	Labels   []string // sources without prefixes: an AWS-managed prefix list
	Internal []string // sources inside the cloud, which are no internet hosts: other groups
	Hidden   bool     // Set comes from a sensitive value: it counts and is never shown
}

// Rule is one entry of a rule list.
type Rule struct {
	Allow     bool
	Transport exposure.Transport // "" means every protocol, and then every port
	Ports     exposure.PortRange
	PortDoubt Doubt // the protocol or the ports are not known
	Doubt     Doubt // whether the rule is in the list at all
	Source    Source
	Hop       exposure.Hop // how to tell of it
}

// matches reports whether the rule speaks of the flow, and whether that is
// certain.
func (r *Rule) matches(f Flow) (match, sure bool) {
	if r.PortDoubt != Sure {
		return true, false
	}
	if r.Transport == "" {
		return true, true
	}
	if r.Transport != f.Transport {
		return false, true
	}
	if f.Transport == exposure.ICMP || f.Transport == exposure.ICMPv6 {
		return true, true
	}
	return r.Ports.Lo <= f.Ports.Lo && f.Ports.Hi <= r.Ports.Hi, true
}

// Edges returns the ranges that the rules speak of for a transport.
func Edges(rules []Rule) func(exposure.Transport) []exposure.PortRange {
	return func(t exposure.Transport) []exposure.PortRange {
		var edges []exposure.PortRange
		for _, r := range rules {
			if r.Transport == t {
				edges = append(edges, r.Ports)
			}
		}
		return edges
	}
}

// level is one of the three sets of a bound while a list is read.
type level struct {
	hopeful func(Doubt) bool // does an unknown turn out permissive at this level
	rest    Set              // what no earlier rule decided
	allowed Set
}

func newLevels(universe Set) [3]level {
	return [3]level{
		{hopeful: func(Doubt) bool { return false }, rest: universe},
		{hopeful: func(d Doubt) bool { return d == Unread }, rest: universe},
		{hopeful: func(Doubt) bool { return true }, rest: universe},
	}
}

// take applies a matching rule to the level. ordered lists consume what they
// decide; allow lists do not. It reports whether the rule had any effect.
func (l *level) take(r *Rule, sure, ordered bool) bool {
	if r.Doubt != Sure && r.Allow != l.hopeful(r.Doubt) {
		return false // an allow that is hoped to be there, a deny that is feared to be
	}
	doubt := max(r.Source.Doubt, r.PortDoubt)
	known := l.rest.Intersect(r.Source.Set)
	possible := known
	if r.Source.Doubt != Sure {
		possible = l.rest
	}
	decided := known
	switch {
	case doubt == Sure && sure:
	case r.Allow && l.hopeful(doubt):
		decided = possible
	case !r.Allow && !l.hopeful(doubt):
		decided = possible
	case r.PortDoubt != Sure:
		decided = Set{} // whether the rule speaks of this traffic at all is not known
	}
	if decided.IsEmpty() {
		return false
	}
	if r.Allow {
		l.allowed = l.allowed.Union(decided)
	}
	if ordered {
		l.rest = l.rest.Minus(decided)
	}
	return true
}

// follow makes l what m is, as the same rules have left it.
func (l *level) follow(m level) { l.rest, l.allowed = m.rest, m.allowed }

// FirstMatch reads an ordered list of allow and deny rules: for every source
// the first rule that matches decides, and without one it is denied.
func FirstMatch(rules []Rule, f Flow) Passage { return read(rules, f, true) }

// AnyMatch reads an unordered list of allow rules: a source is admitted when
// any rule matches.
func AnyMatch(rules []Rule, f Flow) Passage { return read(rules, f, false) }

func read(rules []Rule, f Flow, ordered bool) Passage {
	levels := newLevels(Public(f.Family))
	var p Passage
	var silent []exposure.Hop // rules that speak of the flow but admit nobody from the internet
	var admitted []admission
	spoken := false
	certain := true // so far: then the three levels are one
	for i := range rules {
		r := &rules[i]
		match, sure := r.matches(f)
		if !match {
			continue
		}
		certain = certain && r.PortDoubt == Sure && r.Doubt == Sure && r.Source.Doubt == Sure
		must := levels[0].take(r, sure, ordered)
		may := must
		if certain {
			levels[1].follow(levels[0])
			levels[2].follow(levels[0])
		} else {
			levels[1].take(r, sure, ordered)
			may = levels[2].take(r, sure, ordered)
		}
		spoken = spoken || sure
		if r.Allow && (must || may) {
			admitted = append(admitted, admission{len(p.Hops), &r.Source, must})
		}
		p.note(r, f, must, must || may, &silent)
	}
	if !ordered {
		p.Hops = needed(p.Hops, admitted)
	}
	p.Bound = Bound{levels[0].allowed, levels[1].allowed, levels[2].allowed}
	if p.May.IsEmpty() {
		p.Hops, p.ByDefault = refusing(silent), !spoken
	}
	if p.Must.Equal(p.May) {
		p.Gaps = nil // what is not known changes nothing
	}
	return p
}

// refusing tells of rules that admit nobody from the internet: an allow says
// whom alone it admits, and there is nothing to close.
func refusing(hops []exposure.Hop) []exposure.Hop {
	for i := range hops {
		hops[i].Summary = strings.Replace(hops[i].Summary, " allows ", " admits only ", 1)
		hops[i].Remedy = ""
	}
	return hops
}

// admission is what an allow rule let in, and the hop that tells of it.
type admission struct {
	hop    int
	source *Source
	sure   bool
}

// needed returns the hops of an unordered list without those that a wider rule
// makes superfluous: closing them would close nothing.
func needed(hops []exposure.Hop, admitted []admission) []exposure.Hop {
	if len(admitted) < 2 {
		return hops
	}
	superfluous := func(i int) bool {
		a := admitted[i]
		return slices.ContainsFunc(admitted, func(b admission) bool {
			return b.hop != a.hop && b.sure && a.source.Doubt == Sure && len(a.source.Labels) == 0 &&
				a.source.Set.In(b.source.Set) && !(a.source.Set.Equal(b.source.Set) && a.sure)
		})
	}
	var out []exposure.Hop
	for i, a := range admitted {
		if !superfluous(i) {
			out = append(out, hops[a.hop])
		}
	}
	return out
}

// note records what a matching rule contributed to the passage.
func (p *Passage) note(r *Rule, f Flow, must, effective bool, silent *[]exposure.Hop) {
	switch {
	case r.Allow && effective && must:
		p.Hops = append(p.Hops, r.hop(exposure.Must))
	case r.Allow && effective:
		p.Hops = append(p.Hops, r.hop(exposure.May))
	case !r.Allow && effective, r.Allow && r.Source.Set.Intersect(Public(f.Family)).IsEmpty():
		// A deny that took somebody, or an allow that could never admit anybody.
		// An allow behind such a deny is no reason for a block.
		*silent = append(*silent, r.hop(exposure.Must))
	}
	if r.Source.Doubt != Sure || r.PortDoubt != Sure || r.Doubt != Sure {
		p.Gaps = append(p.Gaps, r.Source.Gap)
	}
	if r.Allow {
		p.Labels = append(p.Labels, r.Source.Labels...)
	}
	p.Hidden = p.Hidden || effective && r.Source.Hidden
}

func (r *Rule) hop(certainty exposure.Certainty) exposure.Hop {
	hop := r.Hop
	hop.Certainty = certainty
	return hop
}
