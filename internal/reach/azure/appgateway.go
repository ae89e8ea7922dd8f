package azure

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// listener is one listener of an application gateway.
type listener struct {
	path      string // "http_listener.0"
	name      string
	frontend  string
	port      int // 0 when not known
	transport exposure.Transport
	app       string
	hosts     []string
	routed    bool
}

// applicationGateways returns the public listeners of application gateways.
func (e *estate) applicationGateways() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed("azurerm_application_gateway") {
		fronts := e.frontends(r)
		if len(fronts) == 0 {
			c := e.unreachable(r, "lb")
			out = append(out, c)
			continue
		}
		for _, f := range fronts {
			for _, l := range f.pips {
				out = append(out, e.gatewayFront(r, f, l))
			}
		}
	}
	return out
}

// gatewayFront is one public address of a gateway, with its listeners.
func (e *estate) gatewayFront(r *tfstate.Resource, f frontend, l location) reach.Candidate {
	c := reach.Candidate{Family: l.family, Gates: []reach.Gate{l.gate}, Slots: []reach.Slot{}, Endpoint: exposure.Endpoint{
		ResourceAddress: r.Address, Key: strings.ToLower(l.family.String()) + " " + f.name, Kind: "lb", Identity: identity(r),
		Host: l.host, Names: l.names, Related: sortedSet(l.related),
	}}
	for _, ls := range listeners(r) {
		if ls.frontend != "" && !strings.EqualFold(ls.frontend, f.name) {
			continue
		}
		slot := reach.Slot{Transport: ls.transport, App: ls.app, Ports: exposure.AllPorts, Gates: []reach.Gate{ls.gate(r)}}
		if ls.port > 0 {
			slot.Ports = exposure.PortRange{Lo: uint16(ls.port), Hi: uint16(ls.port)}
		}
		c.Slots = append(c.Slots, slot)
		for _, host := range ls.hosts {
			if !strings.Contains(host, "*") {
				c.Endpoint.Names = append(c.Endpoint.Names, host)
			}
		}
	}
	if len(c.Slots) == 0 {
		c.Slots = []reach.Slot{{Transport: exposure.TCP, Ports: exposure.AllPorts}}
		c.Gates = append(c.Gates, closedGate(exposure.Hop{Gate: "listener", Resource: r.Address, Summary: "no listener of " + r.Address + " is on this frontend"}))
	}
	if paths := expand(r, "gateway_ip_configuration.*.subnet_id"); len(paths) > 0 {
		c.Gates = append(c.Gates, e.subnetGates(r, paths[0], func(f reach.Flow) reach.Passage {
			return reach.Open(f, bareHop(r.Address, "no security group: an application gateway is open without one"))
		})...)
	}
	return c
}

// listeners returns the listeners of a gateway, for HTTP and for TCP and TLS.
func listeners(r *tfstate.Resource) []listener {
	var out []listener
	for _, kind := range []struct{ list, rules, by string }{
		{"http_listener", "request_routing_rule", "http_listener_name"}, {"listener", "routing_rule", "listener_name"},
	} {
		routed := map[string]bool{}
		for _, at := range expand(r, kind.rules+".*."+kind.by) {
			routed[strings.ToLower(text(r, at))] = true
		}
		for i := range tfstate.Elements(r.Attr(kind.list)) {
			at := kind.list + "." + itoa(i)
			l := listener{path: at, name: text(r, at+".name"), frontend: text(r, at+".frontend_ip_configuration_name"), transport: exposure.TCP}
			l.routed = routed[strings.ToLower(l.name)]
			if protocol := strings.ToLower(text(r, at+".protocol")); protocol == "http" || protocol == "https" {
				l.app = protocol
			}
			l.port = frontendPort(r, text(r, at+".frontend_port_name"))
			l.hosts, _ = tfstate.Strings(reach.Value(r, at+".host_names"))
			l.hosts = append(l.hosts, nameList(text(r, at+".host_name"))...)
			out = append(out, l)
		}
	}
	return out
}

func frontendPort(r *tfstate.Resource, name string) int {
	for i := range tfstate.Elements(r.Attr("frontend_port")) {
		at := "frontend_port." + itoa(i)
		if n, ok := number(r, at+".port"); ok && strings.EqualFold(text(r, at+".name"), name) && n < 65536 {
			return n
		}
	}
	return 0
}

func (l listener) gate(r *tfstate.Resource) reach.Gate {
	hop := exposure.Hop{Gate: "listener", Resource: r.Address, Attribute: bracketed(l.path),
		Summary: r.Address + " listens by " + bracketed(l.path) + " on port " + itoa(l.port), Remedy: "Remove " + bracketed(l.path) + " of " + r.Address}
	switch {
	case !l.routed:
		hop.Remedy, hop.Summary = "", "no routing rule of "+r.Address+" uses "+bracketed(l.path)
		return closedGate(hop)
	case l.port == 0:
		return doubtGate("listener", reach.Pending, afterApply(r, bracketed(l.path+".frontend_port_name"), "the port of "+bracketed(l.path)))
	}
	return openGate(hop)
}
