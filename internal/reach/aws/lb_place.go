package aws

import (
	"fmt"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

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
