package aws

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// member is something that a load balancer sends traffic to.
type member struct {
	to      *tfstate.Resource // nil when no input holds it
	name    string            // its resource address, or the id when no input holds it
	port    int               // where it is sent; 0 when not known
	certain bool
}

// targetGroup is a target group, or the instances of a classic load balancer.
type targetGroup struct {
	r        *tfstate.Resource // nil when no input holds it
	name     string
	certain  bool
	preserve bool // targets see the client's address, when the families match
	family   reach.Family
	targets  []member

	admitting []member // those of targets that let the load balancer in
}

// targetGroupOf returns the group at the end of a link.
func (e *estate) targetGroupOf(l reach.Link) targetGroup {
	if l.To == nil {
		return targetGroup{name: l.ID, certain: l.Certain, family: reach.IPv4}
	}
	g := targetGroup{r: l.To, name: l.To.Address, certain: l.Certain, family: reach.IPv4, preserve: preserves(l.To)}
	if family, _ := tfstate.String(l.To.Attr("ip_address_type")); family == "ipv6" {
		g.family = reach.IPv6
	}
	port, _ := tfstate.Int(l.To.Attr("port"))
	g.targets = slices.Concat(e.attachedTo(l.To, port), e.scaled(l.To, port), e.services(l.To, port))
	slices.SortStableFunc(g.targets, func(a, b member) int { return strings.Compare(a.name, b.name) })
	return g
}

// preserves reports whether the targets of a group behind a network load
// balancer see the address of the client. What is not said follows from the
// kind of target.
func preserves(group *tfstate.Resource) bool {
	if set, ok := tfstate.Bool(group.Attr("preserve_client_ip")); ok {
		return set
	}
	kind, _ := tfstate.String(group.Attr("target_type"))
	protocol, _ := tfstate.String(group.Attr("protocol"))
	return kind != "ip" || strings.Contains(strings.ToUpper(protocol), "UDP")
}

// attachedTo returns the targets that attachments name.
func (e *estate) attachedTo(group *tfstate.Resource, port int) []member {
	var targets []member
	for _, a := range e.referring(group, "target_group_arn", "aws_lb_target_group_attachment", "aws_alb_target_group_attachment") {
		at := port
		own := a.To.Attr("port")
		if n, ok := tfstate.Int(own); ok && n > 0 {
			at = n
		} else if tfstate.Unknown(own) && !chosenByProvider(a.To, "port", own) {
			at = 0
		}
		for _, l := range e.targetsNamed(group, a.To) {
			targets = append(targets, newMember(l, at, a.Certain))
		}
	}
	return targets
}

func newMember(l reach.Link, port int, certain bool) member {
	t := member{to: l.To, name: l.ID, port: port, certain: certain && l.Certain}
	if l.To != nil {
		t.name = l.To.Address
	}
	return t
}

var backendJoins = []reach.Join{
	{Type: "aws_instance", Attr: "id"}, {Type: "aws_spot_instance_request", Attr: "spot_instance_id"},
	{Type: "aws_lb", Attr: "arn"}, {Type: "aws_alb", Attr: "arn"},
	{Type: "aws_lambda_function", Attr: "arn"}, {Type: "aws_lambda_function", Attr: "qualified_arn"},
	{Type: "aws_lambda_alias", Attr: "arn"}, {Type: "aws_network_interface", Attr: "private_ip"},
}

// targetsNamed returns what an attachment refers to. A private address may be
// in use in several VPCs: only that of the group counts.
func (e *estate) targetsNamed(group, attachment *tfstate.Resource) []reach.Link {
	var addressed []reach.Link
	if id, ok := tfstate.String(attachment.Attr("target_id")); ok {
		for _, r := range e.atAddress(id) {
			if e.sameVPC(group, r) {
				addressed = append(addressed, reach.Link{To: r, Certain: true})
			}
		}
	}
	if len(addressed) > 0 {
		return addressed
	}
	joins := backendJoins
	if _, known := tfstate.String(attachment.Attr("target_id")); known {
		joins = backendJoins[:len(backendJoins)-1] // private addresses were judged above
	}
	return masked(e.g.Follow(attachment, "target_id", joins...).Links, attachment.Attr("target_id"))
}

