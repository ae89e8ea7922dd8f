package aws

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// acceleratorTypes are the types that accelerators reads. Accelerators with
// custom routing are others.
var acceleratorTypes = []string{
	"aws_globalaccelerator_accelerator", "aws_globalaccelerator_listener", "aws_globalaccelerator_endpoint_group",
}

// accelerators returns the listeners of accelerators. What stands behind one
// may be internal: the accelerator is its way to the internet, so that neither
// an address nor a route of its own is needed.
func (e *estate) accelerators() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed("aws_globalaccelerator_accelerator") {
		listeners := e.referring(r, "accelerator_arn", "aws_globalaccelerator_listener")
		if len(listeners) == 0 {
			gate := e.nothingRefers(r, "aws_globalaccelerator_listener", "accelerator_arn", exposure.Hop{
				Gate: "listener", Resource: r.Address, Summary: r.Address + " has no listener"})
			out = append(out, acceleratorCandidate(r, []reach.Slot{{Transport: exposure.TCP, Ports: exposure.AllPorts}}, enabledGate(r), gate))
		}
		for _, l := range listeners {
			c := acceleratorCandidate(r, accelerated(l.To), enabledGate(r), listening(l), e.behindAccelerator(l.To))
			c.Endpoint.Related = []string{l.To.Address}
			out = append(out, c)
		}
	}
	return out
}

// nothingRefers is the gate of something that no resource of a type refers to
// by the attribute. One that refers to something that cannot be followed may.
func (e *estate) nothingRefers(r *tfstate.Resource, from, attribute string, hop exposure.Hop) reach.Gate {
	if loose := e.unresolved(from, attribute, reach.Join{Type: r.Type, Attr: "id"}); created(r) && len(loose) > 0 {
		return doubtGate(hop.Gate, reach.Pending, afterApply(loose[0], attribute, "what "+loose[0].Address+" belongs to"))
	}
	return closedGate(hop)
}

func acceleratorCandidate(r *tfstate.Resource, slots []reach.Slot, gates ...reach.Gate) reach.Candidate {
	names := nameList(text(r, "dual_stack_dns_name"))
	for _, set := range tfstate.Elements(r.Attr("ip_sets")) {
		known, _ := tfstate.Strings(reach.Attr(set, "ip_addresses"))
		names = append(names, known...)
	}
	return reach.Candidate{Family: reach.IPv4, Slots: slots, Gates: gates, Endpoint: exposure.Endpoint{
		ResourceAddress: r.Address, Key: "dns", Identity: identity(r), Host: text(r, "dns_name"), Names: names, Kind: "lb",
	}}
}

// enabledGate is the switch of an accelerator, which is on by default.
func enabledGate(r *tfstate.Resource) reach.Gate {
	switch flagOf(r.Attr("enabled"), yes) {
	case yes:
		return openGate(exposure.Hop{Gate: "address", Resource: r.Address, Attribute: "enabled",
			Summary: r.Address + " is enabled", Remedy: "Disable " + r.Address})
	case no:
		return closedGate(exposure.Hop{Gate: "address", Resource: r.Address, Attribute: "enabled", Summary: r.Address + " is disabled"})
	}
	return doubtGate("address", reach.Pending, afterApply(r, "enabled", "whether "+r.Address+" is enabled"))
}

// accelerated returns the ports of a listener. One whose ports are not known
// yet may have any.
func accelerated(listener *tfstate.Resource) []reach.Slot {
	transport := exposure.TCP
	if strings.EqualFold(text(listener, "protocol"), "udp") {
		transport = exposure.UDP
	}
	var slots []reach.Slot
	for _, block := range tfstate.Elements(listener.Attr("port_range")) {
		if ports, void := portsBetween(transport, reach.Attr(block, "from_port"), reach.Attr(block, "to_port")); void == "" {
			slots = append(slots, reach.Slot{Transport: transport, Ports: ports})
		}
	}
	if len(slots) == 0 {
		slots = append(slots, reach.Slot{Transport: transport, Ports: exposure.AllPorts})
	}
	return slots
}

