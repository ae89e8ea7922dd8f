package aws

import (
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// What many resources ask of all others is worked out once, so that an estate
// ten times as large takes ten times as long.

// edgeLink is one end of the gateway_id of a route table association.
type edgeLink struct {
	association *tfstate.Resource
	gateway     reach.Link
}

// edgeLinks returns the gateways that have route tables, in address order of
// the associations.
func (e *estate) edgeLinks() []edgeLink {
	if e.edges != nil {
		return e.edges
	}
	e.edges = []edgeLink{}
	for _, association := range e.g.Managed("aws_route_table_association") {
		for _, l := range e.g.Follow(association, "gateway_id", targetJoins["gateway_id"]...).Links {
			if isGateway(l) {
				e.edges = append(e.edges, edgeLink{association, l})
			}
		}
	}
	return e.edges
}

// attachedBy returns the interfaces whose own attachment names an instance, in
// address order.
func (e *estate) attachedBy(r *tfstate.Resource) []*tfstate.Resource {
	index, ok := e.carriers[r.Type]
	if !ok {
		index = map[*tfstate.Resource][]*tfstate.Resource{}
		for _, nic := range e.g.Managed("aws_network_interface") {
			for i := range tfstate.Elements(nic.Attr("attachment")) {
				for _, l := range e.g.Follow(nic, "attachment."+itoa(i)+".instance", reach.Join{Type: r.Type, Attr: "id"}).Links {
					if l.To != nil {
						index[l.To] = append(index[l.To], nic)
					}
				}
			}
		}
		e.carriers[r.Type] = index
	}
	return index[r]
}

// pointed returns the resources of type from by the values that their
// attribute at path holds, as links back to them in address order.
func (e *estate) pointed(from, path string) map[string][]reach.Link {
	key := [2]string{from, path}
	index, ok := e.pointers[key]
	if ok {
		return index
	}
	index = map[string][]reach.Link{}
	for _, r := range e.g.Resources(from) {
		seen := map[string]bool{}
		for _, l := range e.g.Follow(r, path).Links {
			if !seen[l.ID] {
				seen[l.ID] = true
				index[l.ID] = append(index[l.ID], reach.Link{To: r, ID: l.ID, Certain: true})
			}
		}
	}
	e.pointers[key] = index
	return index
}

// priorOf returns the resources of type from, as they were before the plan, by
// the text of an attribute.
func (e *estate) priorOf(from, attribute string) map[string][]*tfstate.Resource {
	key := reach.Join{Type: from, Attr: attribute}
	index, ok := e.prior[key]
	if !ok {
		index = map[string][]*tfstate.Resource{}
		for _, r := range e.g.Prior(from) {
			at := text(r, attribute)
			index[at] = append(index[at], r)
		}
		e.prior[key] = index
	}
	return index
}