// masked hides the ids of a sensitive value. Addresses of resources are no
// secrets.
func masked(links []reach.Link, v cty.Value) []reach.Link {
	for i := range links {
		if tfstate.IsSensitive(v) {
			links[i].ID = "(sensitive)"
		}
	}
	return links
}

// atAddress returns the instances, or else the network interfaces, that have a
// private address.
func (e *estate) atAddress(address string) []*tfstate.Resource {
	var found []*tfstate.Resource
	for _, r := range e.g.Resources("aws_instance", "aws_network_interface") {
		own := slices.Concat(addressesOf(r.Attr("private_ip")), addressesOf(r.Attr("private_ips")),
			addressesOf(r.Attr("secondary_private_ips")), addressesOf(r.Attr("ipv6_addresses")))
		if slices.Contains(own, address) {
			found = append(found, r)
		}
	}
	return found
}

func addressesOf(v cty.Value) []string {
	known, _ := tfstate.Strings(v)
	return known
}

// sameVPC reports whether r stands in the VPC of the group, or may. In a plan
// that creates the VPCs it is the references that tell, not the ids.
func (e *estate) sameVPC(group, r *tfstate.Resource) bool {
	want := e.g.Follow(group, "vpc_id", vpcJoins...)
	for _, l := range e.g.Follow(r, "subnet_id", subnetJoins...).Links {
		if l.To != nil && apart(want, e.g.Follow(l.To, "vpc_id", vpcJoins...)) {
			return false
		}
	}
	return true
}

// apart reports whether two attributes are known to refer to nothing in common.
func apart(a, b reach.Links) bool {
	for _, l := range a.Links {
		for _, m := range b.Links {
			if !l.Certain || !m.Certain || l.To != nil && l.To == m.To || l.ID != "" && l.ID == m.ID {
				return false
			}
		}
	}
	return len(a.Links) > 0 && len(b.Links) > 0 && !a.Unknown && !b.Unknown
}

// scaled returns the Auto Scaling groups that register their instances.
func (e *estate) scaled(group *tfstate.Resource, port int) []member {
	links := e.referring(group, "target_group_arns", "aws_autoscaling_group")
	links = mergeLinks(links, e.referring(group, "traffic_source.identifier", "aws_autoscaling_group"))
	for _, attr := range []string{"lb_target_group_arn", "alb_target_group_arn"} {
		for _, a := range e.referring(group, attr, "aws_autoscaling_attachment") {
			links = mergeLinks(links, e.scalingGroup(a))
		}
	}
	for _, a := range e.referring(group, "traffic_source.identifier", "aws_autoscaling_traffic_source_attachment") {
		links = mergeLinks(links, e.scalingGroup(a))
	}
	return targetsAt(links, port)
}

// scalingGroup follows an attachment to its Auto Scaling group.
func (e *estate) scalingGroup(attachment reach.Link) []reach.Link {
	joins := []reach.Join{{Type: "aws_autoscaling_group", Attr: "name"}, {Type: "aws_autoscaling_group", Attr: "id"}}
	links := e.g.Follow(attachment.To, "autoscaling_group_name", joins...).Links
	for i := range links {
		links[i].Certain = links[i].Certain && attachment.Certain
	}
	return links
}

func targetsAt(links []reach.Link, port int) []member {
	var targets []member
	for _, l := range links {
		targets = append(targets, newMember(l, port, true))
	}
	return targets
}

// services returns the ECS services that register their tasks. A task with a
// network interface of its own listens on the port of its container.
func (e *estate) services(group *tfstate.Resource, port int) []member {
	var targets []member
	for _, service := range e.g.Resources("aws_ecs_service") {
		for i, block := range tfstate.Elements(service.Attr("load_balancer")) {
			links := e.g.Follow(service, fmt.Sprintf("load_balancer.%d.target_group_arn", i), targetGroupJoins...).Links
			for _, l := range links {
				if l.To != group {
					continue
				}
				at := port
				if own, ok := tfstate.Int(reach.Attr(block, "container_port")); ok {
					at = own
				}
				targets = append(targets, newMember(reach.Link{To: service, Certain: l.Certain}, at, true))
			}
		}
	}
	return targets
}
