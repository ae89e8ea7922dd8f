package reach

import (
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// triedChanges is how many changes of an input are analysed for one
// explanation. Beyond it they are told untried.
const triedChanges = 48

// closer finds out what would close a trace, by analysing the input with the
// change.
type closer struct {
	in     *tfstate.Input
	beside neighbours
	seen   view
	tried  map[string][]Candidate // by change; nil for a change that is not understood
}

// closings returns the changes that close t: those that were tried before the
// others, and then the innermost gate first. Of a
// gate that several hops open, a hop that closes it alone comes by itself;
// else all of them have to change. What the analysis refutes is left out.
func (c *closer) closings(of Candidate, t exposure.Trace) []exposure.Closing {
	out := []exposure.Closing{}
	if t.Stop() >= 0 {
		return out
	}
	for i := len(t.Steps) - 1; i >= 0; i-- {
		out = append(out, c.atStep(of, t, t.Steps[i])...)
	}
	if len(out) == 0 {
		return c.removals(of, t)
	}
	slices.SortStableFunc(out, func(a, b exposure.Closing) int { // what is sure comes first
		switch {
		case a.Tried == b.Tried:
			return 0
		case a.Tried:
			return -1
		}
		return 1
	})
	return out
}

// removals are for a trace of which no hop has a remedy: the resources of the
// path without which it is closed, other than the endpoint itself.
func (c *closer) removals(of Candidate, t exposure.Trace) []exposure.Closing {
	out := []exposure.Closing{}
	for _, s := range slices.Backward(t.Steps) {
		for _, h := range s.Hops {
			if h.Resource == "" || h.Resource == of.Endpoint.ResourceAddress {
				continue
			}
			h.Remedy, h.Attribute = "Remove "+h.Resource, ""
			if left, known := c.left(of, t, []exposure.Hop{h}); known && left == nil {
				out = append(out, exposure.Closing{Gate: s.Gate, Hops: []exposure.Hop{h}, Tried: true})
			}
		}
	}
	return out
}

func (c *closer) atStep(of Candidate, t exposure.Trace, s exposure.Step) []exposure.Closing {
	out, remedied := []exposure.Closing{}, []exposure.Hop{}
	for _, h := range slices.Backward(s.Hops) {
		if h.Remedy != "" {
			remedied = append(remedied, h)
		}
	}
	for _, h := range remedied {
		alone := []exposure.Hop{h}
		left, known := c.left(of, t, alone)
		if known && left == nil || !known && len(s.Hops) == 1 {
			out = append(out, exposure.Closing{Gate: s.Gate, Hops: alone, Tried: known})
		}
	}
	if len(out) == 0 && len(remedied) > 0 {
		slices.Reverse(remedied)
		out = append(out, c.together(of, t, s, remedied)...)
	}
	return out
}

// together changes several hops of a gate at once. A wide rule hides those
// behind it that admit less, and each turn takes in the ones that come to light.
func (c *closer) together(of Candidate, t exposure.Trace, s exposure.Step, hops []exposure.Hop) []exposure.Closing {
	for range hiddenRules {
		left, known := c.left(of, t, hops)
		switch {
		case !known && len(hops) == 1:
			return nil
		case !known || left == nil:
			return []exposure.Closing{{Gate: s.Gate, Hops: hops, Tried: known}}
		}
		before := len(hops)
		for _, step := range left {
			for _, h := range step.Hops {
				// An element that was removed has moved those behind it.
				narrowed := strings.HasPrefix(h.Remedy, "Narrow ") || h.Remedy == "Remove "+h.Resource
				if step.Gate == s.Gate && narrowed && !slices.Contains(hops, h) {
					hops = append(slices.Clone(hops), h)
				}
			}
		}
		if len(hops) == before {
			return nil
		}
	}
	return nil
}

// hiddenRules bounds how often rules that come to light are changed, too.
const hiddenRules = 8

// left returns the steps of traffic of t that passes once the hops are changed:
// that is still exposed where t was or may have been, or still admits somebody
// where t admitted some. It is nil when t is closed. known is false when none
// of this can be told.
func (c *closer) left(of Candidate, t exposure.Trace, hops []exposure.Hop) (steps []exposure.Step, known bool) {
	now := c.otherwise(hops)
	if now == nil {
		return nil, false
	}
	for _, other := range now {
		if candidateOf(other.Endpoint) != candidateOf(of.Endpoint) || other.Family != of.Family {
			continue
		}
		if steps := passing(other, t); steps != nil {
			return steps, true
		}
	}
	return nil, true
}

// otherwise returns the candidates of the input with the hops changed, nil when
// the change is not understood or there were too many before it.
func (c *closer) otherwise(hops []exposure.Hop) []Candidate {
	var key strings.Builder
	for _, h := range hops {
		key.WriteString(h.Resource + "\n" + h.Attribute + "\n" + h.Remedy + "\n")
	}
	now, done := c.tried[key.String()]
	if done || len(c.tried) >= triedChanges {
		return now
	}
	if changed, ok := otherwise(c.in, hops); ok {
		g := newGraph(changed, c.beside)
		now = append([]Candidate{}, candidates(g, recordsOf(g, c.seen.clouds), c.seen.clouds)...)
		for i, candidate := range now {
			now[i] = c.seen.of(candidate)
		}
	}
	c.tried[key.String()] = now
	return now
}

// passing returns the steps of the first interval of ports of t at which a
// candidate still admits what t admits, and nil when there is none.
func passing(c Candidate, t exposure.Trace) []exposure.Step {
	for _, slot := range slotsOf(c) {
		if slot.Transport != t.Endpoint.Transport {
			continue
		}
		for _, ports := range intervals(slot, c.Gates) {
			one := []exposure.PortRange{ports} // which the change may have made wider than those of t
			shared := exposure.CountPorts(exposure.SubtractPorts(one, t.Endpoint.Ports)) < ports.Count()
			if shared && open(ask(c, slot, ports), t.Endpoint.Verdict) {
				return steps(c, slot, ports)
			}
		}
	}
	return nil
}

func open(s slice, before exposure.Verdict) bool {
	now, _ := s.bound.Verdict()
	return !s.blocked && (before == exposure.NotExposed || now != exposure.NotExposed)
}
