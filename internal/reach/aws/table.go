package aws

import (
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// table is the route table of a subnet.
type table struct {
	r       *tfstate.Resource // nil for a main table that is no resource of its own
	id      string            // when known
	label   string            // for a reader
	main    bool              // it is the main table of the VPC
	assumed bool              // it is the default VPC's main table, as AWS made it
	certain bool
}

// name returns what a reader calls the table of place p.
func (t table) name(p *place) string {
	switch {
	case t.r != nil:
		return t.r.Address
	case p.vpc != nil:
		return "the main route table of " + p.vpc.Address
	}
	return "route table " + t.label
}

// address returns the resource address to blame.
func (t table) address(p *place) string {
	switch {
	case t.r != nil:
		return t.r.Address
	case p.vpc != nil:
		return p.vpc.Address
	}
	return p.address()
}

var tableJoins = []reach.Join{
	{Type: "aws_route_table", Attr: "id"}, {Type: "aws_route_table", Attr: "route_table_id"},
	{Type: "aws_default_route_table", Attr: "id"},
	{Type: "aws_vpc", Attr: "main_route_table_id"}, {Type: "aws_vpc", Attr: "default_route_table_id"},
	{Type: "aws_default_vpc", Attr: "main_route_table_id"}, {Type: "aws_default_vpc", Attr: "default_route_table_id"},
}

// tablesOf returns the route tables that the place may have: one, or several
// of which one is used. unread tells that the table is in no input.
func (e *estate) tablesOf(p *place) (tables []table, unread bool) {
	for _, association := range e.pointing(p, "aws_route_table_association", "subnet_id") {
		tables = append(tables, e.tablesAt(association.To, association.Certain)...)
	}
	if len(tables) > 0 {
		return tables, false
	}
	if created(p.subnet) && len(e.unresolved("aws_route_table_association", "subnet_id", subnetJoins...)) > 0 {
		return nil, true // one of those may be for this subnet
	}
	for _, l := range e.pointing(p, "aws_route_table", "subnet_id") { // the data source finds a table by its subnet
		return []table{{r: l.To, id: text(l.To, "route_table_id"), certain: true}}, false
	}
	if p.vpc == nil && p.vpcID == "" && !p.defaultVPC {
		return nil, true
	}
	for _, association := range e.pointingAtVPC(p, "id", "aws_main_route_table_association", "vpc_id") {
		tables = append(tables, e.tablesAt(association.To, association.Certain)...)
	}
	if len(tables) > 0 {
		return tables, false
	}
	return e.mainTable(p)
}

// tablesAt returns the tables that an association names.
func (e *estate) tablesAt(association *tfstate.Resource, certain bool) []table {
	links := e.g.Follow(association, "route_table_id", tableJoins...)
	var out []table
	for _, l := range links.Links {
		t := table{r: l.To, id: l.ID, label: l.Name(), certain: certain && l.Certain && len(links.Links) == 1}
		if l.To != nil && (l.To.Type == "aws_vpc" || l.To.Type == "aws_default_vpc") {
			t.r, t.main = nil, true
		}
		out = append(out, t)
	}
	if len(out) == 0 {
		out = append(out, table{certain: certain})
	}
	return out
}

// mainTable returns the main route table of the place's VPC.
func (e *estate) mainTable(p *place) (tables []table, unread bool) {
	id := ""
	if p.vpc != nil {
		id = text(p.vpc, "main_route_table_id")
		for _, l := range e.g.Referrers(p.vpc, "default_route_table_id", "aws_default_route_table", "default_route_table_id") {
			return []table{{r: l.To, id: text(l.To, "id"), main: true, certain: true}}, false
		}
	}
	for _, l := range e.pointingAtVPC(p, "id", "aws_default_route_table", "vpc_id") {
		return []table{{r: l.To, id: text(l.To, "id"), main: true, certain: true}}, false
	}
	for _, r := range e.g.Find(reach.Join{Type: "aws_route_table", Attr: "id"}, id) {
		return []table{{r: r, id: id, main: true, certain: true}}, false
	}
	switch {
	case p.defaultVPC:
		return []table{{id: id, main: true, assumed: true, certain: true}}, false
	case p.vpc != nil && p.vpc.Mode == tfstate.Managed:
		return []table{{id: id, main: true, certain: true}}, false
	}
	return nil, true
}

// routesOf returns the routes of a table: those inside it and those that are
// resources of their own. complete is false when the table is in no input, so
// that it may hold further ones.
func (e *estate) routesOf(p *place, t table) (routes []route, complete bool) {
	standalone := e.pointingAt(t.id, "aws_route", "route_table_id")
	if t.r != nil {
		standalone = append(standalone, e.g.Referrers(t.r, "id", "aws_route", "route_table_id")...)
		standalone = append(standalone, e.g.Referrers(t.r, "route_table_id", "aws_route", "route_table_id")...)
	}
	if t.main && p.vpc != nil {
		standalone = append(standalone, e.g.Referrers(p.vpc, "main_route_table_id", "aws_route", "route_table_id")...)
		standalone = append(standalone, e.g.Referrers(p.vpc, "default_route_table_id", "aws_route", "route_table_id")...)
	}
	if created(t.r) || t.r == nil && created(p.vpc) {
		for _, r := range e.unresolved("aws_route", "route_table_id", tableJoins...) {
			standalone = append(standalone, reach.Link{To: r})
		}
	}
	seen := map[*tfstate.Resource]bool{}
	for _, l := range standalone {
		if !seen[l.To] {
			seen[l.To] = true
			routes = append(routes, e.routesIn(p, l.To, "", l.Certain)...)
		}
	}
	if t.r != nil {
		routes = append(routes, e.inlineRoutes(p, t.r)...)
	}
	routes = append(routes, e.localRoutes(p)...)
	if t.assumed {
		routes = append(routes, assumedRoute)
	}
	return routes, t.r != nil || t.main
}

// inlineRoutes returns the routes that a table holds itself. In a refreshed
// state these include the standalone ones; saying a route twice changes
// nothing, but one that the plan deletes must not be read from the table.
func (e *estate) inlineRoutes(p *place, r *tfstate.Resource) []route {
	var out []route
	for _, list := range []string{"route", "routes"} { // the data source has routes
		if v := r.Attr(list); tfstate.Unknown(v) && !chosenByProvider(r, list, v) {
			out = append(out, route{target: targetPending, wide: true, doubt: reach.Pending,
				gap: afterApply(r, list, "the route list of "+r.Address)})
		}
		gone := e.deletedRoutes(r)
		for i := range tfstate.Elements(r.Attr(list)) {
			for _, found := range e.routesIn(p, r, list+"."+itoa(i)+".", true) {
				if !gone[found.key] {
					out = append(out, found)
				}
			}
		}
	}
	return out
}

// deletedRoutes returns the destinations of the standalone routes that were in
// the table before the plan and are not after it.
func (e *estate) deletedRoutes(r *tfstate.Resource) map[string]bool {
	gone := map[string]bool{}
	id := text(r, "id")
	if id == "" {
		return gone
	}
	for _, was := range e.g.Prior("aws_route") {
		if text(was, "route_table_id") != id {
			continue
		}
		for _, attribute := range standaloneDestinations {
			gone[text(was, attribute)] = true
		}
	}
	for _, l := range e.g.Referrers(r, "id", "aws_route", "route_table_id") {
		for _, attribute := range standaloneDestinations {
			delete(gone, text(l.To, attribute))
		}
	}
	delete(gone, "")
	return gone
}
