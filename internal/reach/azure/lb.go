package azure

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// frontend is one IP configuration of a load balancer, with the public
// addresses on it.
type frontend struct {
	name string
	path string // "frontend_ip_configuration.0"
	pips []location
}

// door is a rule by which a load balancer takes traffic in and sends it on.
type door struct {
	r          *tfstate.Resource
	transports []exposure.Transport
	ports      exposure.PortRange // on the frontend
	backend    int                // port of the members; 0 for the port that the client asked for
	certain    bool
	pools      string // path of the pools of which it serves the members; empty for none
}

// loadBalancers returns the public frontends of load balancers, one candidate
// for each rule.
func (e *estate) loadBalancers() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Resources("azurerm_lb") {
		out = append(out, e.loadBalancer(r)...)
	}
	return out
}

func (e *estate) loadBalancer(r *tfstate.Resource) []reach.Candidate {
	fronts := e.frontends(r)
	doors := e.doors(r)
	if len(fronts) == 0 {
		if r.Mode == tfstate.Data {
			return nil
		}
		c := e.unreachable(r, "lb")
		for _, d := range doors {
			c.Slots = append(c.Slots, d.slots()...)
		}
		c.Gates = []reach.Gate{closedGate(exposure.Hop{Gate: "address", Resource: r.Address, Attribute: "frontend_ip_configuration",
			Summary: "no public address: no frontend of " + r.Address + " has one"})}
		return []reach.Candidate{c}
	}
	var out []reach.Candidate
	for _, d := range doors {
		for _, f := range fronts {
			for _, l := range f.pips {
				if certain, ok := d.on(f, fronts); ok {
					out = append(out, e.doorCandidate(r, d, f, l, certain))
				}
			}
		}
	}
	if len(out) == 0 && r.Mode == tfstate.Managed {
		out = append(out, e.doorless(r, fronts)...)
	}
	return out
}

// frontends returns the frontends of a load balancer that are public, or may
// be.
func (e *estate) frontends(r *tfstate.Resource) []frontend {
	var out []frontend
	for i := range tfstate.Elements(r.Attr("frontend_ip_configuration")) {
		at := "frontend_ip_configuration." + itoa(i)
		f := frontend{name: text(r, at+".name"), path: at, pips: e.locations(r, at+".public_ip_address_id", r.Address)}
		if len(f.pips) > 0 {
			out = append(out, f)
		}
	}
	return out
}

// doors returns the rules of a load balancer.
func (e *estate) doors(lb *tfstate.Resource) []door {
	var out []door
	for _, from := range []string{"azurerm_lb_rule", "azurerm_lb_nat_rule", "azurerm_lb_nat_pool"} {
		for _, l := range e.referrers(lb, from, "loadbalancer_id") {
			if l.To.Mode == tfstate.Managed {
				out = append(out, readDoor(l))
			}
		}
	}
	return out
}

func readDoor(l reach.Link) door {
	r := l.To
	d := door{r: r, certain: l.Certain, transports: []exposure.Transport{exposure.TCP, exposure.UDP}}
	switch strings.ToLower(text(r, "protocol")) {
	case "tcp":
		d.transports = d.transports[:1]
	case "udp":
		d.transports = d.transports[1:]
	}
	d.backend, _ = number(r, "backend_port")
	lo, ok := number(r, "frontend_port")
	hi := lo
	if start, ranged := number(r, "frontend_port_start"); ranged && start > 0 {
		lo, ok = start, true
		hi, _ = number(r, "frontend_port_end")
	}
	switch {
	case !ok || lo < 0 || hi > 65535 || hi < lo:
		d.ports, d.certain = exposure.AllPorts, false
	case lo == 0 && r.Type == "azurerm_lb_rule":
		d.ports = exposure.AllPorts
	default:
		d.ports = exposure.PortRange{Lo: uint16(lo), Hi: uint16(hi)}
	}
	if floats(r) {
		d.backend = 0 // the packet arrives as it was sent
	}
	switch r.Type {
	case "azurerm_lb_rule":
		d.pools = "backend_address_pool_ids"
		if len(listed(r, d.pools)) == 0 {
			d.pools = "backend_address_pool_id" // until version 3
		}
	case "azurerm_lb_nat_rule":
		if len(listed(r, "backend_address_pool_id")) > 0 {
			d.pools = "backend_address_pool_id"
		}
	}
	return d
}

