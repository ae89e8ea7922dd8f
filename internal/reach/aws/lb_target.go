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
				addressed = append(addressed, reach.Link{To: r, ID: id, Certain: true})
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
	return e.g.Follow(attachment, "target_id", joins...).Links
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

// sameVPC reports whether r stands in the VPC of the group, or may.
func (e *estate) sameVPC(group, r *tfstate.Resource) bool {
	want, ok := tfstate.String(group.Attr("vpc_id"))
	if !ok || want == "" {
		return true
	}
	for _, l := range e.g.Follow(r, "subnet_id", subnetJoins...).Links {
		if l.To == nil {
			continue
		}
		if have, ok := tfstate.String(l.To.Attr("vpc_id")); ok && have != want {
			return false
		}
	}
	return true
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

// pathsOfTarget returns the places of a target, with their security groups, of
// which any may admit. known is false when the input does not tell them.
func (e *estate) pathsOfTarget(r *tfstate.Resource) (list []path, known bool) {
	switch r.Type {
	case "aws_instance", "aws_spot_instance_request":
		// Load balancers send to the primary network interface.
		return []path{e.facesOf(r)[0].path(reach.IPv4)}, true
	case "aws_network_interface":
		return []path{e.declared(r, r, true).path(reach.IPv4)}, true
	case "aws_lb", "aws_alb":
		b := e.balancerOf(r)
		return []path{{owner: r, groups: b.groups, subnets: b.subnets}}, true
	case "aws_ecs_service":
		p := path{owner: r, groups: e.groupsOf(r, "network_configuration.0.security_groups"),
			subnets: e.subnetsOf(r, "network_configuration.0.subnets", false)}
		return []path{p}, len(tfstate.Elements(r.Attr("network_configuration"))) > 0
	case "aws_autoscaling_group":
		return e.pathsOfScaling(r)
	}
	return nil, false
}

// pathsOfScaling returns the places of the instances that the launch template
// or launch configuration of an Auto Scaling group makes.
func (e *estate) pathsOfScaling(r *tfstate.Resource) (list []path, known bool) {
	subnets := e.subnetsOf(r, "vpc_zone_identifier", true)
	template := []reach.Join{{Type: "aws_launch_template", Attr: "id"}, {Type: "aws_launch_template", Attr: "name"}}
	mixed := "mixed_instances_policy.0.launch_template.0.launch_template_specification.0."
	for _, at := range []string{"launch_template.0.id", "launch_template.0.name", mixed + "launch_template_id", mixed + "launch_template_name"} {
		for _, l := range e.g.Follow(r, at, template...).Links {
			if l.To != nil {
				return []path{{owner: l.To, groups: e.groupsOfTemplate(l.To), subnets: subnets}}, true
			}
		}
	}
	launch := []reach.Join{{Type: "aws_launch_configuration", Attr: "name"}, {Type: "aws_launch_configuration", Attr: "id"}}
	for _, l := range e.g.Follow(r, "launch_configuration", launch...).Links {
		if l.To != nil {
			return []path{{owner: l.To, groups: e.groupsOf(l.To, "security_groups"), subnets: subnets}}, true
		}
	}
	return nil, false
}

// groupsOfTemplate returns the groups of a launch template: those of its first
// network interface that has any, or else of the instance.
func (e *estate) groupsOfTemplate(r *tfstate.Resource) groups {
	for i := range tfstate.Elements(r.Attr("network_interfaces")) {
		g := e.groupsOf(r, fmt.Sprintf("network_interfaces.%d.security_groups", i))
		if len(g.links.Links) > 0 {
			return g
		}
	}
	return e.groupsOf(r, "vpc_security_group_ids")
}

// reached is what stands behind a door.
type reached struct {
	e      *estate
	b      *balancer
	groups []targetGroup
}

func (e *estate) targetGroups(b *balancer, links []reach.Link) reached {
	r := reached{e: e, b: b}
	for _, l := range links {
		r.groups = append(r.groups, e.targetGroupOf(l))
	}
	return r
}

// related returns the target groups and the targets that the load balancer
// reaches: those are proxied by it.
func (r reached) related() []string {
	var out []string
	for _, g := range r.groups {
		if g.r != nil {
			out = append(out, g.r.Address)
		}
		for _, t := range r.admitting(g) {
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

// admitting returns the targets whose security groups admit the load balancer,
// or may.
func (r reached) admitting(g targetGroup) []member {
	var out []member
	for _, t := range g.targets {
		for _, transport := range []exposure.Transport{exposure.TCP, exposure.UDP} {
			p := r.e.admits(r.b, g, t, reach.Flow{Family: g.family, Transport: transport})
			if !p.May.IsEmpty() {
				out = append(out, t)
				break
			}
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
		if g.r == nil || len(r.admitting(g)) > 0 {
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
	for _, t := range r.admitting(g) {
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