func listening(l reach.Link) reach.Gate {
	hop := exposure.Hop{Gate: "listener", Resource: l.To.Address, Attribute: "port_range", Summary: l.To.Address + " accepts connections",
		Remedy: "Remove " + l.To.Address}
	doubt, gap := reach.Sure, exposure.Gap{}
	if !l.Certain {
		doubt, gap = reach.Pending, afterApply(l.To, "accelerator_arn", "the accelerator of "+l.To.Address)
	}
	if tfstate.Unknown(l.To.Attr("port_range")) {
		doubt, gap = reach.Pending, afterApply(l.To, "port_range", "the ports of "+l.To.Address)
	}
	return reach.Gate{Name: "listener", Pass: func(f reach.Flow) reach.Passage { return believed(f, doubt, hop, gap) }}
}

// accelerand is one endpoint behind an accelerator's listener.
type accelerand struct {
	group     *tfstate.Resource
	attribute string // of group, that names the endpoint
	link      reach.Link
	preserved bool           // it sees the client's address
	overrides map[uint16]int // port of the listener → its own
}

// behindAccelerator is what stands behind a listener: somebody gets through
// when one of the endpoints lets the client in.
func (e *estate) behindAccelerator(listener *tfstate.Resource) reach.Gate {
	var list []accelerand
	for _, group := range e.referring(listener, "listener_arn", "aws_globalaccelerator_endpoint_group") {
		list = append(list, e.accelerands(group.To)...)
	}
	if len(list) == 0 {
		return e.nothingRefers(listener, "aws_globalaccelerator_endpoint_group", "listener_arn", exposure.Hop{
			Gate: "endpoint_group", Resource: listener.Address, Summary: listener.Address + " has no endpoint behind it"})
	}
	return reach.Gate{
		Name: "endpoint_group",
		Edges: func(t exposure.Transport) (edges []exposure.PortRange) {
			for _, a := range list {
				for port := range a.overrides {
					edges = append(edges, exposure.PortRange{Lo: port, Hi: port})
				}
				for _, path := range e.acceleratedPaths(a) {
					for _, g := range path {
						if g.Edges != nil {
							edges = append(edges, g.Edges(t)...)
						}
					}
				}
			}
			return edges
		},
		Pass: func(f reach.Flow) reach.Passage {
			var answers []reach.Passage
			for _, a := range list {
				answers = append(answers, e.accelerandAdmits(a, f))
			}
			return pool(answers, nil)
		},
	}
}

var accelerandJoins = append(slices.Clone(balancerJoins),
	reach.Join{Type: "aws_instance", Attr: "id"}, reach.Join{Type: "aws_eip", Attr: "allocation_id"}, reach.Join{Type: "aws_eip", Attr: "id"})

// accelerands reads an endpoint group. An endpoint of weight 0 gets no traffic.
func (e *estate) accelerands(group *tfstate.Resource) []accelerand {
	overrides := map[uint16]int{}
	for _, block := range tfstate.Elements(group.Attr("port_override")) {
		from, okFrom := tfstate.Int(reach.Attr(block, "listener_port"))
		to, okTo := tfstate.Int(reach.Attr(block, "endpoint_port"))
		if okFrom && okTo && from > 0 && from < 65536 && to > 0 && to < 65536 {
			overrides[uint16(from)] = to
		}
	}
	var out []accelerand
	for i, block := range tfstate.Elements(group.Attr("endpoint_configuration")) {
		if weight, ok := tfstate.Int(reach.Attr(block, "weight")); ok && weight == 0 {
			continue
		}
		a := accelerand{group: group, attribute: fmt.Sprintf("endpoint_configuration.%d.endpoint_id", i), overrides: overrides}
		for _, l := range e.g.Follow(group, a.attribute, accelerandJoins...).Links {
			a.link = l
			a.preserved = preservedBy(l.To, reach.Attr(block, "client_ip_preservation_enabled"))
			out = append(out, a)
		}
		if a.link == (reach.Link{}) {
			out = append(out, a)
		}
	}
	return out
}

