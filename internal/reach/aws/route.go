package aws

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// target is where a route leads, as seen from the internet.
type target int

const (
	targetOther     target = iota // a NAT gateway, a peering, nowhere
	targetIGW                     // an internet gateway of the same VPC
	targetInspected               // an appliance that may let packets through
	targetPending                 // known after apply
	targetUnread                  // an object that no input holds
)

// admits reports whether the route leads to the internet at a level of
// knowledge: 0 for certain, 1 likely, 2 possibly.
func (t target) admits(level int) bool {
	switch t {
	case targetIGW:
		return true
	case targetUnread:
		return level > 0
	case targetInspected, targetPending:
		return level > 1
	}
	return false
}

// route is one destination of a route table.
type route struct {
	dest   reach.Set
	bits   int         // prefix length: the longest wins
	key    string      // the destination as written
	wide   bool        // the destination is not known
	doubt  reach.Doubt // why it is not
	target target
	leads  string // where to, for a reader
	hop    exposure.Hop
	gap    exposure.Gap // when the target or the destination is not known
	assume string       // id of the assumption it rests on
}

var assumedRoute = func() route {
	all, _ := reach.ParseSource("0.0.0.0/0")
	return route{dest: all, key: "0.0.0.0/0", target: targetIGW, leads: "an internet gateway", assume: assumeDefaultVPC,
		hop: exposure.Hop{Summary: "the default VPC sends 0.0.0.0/0 to an internet gateway", Certainty: exposure.Assumed}}
}()

var (
	inlineDestinations     = []string{"cidr_block", "ipv6_cidr_block", "destination_prefix_list_id"}
	standaloneDestinations = []string{"destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id"}
)

func itoa(n int) string { return strconv.Itoa(n) }

// routesIn reads the route that r holds at prefix: "" for an aws_route,
// "route.0." inside a table. A prefix list gives one route for each entry.
func (e *estate) routesIn(p *place, r *tfstate.Resource, prefix string, certain bool) []route {
	destinations := inlineDestinations
	if prefix == "" {
		destinations = standaloneDestinations
	}
	base := e.targetIn(p, r, prefix)
	if !certain && base.target == targetOther {
		return nil // it may be in another table, and two routes of one table never share a destination
	}
	if !certain && base.target == targetIGW {
		base.target = targetUnread
		base.gap = afterApply(r, "route_table_id", "the route table of "+r.Address)
	}
	for _, attribute := range destinations {
		v := reach.Value(r, prefix+attribute)
		if tfstate.Unknown(v) && (prefix == "" && chosenByProvider(r, attribute, v) || !lonely(r, prefix, destinations)) {
			continue
		}
		if tfstate.Unknown(v) {
			base.wide, base.doubt = true, reach.Pending
			base.gap = afterApply(r, bracketed(prefix+attribute), "the destination of a route")
			return []route{base}
		}
		if written, _ := tfstate.String(v); written != "" {
			return e.toward(base, r, prefix+attribute, written)
		}
	}
	return nil
}

// lonely reports whether no destination of the route is known.
func lonely(r *tfstate.Resource, prefix string, destinations []string) bool {
	return !slices.ContainsFunc(destinations, func(a string) bool { return text(r, prefix+a) != "" })
}

// toward gives a route its destination.
func (e *estate) toward(base route, r *tfstate.Resource, attribute, written string) []route {
	base.key = written
	base.hop.Summary = r.Address + " sends " + printable(reach.Value(r, attribute)) + " to " + base.leads
	base.hop.Attribute = bracketed(attribute)
	if strings.HasSuffix(attribute, "prefix_list_id") {
		list := e.prefixList(r, attribute)
		if list.Doubt != reach.Sure {
			base.wide, base.doubt, base.gap = true, list.Doubt, list.Gap
			return []route{base}
		}
		var out []route
		for _, prefix := range list.Set.Prefixes() {
			one := base
			one.dest, one.bits = reach.SetOf(prefix), prefix.Bits()
			out = append(out, one)
		}
		return out
	}
	set, ok := reach.ParseSource(written)
	if !ok {
		base.wide, base.doubt = true, reach.Pending
		base.gap = exposure.Gap{Resource: r.Address, Attribute: bracketed(attribute),
			Reason: "the destination " + printable(reach.Value(r, attribute)) + " is no address range"}
		return []route{base}
	}
	base.dest = set
	if prefixes := set.Prefixes(); len(prefixes) > 0 {
		base.bits = prefixes[0].Bits()
	}
	return []route{base}
}

// localRoutes are those that every table of the VPC has: to its own networks.
func (e *estate) localRoutes(p *place) []route {
	var out []route
	add := func(r *tfstate.Resource, attribute string) {
		set, ok := reach.ParseSource(text(r, attribute))
		for _, prefix := range set.Prefixes() {
			if ok {
				out = append(out, route{dest: reach.SetOf(prefix), bits: prefix.Bits(), leads: "local", key: "local"})
			}
		}
	}
	if p.vpc != nil {
		add(p.vpc, "cidr_block")
		add(p.vpc, "ipv6_cidr_block")
	}
	for _, l := range e.pointingAtVPC(p, "id", "aws_vpc_ipv4_cidr_block_association", "vpc_id") {
		add(l.To, "cidr_block")
	}
	return out
}

// clients works out whom a list of routes can answer: for each client the
// route with the longest prefix decides.
func clients(routes []route, f reach.Flow) (reach.Passage, []route) {
	sorted := slices.Clone(routes)
	slices.SortStableFunc(sorted, func(a, b route) int { return cmp.Compare(b.rank(), a.rank()) })
	var levels [3]reach.Set
	var used []route
	for level := range levels {
		rest := reach.Public(f.Family)
		for _, r := range sorted {
			reached := rest.Intersect(r.dest)
			switch {
			case r.wide && r.target.admits(level) && (level == 2 || level == 1 && r.doubt == reach.Unread):
				levels[level] = levels[level].Union(rest)
			case r.wide && !r.target.admits(level) && (level == 0 || level == 1 && r.doubt == reach.Pending):
				rest = reach.Set{} // it may take every client elsewhere
			}
			if r.target.admits(level) {
				levels[level] = levels[level].Union(reached)
			}
			rest = rest.Minus(reached)
			if level == 2 && (!reached.IsEmpty() || r.wide) {
				used = append(used, r)
			}
		}
	}
	return reach.Passage{Bound: reach.Bound{Must: levels[0], Likely: levels[1], May: levels[2]}}, used
}

// rank orders routes: an unknown destination first, for it may be the most
// specific one, then the longest prefix.
func (r route) rank() int {
	if r.wide {
		return math.MaxInt
	}
	return r.bits
}

// bracketed turns "route.0.cidr_block" into "route[0].cidr_block".
func bracketed(path string) string {
	parts := strings.Split(strings.TrimSuffix(path, "."), ".")
	out := parts[0]
	for _, part := range parts[1:] {
		if _, err := strconv.Atoi(part); err == nil {
			out += "[" + part + "]"
			continue
		}
		out += "." + part
	}
	return out
}
