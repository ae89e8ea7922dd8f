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
