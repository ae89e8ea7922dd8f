package aws

import (
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// targetAttributes are those of a route that name where it leads.
// gateway_id comes last, because old plans leave several of them unknown.
var targetAttributes = []string{
	"vpc_endpoint_id", "nat_gateway_id", "egress_only_gateway_id", "transit_gateway_id", "vpc_peering_connection_id",
	"network_interface_id", "instance_id", "carrier_gateway_id", "local_gateway_id", "core_network_arn",
	"odb_network_arn", "gateway_id",
}

var targetJoins = map[string][]reach.Join{
	"gateway_id": {
		{Type: "aws_internet_gateway", Attr: "id"}, {Type: "aws_internet_gateway", Attr: "internet_gateway_id"},
		{Type: "aws_vpn_gateway", Attr: "id"},
	},
	"vpc_endpoint_id":           {{Type: "aws_vpc_endpoint", Attr: "id"}, {Type: "aws_networkfirewall_firewall", Attr: "id"}},
	"nat_gateway_id":            {{Type: "aws_nat_gateway", Attr: "id"}},
	"egress_only_gateway_id":    {{Type: "aws_egress_only_internet_gateway", Attr: "id"}},
	"transit_gateway_id":        {{Type: "aws_ec2_transit_gateway", Attr: "id"}},
	"vpc_peering_connection_id": {{Type: "aws_vpc_peering_connection", Attr: "id"}},
	"network_interface_id":      {{Type: "aws_network_interface", Attr: "id"}},
	"instance_id":               {{Type: "aws_instance", Attr: "id"}},
}

// targetIn reads where the route that r holds at prefix leads.
func (e *estate) targetIn(p *place, r *tfstate.Resource, prefix string) route {
	out := route{hop: exposure.Hop{Resource: r.Address, Attribute: bracketed(prefix), Certainty: exposure.Must,
		Remedy: "Point the route at something other than an internet gateway"}}
	if state := text(r, prefix+"state"); state == "blackhole" {
		out.leads = "nowhere (blackhole)"
		return out
	}
	var pending []string
	for _, attribute := range targetAttributes {
		path := prefix + attribute
		links := e.g.Follow(r, path, targetJoins[attribute]...)
		switch {
		case len(links.Links) > 0:
			return e.leading(p, out, r, path, links.Links)
		case links.Unknown && (prefix != "" || !chosenByProvider(r, path, reach.Value(r, path))):
			pending = append(pending, attribute)
		}
	}
	if len(pending) == 0 {
		out.leads = "nothing that the input shows"
		return out
	}
	return e.pendingTarget(p, out, r, prefix, pending)
}

// leading fills in a target that is known, by value or by reference. The
// routes inside a table share their references, so several gateways may come
// into question: it matters only when one of them is no internet gateway.
func (e *estate) leading(p *place, out route, r *tfstate.Resource, path string, links []reach.Link) route {
	l := links[0]
	for _, other := range links[1:] {
		if isGateway(other) {
			l = other
		}
	}
	out.leads = l.Name()
	switch attribute := path[strings.LastIndex(path, ".")+1:]; {
	case attribute == "vpc_endpoint_id", l.To != nil && l.To.Type == "aws_vpc_endpoint", strings.HasPrefix(l.ID, "vpce-"):
		out.target = targetInspected
		out.gap = exposure.Gap{Resource: r.Address, Attribute: bracketed(path),
			Reason: "traffic is inspected by a firewall appliance behind " + out.leads,
			Remedy: "Read the rules of the appliance"}
	case attribute == "gateway_id":
		out.target = e.gatewayTarget(p, l)
		if out.target == targetIGW && slices.ContainsFunc(links, func(l reach.Link) bool { return e.gatewayTarget(p, l) != targetIGW }) {
			out.target = targetUnread
			out.gap = afterApply(r, bracketed(path), "which gateway a route leads to")
		}
		if out.target == targetOther && isGateway(l) {
			out.leads += ", which is not attached to the VPC"
		}
	}
	return out
}

func isGateway(l reach.Link) bool {
	return l.To != nil && l.To.Type == "aws_internet_gateway" || l.To == nil && strings.HasPrefix(l.ID, "igw-")
}

// gatewayTarget tells whether what gateway_id names is an internet gateway of
// the place's VPC. One that no input holds is taken to be: a route can only
// name a gateway that is attached.
func (e *estate) gatewayTarget(p *place, l reach.Link) target {
	switch {
	case !isGateway(l):
		return targetOther
	case l.To == nil || l.To.Mode == tfstate.Data:
		return targetIGW
	}
	if attached, known := e.attached(p, l.To); known && !attached {
		return targetOther
	}
	return targetIGW
}

// attached reports whether the internet gateway is attached to the VPC of the
// place. known is false when that cannot be told.
func (e *estate) attached(p *place, igw *tfstate.Resource) (attached, known bool) {
	links := e.g.Follow(igw, "vpc_id", vpcJoins...)
	all := links.Links
	for _, l := range e.g.Referrers(igw, "id", "aws_internet_gateway_attachment", "internet_gateway_id") {
		more := e.g.Follow(l.To, "vpc_id", vpcJoins...)
		all = append(all, more.Links...)
		links.Unknown = links.Unknown || more.Unknown
	}
	if len(all) == 0 {
		unknown := links.Unknown && !omitted(igw, "vpc_id", links)
		return false, !unknown
	}
	known = true
	for _, l := range all {
		same, told := p.sameVPC(l)
		if same {
			return true, true
		}
		known = known && told
	}
	return false, known
}

// sameVPC reports whether the link leads to the VPC of the place. known is
// false when that cannot be told: a data source may find any VPC.
func (p *place) sameVPC(l reach.Link) (same, known bool) {
	if l.To != nil && l.To == p.vpc {
		return true, true
	}
	id := l.ID
	if l.To != nil {
		id = text(l.To, "id")
	}
	if id != "" && p.vpcID != "" {
		return id == p.vpcID, true
	}
	found := func(r *tfstate.Resource) bool { return r != nil && r.Mode == tfstate.Data }
	return false, (p.vpc != nil || p.vpcID != "") && !found(l.To) && !found(p.vpc)
}

// pendingTarget settles a target that is known after apply without a
// reference, as in old plans, which show no block of a route table: when only
// gateway_id is pending and the input creates an internet gateway for the VPC
// and no VPN gateway, it can only be that.
func (e *estate) pendingTarget(p *place, out route, r *tfstate.Resource, prefix string, pending []string) route {
	out.leads = "a target known after apply"
	if !slices.Contains(pending, "gateway_id") {
		return out // some other kind of target, none of which leads to the internet
	}
	created := func(resourceType string) (found []*tfstate.Resource) {
		for _, gateway := range e.g.Managed(resourceType) {
			if tfstate.Unknown(gateway.Attr("id")) {
				found = append(found, gateway)
			}
		}
		return found
	}
	if len(pending) == 1 && len(created("aws_vpn_gateway")) == 0 {
		for _, igw := range created("aws_internet_gateway") {
			if attached, _ := e.attached(p, igw); attached {
				out.target, out.leads, out.assume = targetIGW, igw.Address, assumeGateway
				out.hop.Certainty = exposure.Assumed
				return out
			}
		}
	}
	out.target = targetPending
	out.gap = afterApply(r, bracketed(prefix+"gateway_id"), "the gateway of a route")
	return out
}
