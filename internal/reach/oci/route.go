package oci

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// way is a route rule: where replies to some addresses go.
type way struct {
	prefix  netip.Prefix
	gateway reach.Bound // of the whole world when it leads to the internet
	hop     exposure.Hop
	gap     exposure.Gap
}

// routeGate says which clients get replies: those to which the most specific
// route of a subnet leads through an internet gateway that is enabled.
func (e *estate) routeGate(n interfaces) reach.Gate {
	return reach.Gate{Name: "route", Pass: func(f reach.Flow) reach.Passage {
		if len(n.subnets) == 0 {
			return flat.Believed(f, reach.Unread, flat.NotInInput(n.spec, n.path, "the subnet of "+n.r.Address),
				flat.Hop(n.spec, n.path, n.r.Address+" may be routed to the internet", ""))
		}
		var out reach.Passage
		for i, l := range n.subnets {
			p := e.routed(n, l, f)
			if i == 0 {
				out = p
				continue
			}
			out.Bound = out.Or(p.Bound)
			out.Hops, out.Gaps, out.Assumptions = append(out.Hops, p.Hops...), append(out.Gaps, p.Gaps...), append(out.Assumptions, p.Assumptions...)
		}
		return out
	}}
}

// routed asks the route table of one subnet.
func (e *estate) routed(n interfaces, subnet reach.Link, f reach.Flow) reach.Passage {
	if subnet.To == nil {
		return flat.Believed(f, reach.Unread, flat.NotInInput(n.spec, n.path, "subnet "+subnet.Name()),
			flat.Hop(n.spec, n.path, "subnet "+subnet.Name()+" may be routed to the internet", ""))
	}
	table, missing, assumed := e.tableOf(subnet.To)
	switch {
	case table == nil && assumed:
		p := reach.Closed(flat.Hop(subnet.To, "route_table_id", "the default route table of the network of "+subnet.To.Address+" is empty", ""))
		p.Hops[0].Certainty, p.Assumptions = exposure.Assumed, []string{assumeDefaultTable}
		return p
	case table == nil:
		return flat.Believed(f, reach.Unread, flat.NotInInput(subnet.To, "route_table_id", missing),
			flat.Hop(subnet.To, "route_table_id", subnet.To.Address+" may be routed to the internet", ""))
	}
	return follow(e.ways(table), table, f)
}

// tableOf returns the route table of a subnet. Without one of its own it has
// the default one of its network.
func (e *estate) tableOf(subnet *tfstate.Resource) (table *tfstate.Resource, missing string, assumed bool) {
	joins := []reach.Join{join("oci_core_route_table"), join("oci_core_default_route_table"), {Type: "oci_core_vcn", Attr: "default_route_table_id"}}
	for _, l := range e.g.Referrers(subnet, "id", "oci_core_route_table_attachment", "subnet_id") {
		for _, t := range e.g.Follow(l.To, "route_table_id", joins...).Links {
			if t.To != nil && t.To.Type != "oci_core_vcn" {
				return t.To, "", false
			}
		}
	}
	if !tfstate.Null(flat.Value(subnet, "route_table_id")) {
		if links := e.g.Follow(subnet, "route_table_id", joins...).Links; len(links) > 0 {
			switch l := links[0]; {
			case l.To == nil:
				return nil, "route table " + l.Name(), false
			case l.To.Type != "oci_core_vcn":
				return l.To, "", false
			default:
				return e.defaultOf(l.To, "oci_core_default_route_table", "default_route_table_id")
			}
		}
		if tfstate.Unknown(subnet.Attr("route_table_id")) {
			return nil, "the route table of " + subnet.Address, false
		}
	}
	for _, l := range e.g.Follow(subnet, "vcn_id", join("oci_core_vcn")).Links {
		if l.To != nil {
			return e.defaultOf(l.To, "oci_core_default_route_table", "default_route_table_id")
		}
	}
	return nil, "the network of " + subnet.Address, false
}

