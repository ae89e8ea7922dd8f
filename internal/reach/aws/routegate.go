package aws

import (
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// routeGate tells which clients the place's route table can answer through an
// internet gateway.
func (e *estate) routeGate(p *place) reach.Gate {
	tables, unread := e.tablesOf(p)
	if unread {
		gap := exposure.Gap{
			Resource: p.address(),
			Reason:   "the route table of " + p.name() + " is in no input",
			Remedy:   "Add the state that holds the route table of " + p.name(),
		}
		if created(p.subnet) {
			gap.Reason = "the route table of " + p.name() + " is known only after apply, or in no input"
			gap.Remedy = "Run again after apply"
		}
		if p.subnet == nil {
			gap = exposure.Gap{Reason: p.name() + " is in no input", Remedy: "Add the state that holds " + p.name()}
		}
		return doubtGate("route", reach.Unread, gap)
	}
	type answer struct {
		routes   []route
		table    table
		complete bool
	}
	var answers []answer
	for _, t := range tables {
		routes, complete := e.routesOf(p, t)
		answers = append(answers, answer{append(routes, e.steering(p)...), t, complete})
	}
	return reach.Gate{Name: "route", Pass: func(f reach.Flow) reach.Passage {
		var certain, doubtful []reach.Passage
		for _, a := range answers {
			passage := e.tablePassage(p, a.table, a.routes, a.complete, f)
			if a.table.certain && len(answers) == 1 {
				certain = append(certain, passage)
			} else {
				doubtful = append(doubtful, passage)
			}
		}
		out := pool(certain, doubtful)
		if len(doubtful) > 1 && !out.Must.Equal(out.May) {
			out.Gaps = appendNew(out.Gaps, exposure.Gap{Resource: p.address(), Reason: "which route table " + p.name() + " has is not known",
				Remedy: "Run again after apply"})
		}
		return out
	}}
}

// tablePassage is the answer of one route table.
func (e *estate) tablePassage(p *place, t table, routes []route, complete bool, f reach.Flow) reach.Passage {
	out, used := clients(routes, f)
	if !complete {
		what := t.name(p)
		if t.r == nil && t.id == "" {
			what = "the route table of " + p.name()
		}
		unread := doubt(f.Family, reach.Unread, notInInput(orOwner(t.r, p), "", what))
		out.Likely, out.May = unread.Likely, unread.May
		out.Gaps = unread.Gaps
	}
	closed := out.May.IsEmpty()
	for _, r := range used {
		switch {
		case !closed && r.target == targetOther && !r.wide:
			continue
		case !closed && r.target != targetOther && r.hop.Summary != "":
			hop := r.hop
			if out.Must.IsEmpty() {
				hop.Certainty = exposure.May
			}
			out.Hops = appendNew(out.Hops, hop)
		}
		if r.gap != (exposure.Gap{}) {
			out.Gaps = appendNew(out.Gaps, r.gap)
		}
		if r.assume != "" {
			out.Assumptions = appendNew(out.Assumptions, r.assume)
		}
	}
	if closed {
		out.Gaps = nil
		out.Hops = []exposure.Hop{noRoute(p, t, used)}
	}
	return out
}

// noRoute tells that a table leads nobody to the internet, and where it leads
// them instead.
func noRoute(p *place, t table, used []route) exposure.Hop {
	hop := exposure.Hop{
		Resource:  t.address(p),
		Summary:   "no route to an internet gateway: " + t.name(p) + " has none",
		Certainty: exposure.Must,
	}
	for _, r := range used {
		if r.bits == 0 && !r.wide && r.hop.Summary != "" {
			hop.Summary = "no route to an internet gateway: " + r.hop.Summary
			hop.Resource, hop.Attribute = r.hop.Resource, r.hop.Attribute
		}
	}
	return hop
}

// steering returns what the edge route tables of internet gateways do to
// traffic for the place: sent through an appliance, nobody is let in for sure.
func (e *estate) steering(p *place) []route {
	if p.subnet == nil {
		return nil
	}
	own, ok := reach.ParseSource(text(p.subnet, "cidr_block"))
	if !ok {
		return nil
	}
	for _, edge := range e.edgeLinks() {
		if e.gatewayTarget(p, edge.gateway) != targetIGW {
			continue
		}
		for _, t := range e.tablesAt(edge.association, true) {
			if steered, ok := e.steeredBy(p, t, own); ok {
				return []route{steered}
			}
		}
	}
	return nil
}

// steeredBy returns the edge route that takes traffic for the subnet's network
// to something else than the subnet.
func (e *estate) steeredBy(p *place, t table, own reach.Set) (route, bool) {
	if t.r == nil {
		return route{}, false
	}
	for _, r := range e.edgeRoutes(p, t.r) {
		if own.In(r.dest) && r.leads != "local" && !r.wide {
			return route{wide: true, doubt: reach.Pending, gap: exposure.Gap{
				Resource: r.hop.Resource, Attribute: r.hop.Attribute,
				Reason: "traffic for " + p.name() + " is inspected by a firewall appliance: " + r.hop.Summary,
				Remedy: "Read the rules of the appliance",
			}}, true
		}
	}
	return route{}, false
}

func (e *estate) edgeRoutes(p *place, r *tfstate.Resource) []route {
	out := e.inlineRoutes(p, r)
	for _, l := range e.g.Referrers(r, "id", "aws_route", "route_table_id") {
		out = append(out, e.routesIn(p, l.To, "", l.Certain)...)
	}
	return out
}

// orOwner returns the resource to blame for a table: itself or the subnet.
func orOwner(r *tfstate.Resource, p *place) *tfstate.Resource {
	switch {
	case r != nil:
		return r
	case p.subnet != nil:
		return p.subnet
	case p.vpc != nil:
		return p.vpc
	}
	return &tfstate.Resource{}
}
