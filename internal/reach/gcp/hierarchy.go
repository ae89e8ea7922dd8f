package gcp

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// hierarchy returns the stages of the policies of the organisation and of the
// folders above the project of an interface, from the top down.
func (e *estate) hierarchy(n nic) []stage {
	type attached struct {
		stage stage
		depth int
	}
	var found []attached
	ancestors, complete := e.ancestors(n)
	for _, r := range e.g.Managed(hierarchicalScheme.association) {
		target := e.g.Follow(r, "attachment_target", folderJoins...)
		on, depth := above(target, ancestors, complete)
		if on != no {
			found = append(found, attached{e.policyStage(n, hierarchicalScheme, r, on), depth})
		}
	}
	slices.SortStableFunc(found, func(a, b attached) int { return cmp.Compare(a.depth, b.depth) })
	var out []stage
	for _, a := range found {
		out = append(out, a.stage)
	}
	if len(out) > 0 && !complete {
		out = append(out, stage{assumption: assumeNoHierarchy})
	}
	return out
}

// ancestor is an organisation or folder above a project.
type ancestor struct {
	to *tfstate.Resource
	id string // "folders/123"
}

var folderJoins = []reach.Join{
	{Type: "google_folder", Attr: "name"}, {Type: "google_folder", Attr: "id"}, {Type: "google_folder", Attr: "folder_id"},
	{Type: "google_organization", Attr: "name"}, {Type: "google_organization", Attr: "org_id"},
}

// ancestors returns what is above the project of an interface, the nearest
// first. complete says that the chain reaches the organisation.
func (e *estate) ancestors(n nic) (chain []ancestor, complete bool) {
	at := e.projectOf(n)
	path := []string{"folder_id", "org_id"}
	for at != nil && len(chain) < 16 { // folders nest ten deep at most
		next := ancestor{}
		for _, p := range path {
			for _, l := range e.g.Follow(at, p, folderJoins...).Links {
				next = ancestor{to: l.To, id: folderID(l, p)}
			}
			if next != (ancestor{}) {
				break
			}
		}
		if next == (ancestor{}) {
			return chain, false
		}
		chain = append(chain, next)
		if strings.HasPrefix(next.id, "organizations/") {
			return chain, true
		}
		at, path = next.to, []string{"parent"}
	}
	return chain, false
}

// folderID completes a number: organizations/1 or folders/2.
func folderID(l reach.Link, path string) string {
	id := l.ID
	if l.To != nil {
		id = cmp.Or(text(l.To, "name"), text(l.To, "id"), l.ID)
	}
	switch {
	case id == "" || strings.Contains(id, "/"):
		return id
	case path == "org_id":
		return "organizations/" + id
	}
	return "folders/" + id
}

// projectOf returns the project resource of an interface, or nil.
func (e *estate) projectOf(n nic) *tfstate.Resource {
	joins := []reach.Join{{Type: "google_project", Attr: "project_id"}, {Type: "google_project", Attr: "id"}}
	for _, r := range []*tfstate.Resource{n.owner, n.spec} {
		for _, l := range e.g.Follow(r, "project", joins...).Links {
			if l.To != nil && l.Certain {
				return l.To
			}
		}
	}
	return nil
}

// above reports whether the target of an association is one of the ancestors,
// and how far down from the top it is.
func above(target reach.Links, ancestors []ancestor, complete bool) (on flag, depth int) {
	for _, l := range target.Links {
		id := folderID(l, "attachment_target")
		for i, a := range ancestors {
			if l.To != nil && l.To == a.to || id != "" && id == a.id {
				if !l.Certain {
					return unknown, len(ancestors) - i
				}
				return yes, len(ancestors) - i
			}
		}
		if strings.HasPrefix(id, "organizations/") {
			depth = -1
		}
	}
	if complete && !target.Unknown {
		return no, 0
	}
	return unknown, depth
}
