package aws

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// tasks returns the tasks of ECS services that have network interfaces of their
// own. The others share those of the instances that they run on.
func (e *estate) tasks() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed("aws_ecs_service") {
		block := r.Attr("network_configuration")
		if len(tfstate.Elements(block)) == 0 && !tfstate.Unknown(block) {
			continue
		}
		count, counted := tfstate.Int(r.Attr("desired_count"))
		strategy, _ := tfstate.String(r.Attr("scheduling_strategy"))
		l := launch{maker: r, from: r,
			subnets: e.subnetsOf(r, "network_configuration.0.subnets", true),
			groups:  e.groupsOf(r, "network_configuration.0.security_groups")}
		c := l.candidate(reach.IPv4, counted && count == 0 && strategy != "DAEMON")
		c.Gates = append([]reach.Gate{taskAddress(r)}, e.gates(l.path(reach.IPv4))...)
		c.Slots, c.Endpoint.Related = e.containerPorts(r)
		out = append(out, c)
	}
	return out
}

// taskAddress tells whether tasks get a public address: only when the service
// asks, whatever the subnet says.
func taskAddress(r *tfstate.Resource) reach.Gate {
	const attribute = "network_configuration.0.assign_public_ip"
	at := bracketed(attribute)
	switch flagOf(reach.Value(r, attribute), no) {
	case yes:
		return openGate(exposure.Hop{Gate: "address", Resource: r.Address, Attribute: at,
			Summary: r.Address + " gives every task a public address", Remedy: "Set " + at + " of " + r.Address + " to false"})
	case no:
		return closedGate(exposure.Hop{Gate: "address", Resource: r.Address, Attribute: at,
			Summary: "no public address: " + r.Address + " gives its tasks none"})
	}
	return doubtGate("address", reach.Pending, afterApply(r, at, "whether tasks of "+r.Address+" get a public address"))
}

var taskJoins = []reach.Join{{Type: "aws_ecs_task_definition", Attr: "arn"}, {Type: "aws_ecs_task_definition", Attr: "family"},
	{Type: "aws_ecs_task_definition", Attr: "arn_without_revision"}, {Type: "aws_ecs_task_definition", Attr: "id"}}

// containerPorts returns the ports that the containers of a service listen on,
// nil for every port when the input does not tell.
func (e *estate) containerPorts(r *tfstate.Resource) (slots []reach.Slot, related []string) {
	related = []string{}
	for _, l := range e.g.Follow(r, "task_definition", taskJoins...).Links {
		if l.To == nil {
			return nil, related
		}
		related = append(related, l.To.Address)
		found, ok := portMappings(text(l.To, "container_definitions"))
		if !ok {
			return nil, related
		}
		slots = append(slots, found...)
	}
	if len(slots) == 0 {
		return nil, related // a container may listen on a port that it maps nowhere
	}
	return slots, related
}

// portMappings reads container definitions. In awsvpc mode the port of the
// container is that of the task.
func portMappings(definitions string) (slots []reach.Slot, ok bool) {
	var containers []struct {
		PortMappings []struct {
			ContainerPort      *uint16 `json:"containerPort"`
			ContainerPortRange string  `json:"containerPortRange"`
			Protocol           string  `json:"protocol"`
		} `json:"portMappings"`
	}
	if json.Unmarshal([]byte(definitions), &containers) != nil {
		return nil, false
	}
	for _, c := range containers {
		for _, m := range c.PortMappings {
			slot := reach.Slot{Transport: exposure.TCP}
			if strings.EqualFold(m.Protocol, "udp") {
				slot.Transport = exposure.UDP
			}
			var err error
			switch {
			case m.ContainerPort != nil:
				slot.Ports = exposure.PortRange{Lo: *m.ContainerPort, Hi: *m.ContainerPort}
			default:
				slot.Ports, err = exposure.ParsePortRange(m.ContainerPortRange)
			}
			if err != nil {
				return nil, false
			}
			if !slices.ContainsFunc(slots, func(s reach.Slot) bool { return s.Transport == slot.Transport && s.Ports == slot.Ports }) {
				slots = append(slots, slot)
			}
		}
	}
	return slots, true
}
