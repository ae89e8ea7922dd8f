package azure

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// route is one user-defined route of a subnet.
type route struct {
	prefix netip.Prefix
	hop    string // next_hop_type in lower case
	r      *tfstate.Resource
	path   string // of the route inside r
	doubt  bool   // the route is not known to be there
}

const routeTableType = "azurerm_route_table"

// routesOf returns the user-defined routes of a subnet. A subnet without a
// route table has the system routes only, which lead to the internet.
func (e *estate) routesOf(p place) []route {
	if p.r == nil || p.inline != "" {
		return nil
	}
	tables := e.associated(e.referrers(p.r, "azurerm_subnet_route_table_association", "subnet_id"), routeTableType, "route_table_id")
	if len(tables.Links) == 0 && p.r.Mode == tfstate.Data {
		tables = e.follow(p.r, "route_table_id", ids(routeTableType)...)
	}
	var out []route
	for _, l := range tables.Links {
		if l.To == nil {
			continue
		}
		for i := range tfstate.Elements(l.To.Attr("route")) {
			out = append(out, readRoute(l.To, "route."+itoa(i)+".", !l.Certain)...)
		}
		for _, child := range e.children(l.To, "azurerm_route", "route_table_name") {
			out = append(out, readRoute(child.To, "", !l.Certain || !child.Certain)...)
		}
	}
	slices.SortStableFunc(out, func(a, b route) int { return cmp.Compare(b.prefix.Bits(), a.prefix.Bits()) })
	return out
}

// readRoute reads a route. Routes for service tags and routes that are not
// known are left out: they decide about parts of the internet at most.
func readRoute(r *tfstate.Resource, prefix string, doubt bool) []route {
	p, err := netip.ParsePrefix(text(r, prefix+"address_prefix"))
	if err != nil {
		return nil
	}
	return []route{{prefix: p.Masked(), hop: strings.ToLower(text(r, prefix+"next_hop_type")), r: r, path: bracketed(prefix + "next_hop_type"), doubt: doubt}}
}

// routeGate asks where replies go. Replies that leave through an appliance or
// a gateway carry another address than the one that the client asked, so that
// the connection fails unless somebody arranged for it; replies to nowhere are
// lost.
func (e *estate) routeGate(p place) reach.Gate {
	routes := e.routesOf(p)
	return reach.Gate{Name: "route", Pass: func(f reach.Flow) reach.Passage {
		rest := reach.Public(f.Family)
		must, may := rest, rest
		out := reach.Passage{}
		for _, rt := range routes {
			taken := rest.Intersect(reach.SetOf(rt.prefix))
			if taken.IsEmpty() {
				continue
			}
			if !rt.doubt {
				rest = rest.Minus(taken)
			}
			switch rt.hop {
			case "internet":
				continue
			case "none":
				must = must.Minus(taken)
				if !rt.doubt {
					may = may.Minus(taken)
				}
				out.Hops = append(out.Hops, exposure.Hop{Resource: rt.r.Address, Attribute: rt.path, Certainty: exposure.Must,
					Summary: rt.r.Address + " drops the replies to " + rt.prefix.String()})
			default:
				must = must.Minus(taken)
				out.Hops = append(out.Hops, exposure.Hop{Resource: rt.r.Address, Attribute: rt.path, Certainty: exposure.May,
					Summary: rt.r.Address + " sends the replies to " + rt.prefix.String() + " through " + throughWhat(rt.hop)})
				out.Gaps = append(out.Gaps, exposure.Gap{Resource: rt.r.Address, Attribute: rt.path,
					Reason: "default route via appliance: replies leave " + p.name() + " through " + throughWhat(rt.hop),
					Remedy: "Probe the endpoint, or give the subnet a route to the internet"})
			}
		}
		out.Bound = reach.Bound{Must: must, Likely: must, May: may}
		return out
	}}
}

func throughWhat(hop string) string {
	switch hop {
	case "virtualappliance":
		return "an appliance"
	case "virtualnetworkgateway":
		return "a virtual network gateway"
	}
	return "the virtual network"
}
