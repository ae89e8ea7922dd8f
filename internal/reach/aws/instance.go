package aws

import (
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// instances returns the addresses of instances, on all their interfaces.
func (e *estate) instances() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed("aws_instance", "aws_spot_instance_request") {
		for _, fc := range e.facesOf(r) {
			if fc.nic != nil {
				e.faced[fc.nic] = true
			}
			out = append(out, e.faceCandidates(fc, "compute")...)
		}
	}
	return out
}

// interfaces returns the addresses of network interfaces that are attached to
// no instance of the input.
func (e *estate) interfaces() []reach.Candidate {
	var out []reach.Candidate
	for _, nic := range e.g.Managed("aws_network_interface") {
		if !e.faced[nic] {
			out = append(out, e.faceCandidates(e.declared(nic, nic, false), "network_interface")...)
		}
	}
	return out
}

// faceCandidates returns a candidate for each address of a face. An interface
// without one beside others of the instance that have one is not worth telling.
func (e *estate) faceCandidates(fc face, kind string) []reach.Candidate {
	var out []reach.Candidate
	for _, l := range e.locations(fc) {
		related := slices.Clone(l.related)
		if fc.nic != nil && fc.nic != fc.owner {
			related = append(related, fc.nic.Address)
		}
		slices.Sort(related)
		out = append(out, reach.Candidate{
			Family: l.family,
			Gates:  append([]reach.Gate{l.gate}, e.gates(fc.path(l.family))...),
			Endpoint: exposure.Endpoint{
				ResourceAddress: fc.owner.Address, Key: l.key, Related: related, Identity: identity(fc.owner),
				Host: l.host, Names: l.names, Kind: kind, Dormant: e.dormant(fc.owner),
			},
		})
	}
	return out
}

// dormant reports whether an instance is declared stopped, or is.
func (e *estate) dormant(r *tfstate.Resource) bool {
	for _, l := range e.g.Referrers(r, "id", "aws_ec2_instance_state", "instance_id") {
		if state := text(l.To, "state"); state != "" && l.Certain {
			return state == "stopped"
		}
	}
	state := text(r, "instance_state")
	return state == "stopped" || state == "stopping"
}

// natGateways tells that a NAT gateway, though it has a public address, lets
// nobody in.
func (e *estate) natGateways() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed("aws_nat_gateway") {
		if text(r, "connectivity_type") == "private" {
			continue
		}
		c := reach.Candidate{Family: reach.IPv4, Endpoint: exposure.Endpoint{
			ResourceAddress: r.Address, Key: "ipv4", Kind: "nat", Identity: identity(r), Host: text(r, "public_ip"),
		}}
		for _, path := range []string{"allocation_id", "secondary_allocation_ids"} {
			for _, l := range e.g.Follow(r, path, allocationJoins...).Links {
				if l.To != nil {
					c.Endpoint.Related = appendNew(c.Endpoint.Related, l.To.Address)
				}
			}
		}
		slices.Sort(c.Endpoint.Related)
		c.Gates = []reach.Gate{closedGate(exposure.Hop{Gate: "address", Resource: r.Address,
			Summary: "a NAT gateway lets nobody in: " + r.Address + " only carries traffic out"})}
		out = append(out, c)
	}
	return out
}
