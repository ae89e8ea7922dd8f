package azure

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// member is something that a load balancer sends traffic to.
type member struct {
	fc      face
	related []string
	certain bool
}

// behind is what stands behind a rule.
type behind struct {
	members []member
	gaps    []exposure.Gap // members that no input holds
	none    bool           // the rule has no pool, so that nobody answers
}

// membersOf returns the members that a rule serves.
func (e *estate) membersOf(d door) behind {
	if d.pools == "" {
		return e.natted(d.r)
	}
	pools := e.follow(d.r, d.pools, ids("azurerm_lb_backend_address_pool")...)
	if len(listed(d.r, d.pools)) == 0 {
		return behind{none: true}
	}
	var out behind
	for _, pool := range pools.Links {
		if pool.To == nil {
			out.gaps = append(out.gaps, notInInput(d.r, d.pools, "azurerm_lb_backend_address_pool "+pool.Name()))
			continue
		}
		found := e.pooled(pool.To)
		for i := range found.members {
			found.members[i].certain = found.members[i].certain && pool.Certain
		}
		out.members, out.gaps = append(out.members, found.members...), append(out.gaps, found.gaps...)
	}
	return out
}

// pooled returns the members of a backend pool.
func (e *estate) pooled(pool *tfstate.Resource) behind {
	var out behind
	for _, a := range e.referrers(pool, "azurerm_network_interface_backend_address_pool_association", "backend_address_pool_id") {
		out.add(e.attached(a))
	}
	for _, path := range []string{"ip_configuration.*.load_balancer_backend_address_pools_ids"} { // until version 1
		out.add(behind{members: e.inline(pool, path)})
	}
	out.add(behind{members: e.scaled(pool, "load_balancer_backend_address_pool_ids")})
	for _, a := range e.referrers(pool, "azurerm_lb_backend_address_pool_address", "backend_address_pool_id") {
		out.add(e.addressed(a))
	}
	return out
}

func (b *behind) add(more behind) {
	b.members, b.gaps = append(b.members, more.members...), append(b.gaps, more.gaps...)
}

// natted returns the members that a NAT rule or NAT pool serves.
func (e *estate) natted(rule *tfstate.Resource) behind {
	var out behind
	for _, a := range e.referrers(rule, "azurerm_network_interface_nat_rule_association", "nat_rule_id") {
		out.add(e.attached(a))
	}
	out.add(behind{members: e.inline(rule, "ip_configuration.*.load_balancer_inbound_nat_rules_ids")}) // until version 1
	out.add(behind{members: e.scaled(rule, "load_balancer_inbound_nat_rules_ids")})
	return out
}

// attached returns the interface that an association names.
func (e *estate) attached(a reach.Link) behind {
	var out behind
	links := e.follow(a.To, "network_interface_id", ids(nicType)...)
	for _, l := range links.Links {
		if l.To == nil {
			out.gaps = append(out.gaps, notInInput(a.To, "network_interface_id", nicType+" "+l.Name()))
			continue
		}
		name := text(a.To, "ip_configuration_name")
		for _, fc := range e.facesOf(l.To) {
			if own := text(l.To, fc.config+".name"); name == "" || own == "" || strings.EqualFold(name, own) {
				out.members = append(out.members, e.memberOf(fc, a.Certain && l.Certain))
			}
		}
	}
	if links.Unknown {
		out.gaps = append(out.gaps, afterApply(a.To, "network_interface_id", "the interface of "+a.To.Address))
	}
	return out
}

func (e *estate) memberOf(fc face, certain bool) member {
	m := member{fc: fc, certain: certain, related: []string{fc.holder.Address}}
	for _, t := range machineTypes {
		for _, l := range e.referrers(fc.holder, t, "network_interface_ids") {
			m.related = append(m.related, l.To.Address)
		}
	}
	return m
}

// inline returns the interfaces that name a pool or rule themselves.
func (e *estate) inline(to *tfstate.Resource, path string) []member {
	var out []member
	for _, l := range e.referrers(to, nicType, path) {
		for _, fc := range e.facesOf(l.To) {
			if _, rest, _ := strings.Cut(path, ".*."); leadsTo(e.follow(l.To, fc.config+"."+rest, ids(to.Type)...).Links, to) {
				out = append(out, e.memberOf(fc, l.Certain))
			}
		}
	}
	return out
}