// preservedBy reports whether an endpoint sees the address of the client. What
// is not said follows from the kind of endpoint.
func preservedBy(to *tfstate.Resource, v cty.Value) bool {
	if set, ok := tfstate.Bool(v); ok {
		return set
	}
	return to != nil && (to.Type == "aws_instance" || (to.Type == "aws_lb" || to.Type == "aws_alb") && text(to, "load_balancer_type") != network)
}

// acceleratedPaths returns the ways into an endpoint: for a load balancer one
// for each listener, for an instance one.
func (e *estate) acceleratedPaths(a accelerand) [][]reach.Gate {
	if a.link.To == nil || !a.preserved {
		return nil
	}
	switch to := a.link.To; to.Type {
	case "aws_instance":
		return [][]reach.Gate{{e.groupGate(e.facesOf(to)[0].path(reach.IPv4))}}
	case "aws_lb", "aws_alb":
		b := e.balancerOf(to)
		var out [][]reach.Gate
		for _, d := range e.listenerDoors(b) {
			gate := e.groupGate(path{owner: to, family: reach.IPv4, subnets: b.subnets, groups: b.groups})
			out = append(out, append([]reach.Gate{behindDoor(d), gate}, d.gates...))
		}
		return out
	}
	return nil
}

// behindDoor lets through what a door listens on.
func behindDoor(d door) reach.Gate {
	return reach.Gate{
		Name:  "listener",
		Edges: func(exposure.Transport) []exposure.PortRange { return []exposure.PortRange{d.ports} },
		Pass: func(f reach.Flow) reach.Passage {
			if slices.Contains(d.transports, f.Transport) && d.ports.Contains(f.Ports.Lo) && d.ports.Contains(f.Ports.Hi) {
				return reach.Open(f)
			}
			return reach.Closed()
		},
	}
}

// accelerandAdmits says which clients one endpoint lets in.
func (e *estate) accelerandAdmits(a accelerand, f reach.Flow) reach.Passage {
	if port, ok := a.overrides[f.Ports.Lo]; ok && f.Ports.Lo == f.Ports.Hi {
		f.Ports = exposure.PortRange{Lo: uint16(port), Hi: uint16(port)}
	}
	switch {
	case a.link.To == nil && a.link.ID == "":
		return doubt(f.Family, reach.Pending, afterApply(a.group, a.attribute, "an endpoint of "+a.group.Address))
	case a.link.To == nil:
		return doubt(f.Family, reach.Unread, notInInput(a.group, a.attribute, "the endpoint "+a.link.Name()))
	case !a.preserved:
		// It sees addresses of the accelerator, which no input tells.
		return doubt(f.Family, reach.Unread, exposure.Gap{Resource: a.group.Address, Attribute: bracketed(a.attribute),
			Reason: "whether " + a.link.To.Address + " lets in the addresses of the accelerator is not known", Remedy: "Set client_ip_preservation_enabled"})
	}
	var answers []reach.Passage
	for _, gates := range e.acceleratedPaths(a) {
		answers = append(answers, through(f, gates))
	}
	p := pool(answers, nil)
	if p.May.IsEmpty() && len(p.Hops) == 0 {
		p.Hops = []exposure.Hop{{Gate: "listener", Resource: a.link.To.Address, Certainty: exposure.Must,
			Summary: a.link.To.Address + " does not listen on " + traffic(f.Transport, f.Ports, "")}}
	}
	if !a.link.Certain {
		p.Must = reach.Set{}
		p.Gaps = appendNew(p.Gaps, afterApply(a.group, a.attribute, "an endpoint of "+a.group.Address))
	}
	if !p.May.IsEmpty() {
		p.Hops = append([]exposure.Hop{{Resource: a.group.Address, Attribute: bracketed(a.attribute), Certainty: exposure.Must,
			Summary: a.group.Address + " forwards to " + a.link.To.Address, Remedy: "Remove the endpoint from " + a.group.Address}}, p.Hops...)
	}
	return p
}
