package azure

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// relation names a kind of reference: from a path in resources of one type to
// an attribute of another.
type relation struct {
	from, path string
	to         reach.Join
}

func ids(types ...string) []reach.Join {
	joins := make([]reach.Join, len(types))
	for i, t := range types {
		joins[i] = reach.Join{Type: t, Attr: "id"}
	}
	return joins
}

// follow resolves what the value at path refers to. Unlike the graph it
// compares without regard to case: Azure returns ids in several spellings.
func (e *estate) follow(r *tfstate.Resource, path string, joins ...reach.Join) reach.Links {
	links := e.g.Follow(r, path, joins...)
	var out []reach.Link
	for _, l := range links.Links {
		if l.To == nil && l.ID != "" {
			if to := e.find(l.ID, joins); to != nil {
				l.To = to
			}
		}
		out = append(out, l)
	}
	links.Links = out
	return links
}

// find returns the resource one of whose joined attributes is value, a managed
// one before a data source.
func (e *estate) find(value string, joins []reach.Join) *tfstate.Resource {
	var found *tfstate.Resource
	for _, join := range joins {
		for _, r := range e.all(join, value) {
			if r.Mode == tfstate.Managed {
				return r
			}
			found = r
		}
	}
	return found
}

// all returns the resources with the value, in address order.
func (e *estate) all(join reach.Join, value string) []*tfstate.Resource {
	index, ok := e.byValue[join]
	if !ok {
		index = map[string][]*tfstate.Resource{}
		for _, r := range e.g.Resources(join.Type) {
			if s := strings.ToLower(text(r, join.Attr)); s != "" {
				index[s] = append(index[s], r)
			}
		}
		e.byValue[join] = index
	}
	return index[strings.ToLower(value)]
}

// referrers returns the resources of type from whose value at path refers to
// the id of the resource to, in address order. "*" in a path stands for every
// element of a list.
func (e *estate) referrers(to *tfstate.Resource, from, path string) []reach.Link {
	key := relation{from, path, reach.Join{Type: to.Type, Attr: "id"}}
	index, ok := e.reverse[key]
	if !ok {
		index = map[*tfstate.Resource][]reach.Link{}
		for _, r := range e.g.Resources(from) {
			for _, at := range expand(r, path) {
				for _, l := range e.follow(r, at, key.to).Links {
					if l.To != nil && !leadsTo(index[l.To], r) {
						index[l.To] = append(index[l.To], reach.Link{To: r, ID: l.ID, Certain: l.Certain})
					}
				}
			}
		}
		e.reverse[key] = index
	}
	return index[to]
}

func leadsTo(links []reach.Link, to *tfstate.Resource) bool {
	for _, l := range links {
		if l.To == to {
			return true
		}
	}
	return false
}

// children returns the resources of type from that name r and its resource
// group, as rules name their group. A name in another resource group is
// another thing.
func (e *estate) children(r *tfstate.Resource, from, path string) []reach.Link {
	key := relation{from, path, reach.Join{Type: r.Type, Attr: "name"}}
	index, ok := e.reverse[key]
	if !ok {
		index = map[*tfstate.Resource][]reach.Link{}
		for _, child := range e.g.Resources(from) {
			for _, l := range e.named(child, path, r.Type).Links {
				if l.To != nil && !leadsTo(index[l.To], child) {
					index[l.To] = append(index[l.To], reach.Link{To: child, Certain: l.Certain})
				}
			}
		}
		e.reverse[key] = index
	}
	return index[r]
}

// named resolves a name at path to resources of a type in the same resource
// group.
func (e *estate) named(r *tfstate.Resource, path, resourceType string) reach.Links {
	links := e.g.Follow(r, path, reach.Join{Type: resourceType, Attr: "name"})
	if name := text(r, path); name != "" {
		links.Links = nil
		for _, to := range e.all(reach.Join{Type: resourceType, Attr: "name"}, name) {
			if sameGroup(r, to) {
				links.Links = append(links.Links, reach.Link{To: to, ID: name, Certain: true})
			}
		}
	}
	return links
}

// sameGroup reports whether both are in one resource group, as far as the
// input tells.
func sameGroup(a, b *tfstate.Resource) bool {
	in, other := text(a, "resource_group_name"), text(b, "resource_group_name")
	return in == "" || other == "" || strings.EqualFold(in, other)
}

// expand replaces "*" in a path by every index of the list there.
func expand(r *tfstate.Resource, path string) []string {
	list, rest, found := strings.Cut(path, ".*.")
	if !found {
		return []string{path}
	}
	var out []string
	for i := range tfstate.Elements(reach.Value(r, list)) {
		out = append(out, expand(r, list+"."+itoa(i)+"."+rest)...)
	}
	return out
}
