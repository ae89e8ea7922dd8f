package gcp

import (
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