// scaled returns the scale sets that name a pool or NAT pool.
func (e *estate) scaled(to *tfstate.Resource, attribute string) []member {
	var out []member
	for _, set := range e.g.Resources(scaleSetTypes...) {
		faces, _ := scaleSetFaces(set)
		for _, fc := range faces {
			for _, l := range e.follow(set, fc.config+"."+attribute, ids(to.Type)...).Links {
				if l.To == to {
					out = append(out, member{fc: fc, certain: l.Certain, related: []string{set.Address}})
				}
			}
		}
	}
	return out
}

// addressed returns the interface at a private address of a pool.
func (e *estate) addressed(a reach.Link) behind {
	ip := text(a.To, "ip_address")
	var out behind
	for _, nic := range e.g.Resources(nicType) {
		for _, fc := range e.facesOf(nic) {
			if ip == "" || text(nic, fc.config+".private_ip_address") != ip {
				continue
			}
			if near := e.inNetwork(fc, a.To); near != no {
				out.members = append(out.members, e.memberOf(fc, a.Certain && near == yes))
			}
		}
	}
	if len(out.members) == 0 {
		out.gaps = append(out.gaps, notInInput(a.To, "ip_address", "the machine behind "+a.To.Address))
	}
	return out
}

// inNetwork reports whether a face is in the virtual network that a pool
// address names: other networks may use the same private address.
func (e *estate) inNetwork(fc face, address *tfstate.Resource) flag {
	wanted := e.follow(address, "virtual_network_id", ids("azurerm_virtual_network")...)
	places, _ := e.places(fc.holder, fc.subnet)
	answer := no
	for _, w := range wanted.Links {
		for _, p := range places {
			switch {
			case w.To != nil && leadsTo(e.vnetOf(p).Links, w.To):
				return yes
			case w.ID != "" && strings.HasPrefix(strings.ToLower(p.id), strings.ToLower(w.ID)+"/"):
				return yes
			case w.To == nil || p.r == nil:
				answer = unknown
			}
		}
	}
	if len(wanted.Links) == 0 || len(places) == 0 {
		return unknown
	}
	return answer
}

// memberGate lets in whom a member admits on its own port: a load balancer
// keeps the address of the client.
func (e *estate) memberGate(lb *tfstate.Resource, d door, b behind) reach.Gate {
	name := lb.Address
	sku := strings.ToLower(text(lb, "sku"))
	var paths [][]reach.Gate
	var all []reach.Gate
	for _, m := range b.members {
		gates := e.gates(m.fc, nil, bySKU(lb, name, sku))
		paths, all = append(paths, gates), append(all, gates...)
	}
	gate := reach.Gate{Name: "member", Pass: func(f reach.Flow) reach.Passage {
		if b.none {
			return reach.Closed(exposure.Hop{Resource: d.r.Address, Attribute: d.pools, Certainty: exposure.Must, Summary: d.r.Address + " has no backend pool"})
		}
		if d.backend > 0 {
			f.Ports = exposure.PortRange{Lo: uint16(d.backend), Hi: uint16(d.backend)}
		}
		var certain, doubtful []reach.Passage
		for i, m := range b.members {
			if p := through(f, paths[i]); m.certain {
				certain = append(certain, p)
			} else {
				doubtful = append(doubtful, p)
			}
		}
		for _, gap := range b.gaps {
			certain = append(certain, doubt(f, reach.Unread, gap))
		}
		if len(certain)+len(doubtful) == 0 {
			return doubt(f, reach.Unread, exposure.Gap{Resource: d.r.Address, Reason: "no member behind " + d.r.Address + " is in the input",
				Remedy: "Add the state that registers its members"})
		}
		p := pool(certain, doubtful)
		p.ByDefault = false // the rule speaks of the port
		return p
	}}
	if d.backend == 0 {
		gate.Edges = edgesOf(all)
	}
	return gate
}
