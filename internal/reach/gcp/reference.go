package gcp

import (
	"cmp"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// ref is a name of a Google Cloud object, taken apart. Parts that the text
// leaves out are empty.
type ref struct {
	project  string
	location string // "global", a region or a zone
	name     string
}

// parseRef reads what arguments take for an object: a self link, an id such as
// projects/p/global/networks/n, a shorter path, "zone/name", or the name.
func parseRef(text string) ref {
	text, _, _ = strings.Cut(text, "?") // the unique self link of a template
	if i := strings.Index("/"+text, "/projects/"); i >= 0 {
		text = text[i:]
	}
	var out ref
	parts := strings.Split(text, "/")
	for len(parts) > 1 {
		switch {
		case parts[0] == "projects":
			out.project, parts = parts[1], parts[2:]
		case parts[0] == "global":
			out.location, parts = "global", parts[1:]
		case parts[0] == "regions" || parts[0] == "zones" || parts[0] == "locations":
			out.location, parts = parts[1], parts[2:]
		case out.location == "" && strings.ContainsAny(parts[0], "0123456789"):
			out.location, parts = parts[0], parts[1:] // an instance of a target pool: zone/name
		default:
			parts = parts[1:] // the kind: networks
		}
	}
	if len(parts) == 1 {
		out.name = parts[0]
	}
	return out
}

// refOf returns the name of a resource itself, with what the input tells.
func refOf(r *tfstate.Resource) ref {
	linked := parseRef(cmp.Or(text(r, "self_link"), text(r, "id")))
	return ref{
		project:  cmp.Or(projectOf(r), linked.project),
		location: cmp.Or(lastPart(text(r, "zone")), lastPart(text(r, "region")), text(r, "location"), linked.location),
		name:     cmp.Or(text(r, "name"), linked.name),
	}
}

// projectOf returns the project of a resource, empty when the input does not
// tell: the provider's own.
func projectOf(r *tfstate.Resource) string {
	return cmp.Or(text(r, "project"), parseRef(text(r, "self_link")).project, parseRef(text(r, "id")).project)
}

// regionOf returns the region of a resource, of its zone where it has one.
func regionOf(r *tfstate.Resource) string {
	if zone := lastPart(text(r, "zone")); zone != "" {
		return regionOfZone(zone)
	}
	if region := cmp.Or(lastPart(text(r, "region")), text(r, "location")); region != "" {
		return region
	}
	location := parseRef(cmp.Or(text(r, "self_link"), text(r, "id"))).location
	if strings.Count(location, "-") == 2 {
		return regionOfZone(location)
	}
	return location
}

// regionOfZone turns europe-west1-b into europe-west1.
func regionOfZone(zone string) string {
	if i := strings.LastIndexByte(zone, '-'); i >= 0 {
		return zone[:i]
	}
	return zone
}

func lastPart(text string) string { return text[strings.LastIndexByte(text, '/')+1:] }

// names reports whether a name that from holds is that of the resource to.
// What either leaves open does not tell them apart.
func (a ref) names(from, to *tfstate.Resource) bool {
	own := refOf(to)
	location := a.location
	if location == "" && strings.Contains(from.Type, "_iam_") {
		location = cmp.Or(text(from, "location"), text(from, "region")) // of the object that the grant is on
	}
	return a.name != "" && a.name == own.name &&
		agree(cmp.Or(projectNamed(a.project), projectNamed(projectOf(from))), projectNamed(own.project)) &&
		agree(location, own.location)
}

func agree(a, b string) bool { return a == "" || b == "" || a == b }

// projectNamed drops a project number, which cannot be compared with an id.
func projectNamed(project string) string {
	if strings.Trim(project, "0123456789") == "" {
		return ""
	}
	return project
}

// follow resolves what the value at path refers to among the types, by every
// form that Google's names have.
func (e *estate) follow(r *tfstate.Resource, path string, types ...string) reach.Links {
	var joins []reach.Join
	for _, t := range types {
		joins = append(joins, reach.Join{Type: t, Attr: "self_link"}, reach.Join{Type: t, Attr: "id"})
	}
	links := e.g.Follow(r, path, joins...)
	for i, l := range links.Links {
		if l.To == nil && l.ID != "" {
			links.Links[i].To = e.named(r, l.ID, types)
		}
	}
	return links
}

// named returns the resource with the name, a managed one if there is any.
func (e *estate) named(from *tfstate.Resource, name string, types []string) *tfstate.Resource {
	wanted := parseRef(name)
	var found *tfstate.Resource
	for _, t := range types {
		for _, to := range e.g.Find(reach.Join{Type: t, Attr: "name"}, wanted.name) {
			switch {
			case !wanted.names(from, to):
			case to.Mode == tfstate.Managed:
				return to
			default:
				found = to
			}
		}
	}
	return found
}

// either is the doubt about a thing that one of two arguments tells: when one
// of them is known after apply, it will.
func either(a, b reach.Doubt) reach.Doubt {
	if a == reach.Pending || b == reach.Pending {
		return reach.Pending
	}
	return reach.Unread
}

// object is what an argument refers to, as far as the input tells.
type object struct {
	to    *tfstate.Resource // nil when no input holds it
	ref   ref               // the name by which it is known, with the project filled in
	doubt reach.Doubt       // Pending when the argument is known only after apply, Unread when it is missing
	label string            // for a reader
}

type objectKey struct {
	r           *tfstate.Resource
	path, types string
}

// objectAt resolves an argument that refers to one object.
func (e *estate) objectAt(r *tfstate.Resource, path string, types ...string) object {
	key := objectKey{r, path, strings.Join(types, " ")}
	if known, ok := e.objects[key]; ok {
		return known
	}
	out := e.resolve(r, path, types)
	e.objects[key] = out
	return out
}

func (e *estate) resolve(r *tfstate.Resource, path string, types []string) object {
	links := e.follow(r, path, types...)
	if len(links.Links) == 0 {
		if links.Unknown {
			return object{doubt: reach.Pending}
		}
		return object{doubt: reach.Unread}
	}
	l := links.Links[0]
	out := object{to: l.To, label: l.Name()}
	if l.To != nil {
		out.ref = refOf(l.To)
	}
	if l.ID != "" {
		written := parseRef(l.ID)
		out.ref.name = cmp.Or(written.name, out.ref.name)
		out.ref.project = cmp.Or(projectNamed(written.project), out.ref.project, projectOf(r))
		out.ref.location = cmp.Or(written.location, out.ref.location)
	}
	if !l.Certain || len(links.Links) > 1 {
		out.doubt = reach.Pending // one of several instances
	}
	return out
}

// same reports whether two arguments refer to one object.
func (o object) same(p object) flag {
	switch {
	case o.doubt != reach.Sure || p.doubt != reach.Sure:
		return unknown
	case o.to != nil && p.to != nil:
		return flagIf(o.to == p.to)
	case o.ref.name == "" || p.ref.name == "":
		return no // one of them is only created, and the other has a name already
	}
	return flagIf(o.ref.name == p.ref.name && agree(o.ref.project, p.ref.project) && agree(o.ref.location, p.ref.location))
}