// defaultOf returns the default object of a network that a resource declares.
// Without such a resource it is assumed to be as it was made, if the input
// makes the network.
func (e *estate) defaultOf(vcn *tfstate.Resource, resourceType, attribute string) (object *tfstate.Resource, missing string, assumed bool) {
	for _, l := range e.g.Referrers(vcn, attribute, resourceType, "manage_default_resource_id") {
		return l.To, "", false
	}
	if vcn.Mode == tfstate.Managed {
		return nil, "", true
	}
	return nil, "the " + strings.ReplaceAll(strings.TrimSuffix(attribute, "_id"), "_", " ") + " of " + vcn.Address, false
}

// ways returns the rules of a route table, the most specific first.
func (e *estate) ways(table *tfstate.Resource) []way {
	everyone := reach.Public(reach.IPv4).Union(reach.Public(reach.IPv6))
	var out []way
	for i := range tfstate.Elements(flat.Value(table, "route_rules")) {
		path := "route_rules." + itoa(i)
		prefix, err := netip.ParsePrefix(cmp.Or(flat.Text(table, path+".destination"), flat.Text(table, path+".cidr_block")))
		if err != nil {
			continue // a service of Oracle's, which is no internet host
		}
		w := way{prefix: prefix, hop: flat.Hop(table, path, table.Address+" routes "+prefix.String()+" to an internet gateway", "Remove the route from "+table.Address)}
		for _, l := range e.g.Follow(table, path+".network_entity_id", join("oci_core_internet_gateway")).Links {
			switch {
			case l.To != nil && flat.FlagAt(l.To, "enabled", true) == flat.No:
				w.hop.Summary = table.Address + " routes " + prefix.String() + " to " + l.To.Address + ", which is disabled"
			case l.To != nil && flat.FlagAt(l.To, "enabled", true) == flat.Yes && l.Certain:
				w.gateway, w.hop.Summary = reach.Exactly(everyone), table.Address+" routes "+prefix.String()+" to "+l.To.Address
			case l.To != nil:
				w.gateway.May, w.gap = everyone, flat.AfterApply(l.To, "enabled", "whether "+l.To.Address+" is enabled")
			case strings.HasPrefix(l.ID, "ocid1.internetgateway."):
				w.gateway.Likely, w.gateway.May, w.gap = everyone, everyone, flat.NotInInput(table, path+".network_entity_id", "internet gateway "+l.Name())
			}
		}
		if v := reach.Value(table, path+".network_entity_id"); tfstate.Unknown(v) && len(table.References(path+".network_entity_id")) == 0 {
			w.gateway.May, w.gap = everyone, flat.AfterApply(table, path+".network_entity_id", "where a route of "+table.Address+" leads")
		}
		out = append(out, w)
	}
	slices.SortStableFunc(out, func(a, b way) int { return cmp.Compare(b.prefix.Bits(), a.prefix.Bits()) })
	return out
}

// follow sorts the world by where its replies go.
func follow(ways []way, table *tfstate.Resource, f reach.Flow) reach.Passage {
	rest := reach.Public(f.Family)
	var out reach.Passage
	var closed []exposure.Hop
	for _, w := range ways {
		part := rest.Intersect(reach.SetOf(w.prefix))
		rest = rest.Minus(part)
		admitted := w.gateway.And(reach.Exactly(part))
		switch {
		case part.IsEmpty():
		case admitted.May.IsEmpty():
			closed = append(closed, w.hop)
		default:
			out.Bound = out.Or(admitted)
			if admitted.Must.IsEmpty() {
				w.hop.Certainty = exposure.May
				out.Gaps = append(out.Gaps, w.gap)
			}
			out.Hops = append(out.Hops, w.hop)
		}
	}
	if out.May.IsEmpty() {
		out.Hops = []exposure.Hop{flat.Hop(table, "route_rules", "no route of "+table.Address+" leads to an internet gateway", "")}
		for _, h := range closed {
			if strings.HasSuffix(h.Summary, "which is disabled") {
				out.Hops = []exposure.Hop{h}
				out.Hops[0].Remedy = ""
			}
		}
	}
	if tfstate.Unknown(flat.Value(table, "route_rules")) {
		return flat.Believed(f, reach.Pending, flat.AfterApply(table, "route_rules", "where "+table.Address+" leads"),
			flat.Hop(table, "route_rules", table.Address+" may lead to an internet gateway", ""))
	}
	return out
}
