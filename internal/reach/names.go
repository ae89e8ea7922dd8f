package reach

import (
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// chain is how many CNAME records in a row are followed.
const chain = 8

// naming gives endpoints the names of the records that point at them.
type naming struct {
	g         *Graph
	byHost    map[string][]*exposure.Endpoint
	byAddress map[string][]*exposure.Endpoint // by the resources that only lend an address, too
}

// addressTypes are resources that are an address and nothing else. A record
// that mentions one before its value is known can mean nothing but that.
var addressTypes = []string{
	"aws_eip", "azurerm_public_ip", "google_compute_address", "google_compute_global_address",
	"digitalocean_reserved_ip", "digitalocean_floating_ip",
}

func newNaming(g *Graph, lists ...[]exposure.Endpoint) *naming {
	n := &naming{g: g, byHost: map[string][]*exposure.Endpoint{}, byAddress: map[string][]*exposure.Endpoint{}}
	for _, list := range lists {
		for i := range list {
			n.add(&list[i])
		}
	}
	return n
}

func (n *naming) add(e *exposure.Endpoint) {
	for _, host := range append([]string{e.Host}, e.Names...) {
		if host = target(host); host != "" && !slices.Contains(n.byHost[host], e) {
			n.byHost[host] = append(n.byHost[host], e)
		}
	}
	n.byAddress[e.ResourceAddress] = append(n.byAddress[e.ResourceAddress], e)
	for _, related := range e.Related {
		if n.lent(related) {
			n.byAddress[related] = append(n.byAddress[related], e)
		}
	}
}

// lent reports whether a resource is an address and nothing else.
func (n *naming) lent(address string) bool {
	r := n.g.At(address)
	return r != nil && slices.Contains(addressTypes, r.Type)
}

// pointedAt returns the endpoints that a record points at.
func (n *naming) pointedAt(r Record) []*exposure.Endpoint {
	var out []*exposure.Endpoint
	for _, value := range r.Values {
		to := target(value)
		if private(to) {
			continue // the same address may be in use in several networks
		}
		out = append(out, n.byHost[to]...)
		if name, ok := hostName(r.Name); ok && r.Kind == "ALIAS" && to != "" {
			out = append(out, n.byHost[name+"."+to]...) // a bucket website, which the record's own name selects
		}
	}
	for _, address := range r.Targets {
		out = append(out, n.byAddress[address]...)
	}
	for _, address := range r.Mentions {
		// A record of addresses may mean a private one of what it mentions.
		if r.Kind == "CNAME" || r.Kind == "ALIAS" || n.lent(address) {
			out = append(out, n.byAddress[address]...)
		}
	}
	return dedupe(out)
}

// name gives every endpoint the names of the records that lead to it, and
// tells which records the endpoints explain.
func (n *naming) name(records []Record) (explained map[string]bool) {
	explained = map[string]bool{}
	for range chain {
		changed := false
		for _, r := range records {
			if r.Private {
				continue
			}
			for _, e := range n.pointedAt(r) {
				explained[r.Resource] = true
				changed = n.give(e, r) || changed
			}
		}
		if !changed {
			break
		}
	}
	return explained
}

// give adds the name and the resource of a record to an endpoint, and reports
// whether the name is new. Of a record that somebody else answers, the endpoint
// is the origin, and that name is not its own.
func (n *naming) give(e *exposure.Endpoint, r Record) bool {
	if e.ResourceAddress == r.Resource {
		return false
	}
	if r.Via != "" {
		for _, front := range n.byAddress[r.Resource] {
			front.Related = sorted(append(front.Related, e.ResourceAddress))
		}
		return false
	}
	e.Related = sorted(append(e.Related, r.Resource))
	name, ok := hostName(r.Name)
	if !ok || strings.EqualFold(name, e.Host) || slices.Contains(e.Names, name) {
		return false
	}
	e.Names = sorted(append(e.Names, name))
	n.byHost[name] = append(n.byHost[name], e)
	return true
}

// nameEndpoints gives the endpoints of the analysis the names of the records
// and warns of records that lead to a private address or to nothing.
func (a *Analysis) nameEndpoints(g *Graph, records []Record) {
	if len(records) == 0 {
		return
	}
	explained := newNaming(g, a.Endpoints, a.Blocked, a.beside).name(records)
	gone := deletedHosts(g)
	for _, r := range records {
		if r.Private || g.beside(r.Resource) {
			continue
		}
		for _, value := range r.Values {
			if warning := r.warning(value, gone, explained[r.Resource]); warning != "" {
				a.Warnings = append(a.Warnings, warning)
			}
		}
	}
	slices.Sort(a.Warnings)
	a.Warnings = slices.Compact(a.Warnings)
}
