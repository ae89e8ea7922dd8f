package aws

import (
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
		for _, l := range e.scaling(r) {
			if l.from != nil {
				list = append(list, l.path(reach.IPv4))
			}
		}
		return list, len(list) > 0
	}
	return nil, false
}
