package aws

import (
	"fmt"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// classicLoadBalancers returns the candidates of classic load balancers. They
// accept connections by themselves, over IPv4, whatever stands behind them.
func (e *estate) classicLoadBalancers() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed("aws_elb") {
		b := &balancer{r: r, kind: classic, subnets: e.subnetsOf(r, "subnets", false), groups: e.groupsOf(r, "security_groups")}
		f := front{
			owner: r, scheme: internalScheme(r), doors: e.classicDoors(b),
			hosts: []frontHost{{
				key: "dns", host: text(r, "dns_name"), family: reach.IPv4,
				path: path{owner: r, family: reach.IPv4, subnets: b.subnets, groups: b.groups},
			}},
		}
		if len(f.doors) == 0 {
			f.doors = []door{e.withoutListener(b)}
		}
		out = append(out, e.frontCandidates(f)...)
	}
	return out
}

// classicDoors returns a door for each listener block of b.
func (e *estate) classicDoors(b *balancer) []door {
	var doors []door
	for i, listener := range tfstate.Elements(b.r.Attr("listener")) {
		doors = append(doors, e.classicDoor(b, i, listener))
	}
	return doors
}

func (e *estate) classicDoor(b *balancer, i int, listener cty.Value) door {
	at := fmt.Sprintf("listener[%d].lb_port", i)
	protocol, _ := tfstate.String(reach.Attr(listener, "lb_protocol"))
	protocol = exposure.CleanLine(protocol)
	hop := exposure.Hop{Resource: b.r.Address, Attribute: at, Remedy: fmt.Sprintf("Remove listener[%d] of %s or set internal = true", i, b.r.Address)}
	ports, certainty, gap := exposure.AllPorts, reach.Pending, afterApply(b.r, at, "the port of a listener of "+b.r.Address)
	hop.Summary = fmt.Sprintf("%s accepts %s on a port that is known after apply", b.r.Address, strings.ToUpper(protocol))
	if n, ok := tfstate.Int(reach.Attr(listener, "lb_port")); ok && n >= 0 && n <= 65535 {
		ports, certainty, gap = exposure.PortRange{Lo: uint16(n), Hi: uint16(n)}, reach.Sure, exposure.Gap{}
		hop.Summary = fmt.Sprintf("%s accepts %s on port %d", b.r.Address, strings.ToUpper(protocol), n)
	}
	port, _ := tfstate.Int(reach.Attr(listener, "instance_port"))
	instances := e.registered(b.r, port)
	instances.admitting = e.admitting(b, instances)
	behind := reached{e: e, b: b, groups: []targetGroup{instances}}
	return door{
		transports: []exposure.Transport{exposure.TCP},
		ports:      ports,
		app:        appOf(protocol),
		access:     exposure.AccessUnknown,
		related:    behind.related(),
		notes:      behind.notes(backend{}),
		gates: []reach.Gate{
			{Name: "listener", Pass: func(f reach.Flow) reach.Passage { return believed(f, certainty, hop, gap) }},
			behind.gate(),
		},
	}
}

// registered returns the instances behind a classic load balancer.
func (e *estate) registered(r *tfstate.Resource, port int) targetGroup {
	instances := []reach.Join{{Type: "aws_instance", Attr: "id"}, {Type: "aws_spot_instance_request", Attr: "spot_instance_id"}}
	links := masked(e.g.Follow(r, "instances", instances...).Links, r.Attr("instances"))
	for _, a := range e.namedIn(r, "aws_elb_attachment", "elb") {
		links = mergeLinks(links, e.g.Follow(a.To, "instance", instances...).Links)
	}
	links = mergeLinks(links, e.namedIn(r, "aws_autoscaling_group", "load_balancers"))
	for _, a := range e.namedIn(r, "aws_autoscaling_attachment", "elb") {
		links = mergeLinks(links, e.scalingGroup(a))
	}
	return targetGroup{r: r, name: r.Address, certain: true, family: reach.IPv4, targets: targetsAt(links, port)}
}

// namedIn returns the resources of a type whose attribute holds the name of a
// classic load balancer, which is its id as well.
func (e *estate) namedIn(r *tfstate.Resource, from, attribute string) []reach.Link {
	return mergeLinks(e.g.Referrers(r, "name", from, attribute), e.g.Referrers(r, "id", from, attribute))
}
