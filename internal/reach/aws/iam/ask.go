package iam

import (
	"net/netip"
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
)

// Requester says who asks.
type Requester int

// The requesters.
const (
	// Anonymous comes from the internet without any credentials.
	Anonymous Requester = iota

	// Granted is whoever the policy names, with the right credentials: what is
	// asked is only from where they may come.
	Granted
)

// Query is what a policy is asked about.
type Query struct {
	Who      Requester
	Action   string // "s3:GetObject"
	Resource string // pattern of the ARNs asked for; "*" for any
	Secure   bool   // the request comes over TLS

	// Carries holds condition keys, in lower case, that the request has beside
	// those every request has.
	Carries map[string]string
}

// Answer is who may do what was asked. Its sets hold both address families.
type Answer struct {
	reach.Bound

	// Public tells that AWS calls the policy public for this action: someone
	// is admitted who is neither named nor bound to fixed values. Narrow
	// source addresses count as fixed, and deny statements do not help.
	Public bool

	Statements []string // the allow statements that admit, by name
	Notes      []string
	Gaps       []string // what is not known, each a clause
}

// Everywhere is every internet address of both families.
func Everywhere() reach.Set { return everywhere }

var everywhere = reach.Public(reach.IPv4).Union(reach.Public(reach.IPv6))

// Ask says who may do what q asks.
func (p *Policy) Ask(q Query) Answer {
	var a Answer
	if p == nil {
		return a
	}
	for _, s := range p.Statements {
		if !s.Allow {
			continue
		}
		m, ok := s.match(q)
		if !ok {
			continue
		}
		resources := s.Resources.withinReach(q.Resource)
		a.Public = a.Public || len(resources) > 0 && fixedNowhere(m.possible)
		for _, resource := range resources {
			left, gaps := p.less(q, resource, m.bound())
			if left.May.IsEmpty() {
				continue
			}
			if !a.Equal(left) {
				a.Bound = a.Or(left)
			}
			a.Statements = appendNew(a.Statements, s.Name)
			a.Notes = appendNew(a.Notes, m.notes...)
			a.Gaps = appendNew(a.Gaps, append(m.gapsOf(s), gaps...)...)
		}
	}
	return a
}

// Less returns what the deny statements leave of a grant that was made outside
// the policy, such as that of an access control list, and what is not known
// about them.
func (p *Policy) Less(q Query, granted reach.Bound) (left reach.Bound, gaps []string) {
	if p == nil {
		return granted, nil
	}
	return p.less(q, q.Resource, granted)
}

func (p *Policy) less(q Query, resource string, b reach.Bound) (reach.Bound, []string) {
	var gaps []string
	for _, s := range p.Statements {
		if s.Allow {
			continue
		}
		all, maybe := s.Resources.coverAll(resource)
		m, ok := s.match(q)
		if !ok || !maybe || m.possible.IsEmpty() {
			continue
		}
		if !all {
			m.sure, m.doubt = reach.Set{}, reach.Pending
			m.unclear = appendNew(m.unclear, "what it speaks of is known only after apply")
		}
		b.Must = b.Must.Minus(m.possible)
		b.May = b.May.Minus(m.sure)
		if m.doubt == reach.Pending {
			b.Likely = b.Likely.Minus(m.possible)
		} else {
			b.Likely = b.Likely.Minus(m.sure)
		}
		gaps = appendNew(gaps, m.gapsOf(s)...)
	}
	return b, gaps
}

// match says for which sources s speaks of what q asks. ok is false when it
// does for none.
func (s Statement) match(q Query) (m match, ok bool) {
	action, sure := s.Actions.speaksOfAction(q.Action)
	if !action || !s.speaksOf(q.Who) {
		return m, false
	}
	m = match{sure: Everywhere(), possible: Everywhere()}
	if !sure {
		m = m.and(match{possible: Everywhere(), doubt: reach.Pending, unclear: []string{"its actions are known only after apply"}})
	}
	for _, c := range s.Conditions {
		m = m.and(c.match(q, s.Allow))
	}
	return m, !m.possible.IsEmpty()
}

// speaksOf reports whether the principals hold the requester. A deny statement
// that names somebody leaves others who are granted the same.
func (s Statement) speaksOf(who Requester) bool {
	p := s.Principals
	if p.Except {
		return !p.Everyone
	}
	return p.Everyone || who == Granted && s.Allow && p.Named
}

// match is where the conditions of a statement hold: surely, and for all that
// is known.
type match struct {
	sure, possible reach.Set
	doubt          reach.Doubt // about what is possible and not sure
	notes          []string
	unclear        []string // why it is not sure, clauses
}

// and joins two conditions that must both hold.
func (m match) and(o match) match {
	out := match{sure: m.sure.Intersect(o.sure), possible: m.possible.Intersect(o.possible), doubt: m.doubt}
	if o.doubt != reach.Sure && out.doubt != reach.Pending {
		out.doubt = o.doubt
	}
	out.notes = append(slices.Clone(m.notes), o.notes...)
	out.unclear = append(slices.Clone(m.unclear), o.unclear...)
	return out
}

// bound reads m as a grant.
func (m match) bound() reach.Bound {
	b := reach.Bound{Must: m.sure, Likely: m.sure, May: m.possible}
	if m.doubt == reach.Unread {
		b.Likely = m.possible
	}
	return b
}

func (m match) gapsOf(s Statement) []string {
	out := make([]string, 0, len(m.unclear))
	for _, reason := range m.unclear {
		out = append(out, s.Name+": "+reason)
	}
	return out
}

// fixedNowhere reports whether the sources are so wide that AWS does not count
// them as fixed: wider than an IPv4 /8 or an IPv6 /32.
func fixedNowhere(sources reach.Set) bool {
	if reach.ScopeOf(sources) == exposure.ScopeWorld {
		return true // and saves spelling out the world as prefixes
	}
	return slices.ContainsFunc(sources.Prefixes(), func(p netip.Prefix) bool {
		return p.Addr().Is4() && p.Bits() < 8 || !p.Addr().Is4() && p.Bits() < 32
	})
}

func appendNew(list []string, more ...string) []string {
	for _, text := range more {
		if !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}