// floats reports whether a rule keeps destination address and port.
func floats(r *tfstate.Resource) bool {
	for _, path := range []string{"floating_ip_enabled", "enable_floating_ip"} {
		if flagOf(r, path, no) == yes {
			return true
		}
	}
	return false
}

func (d door) slots() []reach.Slot {
	var out []reach.Slot
	for _, t := range d.transports {
		out = append(out, reach.Slot{Transport: t, Ports: d.ports})
	}
	return out
}

// on reports whether the rule belongs to a frontend.
func (d door) on(f frontend, all []frontend) (certain, ok bool) {
	switch name := text(d.r, "frontend_ip_configuration_name"); {
	case name == "" && len(all) == 1:
		return d.certain, true
	case name == "":
		return false, true
	default:
		return d.certain, strings.EqualFold(name, f.name)
	}
}

func (e *estate) doorCandidate(lb *tfstate.Resource, d door, f frontend, l location, certain bool) reach.Candidate {
	owner := lb
	if lb.Mode == tfstate.Data {
		owner = d.r
	}
	behind := e.membersOf(d)
	related := append(slices.Clone(l.related), d.r.Address, lb.Address)
	for _, m := range behind.members {
		related = append(related, m.related...)
	}
	related = slices.DeleteFunc(sortedSet(related), func(address string) bool { return address == owner.Address })
	return reach.Candidate{
		Family: l.family,
		Slots:  d.slots(),
		Gates:  []reach.Gate{l.gate, d.gate(lb, certain), e.memberGate(lb, d, behind)},
		Endpoint: exposure.Endpoint{
			ResourceAddress: owner.Address, Key: cmp.Or(text(d.r, "name"), d.r.Name) + " " + strings.ToLower(l.family.String()), Kind: "lb",
			Identity: identity(lb), Host: l.host, Names: l.names, Related: related,
		},
	}
}

func (d door) gate(lb *tfstate.Resource, certain bool) reach.Gate {
	ports := "every port"
	if d.ports != exposure.AllPorts {
		ports = "port " + d.ports.String()
	}
	hop := exposure.Hop{Resource: d.r.Address, Attribute: "frontend_port", Certainty: exposure.Must,
		Summary: d.r.Address + " takes " + ports + " of " + lb.Address, Remedy: "Remove " + d.r.Address}
	if d.ports.Lo != d.ports.Hi && d.ports != exposure.AllPorts {
		hop.Summary = d.r.Address + " takes ports " + d.ports.String() + " of " + lb.Address
	}
	if d.backend > 0 {
		hop.Summary += " to port " + itoa(d.backend) + " of its members"
	}
	return reach.Gate{Name: "listener", Pass: func(f reach.Flow) reach.Passage {
		if certain {
			return reach.Open(f, hop)
		}
		return believed(f, reach.Pending, hop, afterApply(d.r, "frontend_port", "what "+d.r.Address+" takes"))
	}}
}

// doorless tells of a public load balancer without a rule in the input. Its
// own attributes may list rules that another state holds.
func (e *estate) doorless(r *tfstate.Resource, fronts []frontend) []reach.Candidate {
	var out []reach.Candidate
	for _, f := range fronts {
		for _, l := range f.pips {
			c := e.unreachable(r, "lb")
			c.Family = l.family
			c.Endpoint.Key = strings.ToLower(l.family.String()) + " " + f.name
			c.Endpoint.Host, c.Endpoint.Names, c.Endpoint.Related = l.host, l.names, sortedSet(l.related)
			c.Gates = []reach.Gate{l.gate, rulesElsewhere(r, f)}
			out = append(out, c)
		}
	}
	return out
}

func rulesElsewhere(r *tfstate.Resource, f frontend) reach.Gate {
	for _, path := range []string{"load_balancer_rules", "inbound_nat_rules"} {
		if known, _ := tfstate.Strings(reach.Value(r, f.path+"."+path)); len(known) > 0 {
			return doubtGate("listener", reach.Unread, notInInput(r, bracketed(f.path+"."+path), "a rule of "+r.Address))
		}
	}
	return closedGate(exposure.Hop{Gate: "listener", Resource: r.Address, Summary: "no rule takes traffic from the internet: " + r.Address + " has none in the input"})
}
