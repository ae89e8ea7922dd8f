package gcp

import (
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// backend is what stands behind a forwarding rule.
type backend struct {
	kind      targetKind
	name      string // for a reader
	attribute string // of the rule, that names it
	app       string
	access    exposure.Access
	related   []string
	notes     []string
	gates     []reach.Gate
}

// behind resolves the target or backend service of a forwarding rule.
func (e *estate) behind(r *tfstate.Resource) backend {
	target := e.objectAt(r, "target", targetTypes...)
	service := e.objectAt(r, "backend_service", serviceTypes...)
	switch {
	case target.to != nil:
		return e.behindTarget(r, target)
	case service.to != nil || service.label != "":
		return e.behindService(r, service)
	case target.label != "":
		return e.unreadTarget(r, target.label)
	}
	b := backend{kind: targetOther, name: "a target that is not known", attribute: "target"}
	d := either(target.doubt, service.doubt)
	b.gates = []reach.Gate{doubtGate("backend", d, gapOf(r, "target", "the target of "+r.Address, d), b.name)}
	return b
}

func doubtGate(name string, d reach.Doubt, gap exposure.Gap, what string) reach.Gate {
	hop := exposure.Hop{Resource: gap.Resource, Attribute: gap.Attribute, Summary: what + " may let everyone in"}
	return gateOf(name, func(f reach.Flow) reach.Passage { return believed(f, d, gap, hop) })
}

// unreadTarget is a target that no input holds. Its self link still tells what
// it is; a proxy answers whatever stands behind it.
func (e *estate) unreadTarget(r *tfstate.Resource, label string) backend {
	b := backend{name: "the target " + lastPart(label), attribute: "target"}
	for _, t := range targetTypes {
		if k := targetKinds[t]; strings.Contains(label, "/"+k.part+"/") {
			b.kind, b.app = k.kind, k.app
		}
	}
	if b.kind == targetProxy {
		b.notes = []string{"what stands behind " + b.name + " is in no input"}
		return b
	}
	b.gates = []reach.Gate{doubtGate("backend", reach.Unread, notInInput(r, "target", b.name), b.name)}
	return b
}

func (e *estate) behindTarget(r *tfstate.Resource, target object) backend {
	k := targetKinds[target.to.Type]
	b := backend{kind: k.kind, app: k.app, name: target.to.Address, attribute: "target", related: []string{target.to.Address}}
	switch k.kind {
	case targetProxy:
		e.behindProxy(&b, target.to)
	case targetPool:
		e.through(&b, r, e.poolMembers(target.to))
	case targetInstance:
		m := members{named: target.to.Address}
		e.addInstances(&m, target.to, "instance")
		e.through(&b, r, m)
	}
	return b
}

// behindService is a backend service that a rule names itself: packets pass
// through it to the machines with the address of the client.
func (e *estate) behindService(r *tfstate.Resource, service object) backend {
	b := backend{kind: targetPool, name: service.label, attribute: "backend_service"}
	if service.to == nil {
		b.gates = []reach.Gate{doubtGate("backend", reach.Unread, notInInput(r, "backend_service", "backend service "+lastPart(service.label)), b.name)}
		return b
	}
	b.name, b.related = service.to.Address, []string{service.to.Address}
	m := members{named: service.to.Address}
	for i := range tfstate.Elements(service.to.Attr("backend")) {
		e.addGroup(&m, service.to, "backend."+itoa(i)+".group")
	}
	e.through(&b, r, m)
	return b
}

// members are the machines behind a load balancer that passes packets on.
type members struct {
	named string // address of the resource that names them
	nics  []nic
	gaps  []exposure.Gap
	doubt reach.Doubt
}

// poolMembers returns the machines of a target pool: those it names and those
// of the groups that join it.
func (e *estate) poolMembers(pool *tfstate.Resource) members {
	m := members{named: pool.Address}
	e.addInstances(&m, pool, "instances")
	for _, group := range e.g.Managed(managerTypes...) {
		for _, l := range e.follow(group, "target_pools", "google_compute_target_pool").Links {
			if l.To == pool {
				m.nics = append(m.nics, firstNICs(e.nicsOfGroup(group))...)
			}
		}
	}
	return m
}

// addInstances adds the machines that an argument names.
func (e *estate) addInstances(m *members, r *tfstate.Resource, path string) {
	links := e.follow(r, path, instanceTypes...)
	for _, l := range links.Links {
		if l.To == nil {
			m.gaps, m.doubt = append(m.gaps, notInInput(r, path, "instance "+lastPart(l.Name()))), max(m.doubt, reach.Unread)
			continue
		}
		m.nics = append(m.nics, firstNICs(e.nicsOfInstance(l.To))...)
	}
	if links.Unknown && !leftOut(r, path, reach.Value(r, path)) {
		m.gaps, m.doubt = append(m.gaps, afterApply(r, path, "a machine of "+r.Address)), max(m.doubt, reach.Pending)
	}
}

// firstNICs returns the interfaces to which load balancers send: the first of
// each machine.
func firstNICs(nics []nic) []nic {
	return slices.DeleteFunc(nics, func(n nic) bool { return n.index > 0 })
}

var (
	groupTypes = append([]string{"google_compute_instance_group"}, managerTypes...)
	negTypes   = []string{"google_compute_network_endpoint_group", "google_compute_region_network_endpoint_group", "google_compute_global_network_endpoint_group"}
)

// addGroup adds the machines of an instance group or of a group of endpoints
// that a backend names.
func (e *estate) addGroup(m *members, service *tfstate.Resource, path string) {
	links := e.groupsAt(service, path)
	for _, l := range links.Links {
		switch {
		case l.To == nil:
			m.gaps, m.doubt = append(m.gaps, notInInput(service, path, "group "+lastPart(l.Name()))), max(m.doubt, reach.Unread)
		case l.To.Type == "google_compute_instance_group":
			e.addInstances(m, l.To, "instances")
		case slices.Contains(managerTypes, l.To.Type):
			m.nics = append(m.nics, firstNICs(e.nicsOfGroup(l.To))...)
		default:
			e.addEndpoints(m, l.To)
		}
	}
	if links.Unknown {
		m.gaps, m.doubt = append(m.gaps, afterApply(service, path, "a backend of "+service.Address)), max(m.doubt, reach.Pending)
	}
}

// groupsAt resolves the group of a backend. That of a manager has an address
// of its own.
func (e *estate) groupsAt(service *tfstate.Resource, path string) reach.Links {
	var joins []reach.Join
	for _, t := range managerTypes {
		joins = append(joins, reach.Join{Type: t, Attr: "instance_group"})
	}
	direct := e.g.Follow(service, path, joins...)
	if len(direct.Links) > 0 && direct.Links[0].To != nil {
		return direct
	}
	return e.follow(service, path, slices.Concat(groupTypes, negTypes)...)
}

// addEndpoints adds the machines of a network endpoint group.
func (e *estate) addEndpoints(m *members, group *tfstate.Resource) {
	for _, r := range e.g.Managed("google_compute_network_endpoint", "google_compute_network_endpoints") {
		if e.objectAt(r, "network_endpoint_group", negTypes...).to != group {
			continue
		}
		e.addInstances(m, r, "instance")
		for i := range tfstate.Elements(r.Attr("network_endpoints")) {
			e.addInstances(m, r, "network_endpoints."+itoa(i)+".instance")
		}
	}
}

// through adds the gate of the machines behind a rule that passes packets on:
// the client gets in when one of them admits it at the port of the rule.
func (e *estate) through(b *backend, r *tfstate.Resource, m members) {
	if len(m.nics) == 0 && len(m.gaps) == 0 {
		m.doubt = reach.Unread
		m.gaps = []exposure.Gap{{Resource: m.named, Reason: "no machine behind " + b.name + " is in the input", Remedy: "Add the state that registers its machines"}}
	}
	var gates [][]reach.Gate
	for _, n := range m.nics {
		gates = append(gates, e.vpcGates(n))
		b.related = appendNew(b.related, n.owner.Address)
	}
	b.gates = append(b.gates, reach.Gate{
		Name: "backend",
		Edges: func(t exposure.Transport) []exposure.PortRange {
			var edges []exposure.PortRange
			for _, list := range gates {
				for _, g := range list {
					if g.Edges != nil {
						edges = append(edges, g.Edges(t)...)
					}
				}
			}
			return edges
		},
		Pass: func(f reach.Flow) reach.Passage {
			var answers []reach.Passage
			for _, list := range gates {
				answers = append(answers, inTurn(f, list))
			}
			for _, gap := range m.gaps {
				answers = append(answers, believed(f, m.doubt, gap))
			}
			return anyOf(answers)
		},
	})
}

// inTurn sends a flow through gates as the walk does: the first that leaves
// nobody gives the reason.
func inTurn(f reach.Flow, gates []reach.Gate) reach.Passage {
	total := reach.Open(f)
	for _, g := range gates {
		p := g.Pass(f)
		hops := slices.Clone(p.Hops)
		for i := range hops {
			if hops[i].Gate == "" {
				hops[i].Gate = g.Name
			}
		}
		total.Bound = total.And(p.Bound)
		total.Assumptions = appendNew(total.Assumptions, p.Assumptions...)
		if total.May.IsEmpty() {
			return reach.Passage{Hops: hops, ByDefault: p.ByDefault, Labels: p.Labels, Notes: p.Notes, Assumptions: total.Assumptions}
		}
		total.Hops = append(total.Hops, hops...)
		total.Gaps = append(total.Gaps, p.Gaps...)
		total.Labels = append(total.Labels, p.Labels...)
		total.Hidden = total.Hidden || p.Hidden
		total.Notes = append(total.Notes, p.Notes...)
	}
	return total
}

// anyOf combines the answers of what is used side by side. The reasons are
// those of the answers that admit somebody, or when none does, of all.
func anyOf(answers []reach.Passage) reach.Passage {
	out := reach.Passage{ByDefault: true}
	for _, p := range answers {
		out.Bound = out.Or(p.Bound)
	}
	closed := out.May.IsEmpty()
	for _, p := range answers {
		if !closed && p.May.IsEmpty() {
			continue
		}
		out.Hops = appendNew(out.Hops, p.Hops...)
		out.Gaps = appendNew(out.Gaps, p.Gaps...)
		out.Assumptions = appendNew(out.Assumptions, p.Assumptions...)
		out.Labels = appendNew(out.Labels, p.Labels...)
		out.Notes = appendNew(out.Notes, p.Notes...)
		out.Hidden = out.Hidden || p.Hidden
		out.ByDefault = out.ByDefault && p.ByDefault
	}
	out.ByDefault = closed && out.ByDefault
	if out.Must.Equal(out.May) {
		out.Gaps = nil // what is not known changes nothing
	}
	return out
}
