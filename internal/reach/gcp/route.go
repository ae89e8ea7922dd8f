package gcp

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// wayOut is a route of a network as it is for one machine.
type wayOut struct {
	r        *tfstate.Resource // nil for the route that Google made
	prefix   netip.Prefix
	priority int
	gateway  bool         // leads to the internet
	certain  bool         // applies to the machine for certain
	gap      exposure.Gap // why that is not certain
}

func (w wayOut) less(o wayOut) int {
	return cmp.Or(cmp.Compare(o.prefix.Bits(), w.prefix.Bits()), cmp.Compare(w.priority, o.priority))
}

// routeGate says which clients get replies: those to which the machine's most
// specific route leads through the internet gateway. Replies that an appliance
// carries may or may not arrive.
func (e *estate) routeGate(n nic) reach.Gate {
	return gateOf("route", func(f reach.Flow) reach.Passage {
		ways, assumed := e.waysOut(n, f.Family)
		must := answered(ways, false)
		may := answered(ways, true)
		family := reach.Public(f.Family)
		gateway := must.gateway.Intersect(family)
		p := reach.Passage{Bound: reach.Bound{
			Must: gateway, Likely: gateway, May: may.gateway.Union(may.other).Intersect(family).Union(gateway)}}
		return e.tellRoute(n, ways, assumed, p)
	})
}

type answers struct{ gateway, other reach.Set }

// answered sorts the world by where its replies go. hopeful says how routes
// are read of which it is not certain that they apply.
func answered(ways []wayOut, hopeful bool) answers {
	var out answers
	rest := reach.Public(reach.IPv4).Union(reach.Public(reach.IPv6))
	for _, w := range ways {
		if !w.certain && w.gateway != hopeful {
			continue
		}
		part := rest.Intersect(reach.SetOf(w.prefix))
		rest = rest.Minus(part)
		if w.gateway {
			out.gateway = out.gateway.Union(part)
		} else {
			out.other = out.other.Union(part)
		}
	}
	return out
}

// waysOut returns the routes of a machine, the deciding ones first. assumed is
// set when the default route is taken for granted.
func (e *estate) waysOut(n nic, family reach.Family) (ways []wayOut, assumed bool) {
	everywhere := netip.MustParsePrefix("0.0.0.0/0")
	if family == reach.IPv6 {
		everywhere = netip.MustParsePrefix("::/0")
	}
	declared := n.network.to != nil && n.network.to.Mode == tfstate.Managed
	deleted := no
	if declared {
		deleted = flagOf(n.network.to.Attr("delete_default_routes_on_create"), no)
	}
	if deleted != yes {
		out := wayOut{prefix: everywhere, priority: 1000, gateway: true, certain: deleted == no}
		if deleted == unknown {
			out.gap = afterApply(n.network.to, "delete_default_routes_on_create", "whether "+n.networkName()+" keeps its default route")
		}
		ways = append(ways, out)
	}
	for _, r := range e.g.Managed("google_compute_route") {
		if w, ok := e.wayOf(n, r); ok && (reach.Of(w.prefix.Addr()) == family) {
			ways = append(ways, w)
		}
	}
	slices.SortStableFunc(ways, wayOut.less)
	return ways, !declared
}

// wayOf reads a declared route, as far as it may apply to the machine.
func (e *estate) wayOf(n nic, r *tfstate.Resource) (wayOut, bool) {
	w := wayOut{r: r, priority: 1000, certain: true}
	everywhere := netip.MustParsePrefix("0.0.0.0/0")
	prefix, err := netip.ParsePrefix(text(r, "dest_range"))
	switch {
	case tfstate.Unknown(r.Attr("dest_range")):
		w.prefix, w.certain = everywhere, false
	case err != nil:
		return w, false
	default:
		w.prefix = prefix.Masked()
	}
	if priority, ok := tfstate.Int(r.Attr("priority")); ok {
		w.priority = priority
	}
	w.gateway = lastPart(text(r, "next_hop_gateway")) == "default-internet-gateway"
	on := e.objectAt(r, "network", networkType).same(n.network)
	tagged := e.tagged(n, r, "tags")
	if on == no || tagged == no {
		return w, false
	}
	w.certain = w.certain && on == yes && tagged == yes
	if !w.certain {
		w.gap = afterApply(r, "", "whether "+r.Address+" applies to "+n.spec.Address)
	}
	return w, true
}

// tellRoute gives the passage its reasons.
func (e *estate) tellRoute(n nic, ways []wayOut, assumed bool, p reach.Passage) reach.Passage {
	if assumed {
		p.Assumptions = []string{assumeDefaultRoute}
	}
	if p.May.IsEmpty() {
		p.Hops = []exposure.Hop{{Resource: n.network.address(), Attribute: "delete_default_routes_on_create", Certainty: exposure.Must,
			Summary: n.networkName() + " has no route to the internet gateway"}}
		return p
	}
	for _, w := range ways {
		if !w.certain && !p.Must.Equal(p.May) {
			p.Gaps = append(p.Gaps, w.gap)
		}
		switch {
		case w.gateway && w.r != nil:
			p.Hops = append(p.Hops, exposure.Hop{Resource: w.r.Address, Attribute: "next_hop_gateway", Certainty: certainty(w.certain),
				Summary: w.r.Address + " sends " + w.prefix.String() + " to the internet gateway"})
		case w.r != nil && !p.Must.Equal(p.May):
			p.Gaps = append(p.Gaps, exposure.Gap{Resource: w.r.Address, Attribute: nextHop(w.r),
				Reason: "replies to " + w.prefix.String() + " go through the next hop of " + w.r.Address + ", an appliance or a tunnel",
				Remedy: "Give " + n.spec.Address + " a route of its own to the internet gateway, or scan to see whether it answers"})
		}
	}
	return p
}

func certainty(sure bool) exposure.Certainty {
	if sure {
		return exposure.Must
	}
	return exposure.May
}

func nextHop(r *tfstate.Resource) string {
	for _, name := range []string{"next_hop_ilb", "next_hop_instance", "next_hop_ip", "next_hop_vpn_tunnel"} {
		if v := r.Attr(name); tfstate.Unknown(v) && !leftOut(r, name, v) || text(r, name) != "" {
			return name
		}
	}
	return ""
}

func (o object) address() string {
	if o.to != nil {
		return o.to.Address
	}
	return ""
}
