package aws

import (
	"fmt"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
)

// reached is what stands behind a door.
type reached struct {
	e      *estate
	b      *balancer
	groups []targetGroup
}

func (e *estate) targetGroups(b *balancer, links []reach.Link) reached {
	r := reached{e: e, b: b}
	for _, l := range links {
		g := e.targetGroupOf(l)
		g.admitting = e.admitting(b, g)
		r.groups = append(r.groups, g)
	}
	return r
}

// admitting returns the members whose security groups admit the load balancer,
// or may.
func (e *estate) admitting(b *balancer, g targetGroup) []member {
	var out []member
	for _, t := range g.targets {
		for _, transport := range []exposure.Transport{exposure.TCP, exposure.UDP} {
			if p := e.admits(b, g, t, reach.Flow{Family: g.family, Transport: transport}); !p.May.IsEmpty() {
				out = append(out, t)
				break
			}
		}
	}
	return out
}

// related returns the target groups and the targets that the load balancer
// reaches: those are proxied by it.
func (r reached) related() []string {
	var out []string
	for _, g := range r.groups {
		if g.r != nil {
			out = append(out, g.r.Address)
		}
		for _, t := range g.admitting {
			if t.to != nil {
				out = append(out, t.to.Address)
				out = append(out, r.behind(t)...)
			}
		}
	}
	return out
}

// behind returns what stands behind a target that is itself a load balancer.
func (r reached) behind(t member) []string {
	if t.to.Type != "aws_lb" && t.to.Type != "aws_alb" || r.b.kind != network {
		return nil // only a network load balancer has others as targets
	}
	var out []string
	next := r.e.balancerOf(t.to)
	if next.kind != application {
		return nil
	}
	for _, d := range r.e.listenerDoors(next) {
		if d.ports.Contains(uint16(t.port)) {
			out = append(out, d.related...)
		}
	}
	return out
}

// notes says what answers when nothing of the input does.
func (r reached) notes(serves backend) []string {
	switch {
	case len(r.groups) == 0 && serves.kind == "redirect":
		return []string{"backend = redirect"}
	case len(r.groups) == 0 && serves.kind == "fixed-response":
		return []string{"backend = fixed"}
	}
	for _, g := range r.groups {
		if g.r == nil || len(g.admitting) > 0 {
			return nil
		}
	}
	return []string{"backend = none"}
}

// gate names what stands behind a door that accepts connections by itself.
func (r reached) gate() reach.Gate {
	var hops []exposure.Hop
	for _, g := range r.groups {
		hops = append(hops, r.hop(g))
	}
	return reach.Gate{Name: "target_group", Pass: func(f reach.Flow) reach.Passage { return reach.Open(f, hops...) }}
}

// shownTargets is how many targets a hop names.
const shownTargets = 5

func (r reached) hop(g targetGroup) exposure.Hop {
	h := exposure.Hop{Gate: "target_group", Summary: g.name + " forwards to ", Certainty: exposure.Must}
	if g.r != nil {
		h.Resource = g.r.Address
	}
	if !g.certain {
		h.Certainty = exposure.May
	}
	var names []string
	for _, t := range g.admitting {
		names = append(names, t.name)
	}
	names = sortedSet(names)
	switch {
	case g.r == nil:
		h.Summary += "targets that no input shows"
	case len(g.targets) == 0:
		h.Summary += "no target of the input"
	case len(names) == 0:
		h.Summary += "targets whose security groups do not admit " + r.b.r.Address
	case len(names) > shownTargets:
		h.Summary += fmt.Sprintf("%s and %d more", strings.Join(names[:shownTargets], ", "), len(names)-shownTargets)
	default:
		h.Summary += strings.Join(names, ", ")
	}
	h.Summary = exposure.CleanLine(h.Summary)
	return h
}
