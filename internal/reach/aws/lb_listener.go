package aws

import (
	"fmt"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

var listenerTypes = []string{"aws_lb_listener", "aws_alb_listener"}

// listenerDoors returns a door for each listener of b.
func (e *estate) listenerDoors(b *balancer) []door {
	var doors []door
	for _, l := range e.referring(b.r, "load_balancer_arn", listenerTypes...) {
		if l.To.Mode == tfstate.Managed {
			doors = append(doors, e.listenerDoor(b, l))
		}
	}
	return doors
}

func (e *estate) listenerDoor(b *balancer, link reach.Link) door {
	l := link.To
	protocol := protocolOf(l, b)
	ports, doubt, gap := listenerPort(l)
	if !link.Certain {
		doubt, gap = reach.Unread, afterApply(l, "load_balancer_arn", "the load balancer of "+l.Address)
	}
	serves := e.backendOf(l, "default_action")
	for _, rule := range e.rulesOfListener(l) {
		serves = serves.with(e.backendOf(rule, "action"))
	}
	reached := e.targetGroups(b, serves.groups)
	d := door{
		declared:   l,
		transports: transportsOf(protocol),
		ports:      ports,
		app:        appOf(protocol),
		access:     serves.access(),
		related:    append(reached.related(), l.Address),
		gates:      []reach.Gate{listenerGate(l, b, protocol, doubt, gap)},
	}
	if text(l, "mutual_authentication.mode") == "verify" {
		d.access = exposure.AccessAuthenticated
	}
	if b.kind == network && protocol != "TLS" {
		d.gates = append(d.gates, e.passThrough(b, l, reached))
	} else {
		d.notes = reached.notes(serves)
		d.gates = append(d.gates, reached.gate())
	}
	return d
}

func listenerGate(l *tfstate.Resource, b *balancer, protocol string, doubt reach.Doubt, gap exposure.Gap) reach.Gate {
	port := "a port that is known after apply"
	if n, ok := tfstate.Int(l.Attr("port")); ok {
		port = fmt.Sprintf("port %d", n)
	}
	hop := exposure.Hop{
		Resource: l.Address, Attribute: "port",
		Summary: fmt.Sprintf("%s accepts %s on %s of %s", l.Address, protocol, port, b.r.Address),
		Remedy:  fmt.Sprintf("Remove %s or set internal = true on %s", l.Address, b.r.Address),
	}
	return reach.Gate{Name: "listener", Pass: func(f reach.Flow) reach.Passage { return believed(f, doubt, hop, gap) }}
}

// listenerPort returns the port of a listener; every port with the gap named
// while it is not known.
func listenerPort(l *tfstate.Resource) (exposure.PortRange, reach.Doubt, exposure.Gap) {
	if n, ok := tfstate.Int(l.Attr("port")); ok && n >= 0 && n <= 65535 {
		return exposure.PortRange{Lo: uint16(n), Hi: uint16(n)}, reach.Sure, exposure.Gap{}
	}
	return exposure.AllPorts, reach.Pending, afterApply(l, "port", "the port of "+l.Address)
}

// protocolOf returns the protocol of a listener in capitals. Omitted it is
// HTTP on an application load balancer; a network one always says it.
func protocolOf(l *tfstate.Resource, b *balancer) string {
	if p, ok := tfstate.String(l.Attr("protocol")); ok && p != "" {
		return strings.ToUpper(exposure.CleanLine(p))
	}
	if b.kind == network {
		return "TCP"
	}
	return "HTTP"
}

func transportsOf(protocol string) []exposure.Transport {
	switch protocol {
	case "UDP", "QUIC":
		return []exposure.Transport{exposure.UDP}
	case "TCP_UDP", "TCP_QUIC":
		return []exposure.Transport{exposure.TCP, exposure.UDP}
	}
	return []exposure.Transport{exposure.TCP}
}

func appOf(protocol string) string {
	switch strings.ToUpper(protocol) {
	case "HTTP":
		return "http"
	case "HTTPS":
		return "https"
	}
	return ""
}

// withoutListener is the door of a load balancer that no listener of the
// input belongs to. One that the plan creates is shut; one that exists may
// have listeners that another state declares.
func (e *estate) withoutListener(b *balancer) door {
	d := door{transports: []exposure.Transport{exposure.TCP}, ports: exposure.AllPorts}
	if b.kind == network {
		d.transports = append(d.transports, exposure.UDP)
	}
	hop := exposure.Hop{
		Resource: b.r.Address,
		Summary:  fmt.Sprintf("%s has no listener", b.r.Address), Certainty: exposure.Must,
	}
	created := b.r.Action == tfstate.Create || b.r.Action == tfstate.Replace
	if created && !e.strayListener() {
		hop.Gate = "listener"
		d.gates = []reach.Gate{closedGate(hop)}
		return d
	}
	hop.Summary = fmt.Sprintf("%s may have listeners that this input does not show", b.r.Address)
	gap := notInInput(b.r, "", "any listener of "+b.r.Address)
	gap.Reason, gap.Remedy = "no listener of "+b.r.Address+" is in the input", "Add the state that holds its listeners"
	d.gates = []reach.Gate{{Name: "listener", Pass: func(f reach.Flow) reach.Passage { return believed(f, reach.Unread, hop, gap) }}}
	return d
}

// strayListener reports whether a listener may belong to any load balancer.
func (e *estate) strayListener() bool {
	for _, l := range e.g.Managed(listenerTypes...) {
		if e.g.Follow(l, "load_balancer_arn", balancerJoins...).Unknown {
			return true
		}
	}
	return false
}

// strangers returns a candidate for each listener whose load balancer is in no
// input: its port is known, whether it has a public address is not.
func (e *estate) strangers() []reach.Candidate {
	var out []reach.Candidate
	for _, l := range e.g.Managed(listenerTypes...) {
		links := e.g.Follow(l, "load_balancer_arn", balancerJoins...)
		if len(links.Links) != 1 || links.Links[0].To != nil || strings.Contains(links.Links[0].ID, ":loadbalancer/gwy/") {
			continue
		}
		out = append(out, strangerCandidate(l, links.Links[0].ID))
	}
	return out
}

func strangerCandidate(l *tfstate.Resource, arn string) reach.Candidate {
	b := &balancer{r: l, kind: application}
	if strings.Contains(arn, ":loadbalancer/net/") {
		b.kind = network
	}
	protocol := protocolOf(l, b)
	ports, _, _ := listenerPort(l)
	hop := exposure.Hop{
		Resource: l.Address, Attribute: "load_balancer_arn",
		Summary: fmt.Sprintf("%s belongs to a load balancer that no input shows", l.Address),
	}
	gap := notInInput(l, "load_balancer_arn", "the load balancer "+printable(l.Attr("load_balancer_arn")))
	d := door{transports: transportsOf(protocol), ports: ports, app: appOf(protocol)}
	c := front{owner: l}.candidate(frontHost{key: "dns", family: reach.IPv4}, d)
	c.Slots = d.slots()
	c.Gates = []reach.Gate{{Name: "listener", Pass: func(f reach.Flow) reach.Passage {
		return believed(f, reach.Pending, hop, gap)
	}}}
	return c
}
