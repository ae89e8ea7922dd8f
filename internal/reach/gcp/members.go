package gcp

import (
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// members are the machines behind a load balancer that passes packets on.
type members struct {
	named string // address of the resource that names them
	nics  []nic
	gaps  []exposure.Gap
	doubt reach.Doubt
}

// poolMembers returns the machines of a target pool: those it names and those
// of the groups that join it.
func (e *estate) poolMembers(pool *tfstate.Resource) members {
	m := members{named: pool.Address}
	e.addInstances(&m, pool, "instances")
	for _, group := range e.g.Managed(managerTypes...) {
		for _, l := range e.follow(group, "target_pools", "google_compute_target_pool").Links {
			if l.To == pool {
				m.nics = append(m.nics, firstNICs(e.nicsOfGroup(group))...)
			}
		}
	}
	return m
}

// addInstances adds the machines that an argument names.
func (e *estate) addInstances(m *members, r *tfstate.Resource, path string) {
	links := e.follow(r, path, instanceTypes...)
	for _, l := range links.Links {
		if l.To == nil {
			m.gaps, m.doubt = append(m.gaps, notInInput(r, path, "instance "+lastPart(l.Name()))), max(m.doubt, reach.Unread)
			continue
		}
		m.nics = append(m.nics, firstNICs(e.nicsOfInstance(l.To))...)
	}
	if links.Unknown && !leftOut(r, path, reach.Value(r, path)) {
		m.gaps, m.doubt = append(m.gaps, afterApply(r, path, "a machine of "+r.Address)), max(m.doubt, reach.Pending)
	}
}

// firstNICs returns the interfaces to which load balancers send: the first of
// each machine.
func firstNICs(nics []nic) []nic {
	return slices.DeleteFunc(nics, func(n nic) bool { return n.index > 0 })
}

var (
	groupTypes = append([]string{"google_compute_instance_group"}, managerTypes...)
	negTypes   = []string{"google_compute_network_endpoint_group", "google_compute_region_network_endpoint_group", "google_compute_global_network_endpoint_group"}
)

// addGroup adds the machines of an instance group or of a group of endpoints
// that a backend names.
func (e *estate) addGroup(m *members, service *tfstate.Resource, path string) {
	links := e.groupsAt(service, path)
	for _, l := range links.Links {
		switch {
		case l.To == nil:
			m.gaps, m.doubt = append(m.gaps, notInInput(service, path, "group "+lastPart(l.Name()))), max(m.doubt, reach.Unread)
		case l.To.Type == "google_compute_instance_group":
			e.addInstances(m, l.To, "instances")
			for _, r := range e.g.Managed("google_compute_instance_group_membership") {
				if e.objectAt(r, "instance_group", "google_compute_instance_group").to == l.To {
					e.addInstances(m, r, "instance")
				}
			}
		case slices.Contains(managerTypes, l.To.Type):
			m.nics = append(m.nics, firstNICs(e.nicsOfGroup(l.To))...)
		default:
			e.addEndpoints(m, l.To)
		}
	}
	if links.Unknown {
		m.gaps, m.doubt = append(m.gaps, afterApply(service, path, "a backend of "+service.Address)), max(m.doubt, reach.Pending)
	}
}

// groupsAt resolves the group of a backend. That of a manager has an address
// of its own.
func (e *estate) groupsAt(service *tfstate.Resource, path string) reach.Links {
	var joins []reach.Join
	for _, t := range managerTypes {
		joins = append(joins, reach.Join{Type: t, Attr: "instance_group"})
	}
	direct := e.g.Follow(service, path, joins...)
	if len(direct.Links) > 0 && direct.Links[0].To != nil {
		return direct
	}
	return e.follow(service, path, slices.Concat(groupTypes, negTypes)...)
}

// addEndpoints adds the machines of a network endpoint group.
func (e *estate) addEndpoints(m *members, group *tfstate.Resource) {
	for _, r := range e.g.Managed("google_compute_network_endpoint", "google_compute_network_endpoints") {
		if e.objectAt(r, "network_endpoint_group", negTypes...).to != group {
			continue
		}
		e.addInstances(m, r, "instance")
		for i := range tfstate.Elements(r.Attr("network_endpoints")) {
			e.addInstances(m, r, "network_endpoints."+itoa(i)+".instance")
		}
	}
}
