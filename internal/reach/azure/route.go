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

// routes is what is known of the way of replies from a subnet.
type routes struct {
	list []route // the longest prefix first
	gaps []exposure.Gap
}

// routesOf returns the user-defined routes of a subnet. A subnet without a
// route table has the system routes only, which lead to the internet.
func (e *estate) routesOf(p place) routes {
	var out routes
	if p.r == nil {
		return out
	}
	for _, l := range e.routeTables(p) {
		if l.To == nil {
			out.gaps = append(out.gaps, notInInput(p.r, "route_table_id", routeTableType+" "+l.Name()))
			continue
		}
		if pending(l.To, "route") {
			out.gaps = append(out.gaps, afterApply(l.To, "route", "the route list of "+l.To.Address))
		}
		gone := e.deletedRoutes(l.To)
		for i := range tfstate.Elements(l.To.Attr("route")) {
			at := "route." + itoa(i) + "."
			if !gone[strings.ToLower(text(l.To, at+"name"))] {
				out.list = append(out.list, readRoute(l.To, at, !l.Certain)...)
			}
		}
		for _, child := range e.children(l.To, "azurerm_route", "route_table_name") {
			out.list = append(out.list, readRoute(child.To, "", !l.Certain || !child.Certain)...)
		}
	}
	slices.SortStableFunc(out.list, func(a, b route) int { return cmp.Compare(b.prefix.Bits(), a.prefix.Bits()) })
	return out
}

// routeTables returns the route tables of a subnet.
func (e *estate) routeTables(p place) []reach.Link {
	if p.inline != "" {
		return e.follow(p.r, p.inline+".route_table_id", ids(routeTableType)...).Links
	}
	tables := e.associated(e.referrers(p.r, "azurerm_subnet_route_table_association", "subnet_id"), routeTableType, "route_table_id").Links
	if len(tables) == 0 && !chosenByProvider(p.r, "route_table_id", p.r.Attr("route_table_id")) {
		tables = e.follow(p.r, "route_table_id", ids(routeTableType)...).Links // of the data source, and of old providers
	}
	if len(tables) > 0 || tfstate.Null(p.r.Attr("route_table_id_wo_version")) {
		return tables
	}
	for _, ref := range p.r.References("route_table_id_wo") {
		if to := e.g.At(ref.Address); to != nil && to.Type == routeTableType {
			tables = append(tables, reach.Link{To: to, Certain: ref.Certain})
		}
	}
	if len(tables) == 0 {
		tables = append(tables, reach.Link{ID: "of " + p.name() + " (written by an argument that no state shows)", Certain: true})
	}
	return tables
}

// deletedRoutes returns the names of the route resources that a table had
// before the plan. Those that stay are read from their resources.
func (e *estate) deletedRoutes(table *tfstate.Resource) map[string]bool {
	gone := map[string]bool{}
	for _, was := range e.g.Prior("azurerm_route") {
		if strings.EqualFold(text(was, "route_table_name"), text(table, "name")) && sameGroup(was, table) {
			gone[strings.ToLower(text(was, "name"))] = true
		}
	}
	return gone
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
	known := e.routesOf(p)
	return reach.Gate{Name: "route", Pass: func(f reach.Flow) reach.Passage {
		rest := reach.Public(f.Family)
		must, may := rest, rest
		out := reach.Passage{}
		for _, rt := range known.list {
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
		if len(known.gaps) > 0 {
			out.Must, out.Gaps = reach.Set{}, append(out.Gaps, known.gaps...)
		}
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
