package gcp

import (
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// tagged reports whether a rule or route that names instance tags at path
// applies to the machine: one of the tags is the machine's, or none is named.
func (e *estate) tagged(n nic, r *tfstate.Resource, path string) flag {
	v := value(r, path)
	wanted, doubts := tfstate.Strings(v)
	wanted = slices.DeleteFunc(wanted, func(s string) bool { return s == "" })
	if doubts == 0 && len(wanted) == 0 {
		return yes
	}
	own, ownDoubts := tfstate.Strings(value(n.spec, "tags"))
	if slices.ContainsFunc(wanted, func(tag string) bool { return slices.Contains(own, tag) }) {
		return yes
	}
	if doubts > 0 && len(own)+ownDoubts > 0 || ownDoubts > 0 {
		return unknown
	}
	return no
}

// runsAs reports whether a rule that names service accounts at path applies to
// the machine.
func (e *estate) runsAs(n nic, r *tfstate.Resource, path string) flag {
	wanted := e.g.Follow(r, path, accountJoins...)
	if wanted.Unset || leftOut(r, path, reach.Value(r, path)) {
		return yes
	}
	if len(tfstate.Elements(n.spec.Attr("service_account"))) == 0 && !tfstate.Unknown(n.spec.Attr("service_account")) {
		return no // the machine runs as nobody
	}
	return meet(wanted, e.g.Follow(n.spec, "service_account.0.email", accountJoins...))
}

var accountJoins = []reach.Join{{Type: "google_service_account", Attr: "email"}}

// meet reports whether two lists of references have an end in common.
func meet(a, b reach.Links) flag {
	answer := no
	for _, l := range a.Links {
		for _, m := range b.Links {
			if l.To != nil && l.To == m.To || l.ID != "" && l.ID == m.ID {
				if l.Certain && m.Certain {
					return yes
				}
				answer = unknown
			}
		}
	}
	if a.Unknown || b.Unknown {
		return unknown
	}
	return answer
}

// secured reports whether a firewall policy rule that names secure tags at
// path applies to the machine. A machine has those that it is created with and
// those that are bound to it.
func (e *estate) secured(n nic, r *tfstate.Resource, path string) flag {
	answer := yes // no tag is named
	for i := range tfstate.Elements(reach.Value(r, path)) {
		wanted := e.g.Follow(r, path+"."+itoa(i)+".name", tagJoins...)
		switch e.bears(n, wanted) {
		case yes:
			return yes
		case unknown:
			answer = unknown
		default:
			if answer == yes {
				answer = no
			}
		}
	}
	if tfstate.Unknown(reach.Value(r, path)) && !leftOut(r, path, reach.Value(r, path)) {
		return unknown
	}
	return answer
}

var tagJoins = []reach.Join{{Type: "google_tags_tag_value", Attr: "id"}, {Type: "google_tags_tag_value", Attr: "name"}}

func (e *estate) bears(n nic, wanted reach.Links) flag {
	answer := no
	for _, path := range []string{"params.0.resource_manager_tags", "resource_manager_tags"} {
		if v := value(n.spec, path); tfstate.Unknown(v) {
			answer = unknown
		} else if !tfstate.Null(v) {
			for _, tag := range mapValues(v) {
				known, ok := tfstate.String(tag)
				switch {
				case !ok:
					answer = unknown
				case slices.ContainsFunc(wanted.Links, func(l reach.Link) bool { return l.ID == known }):
					return yes
				}
			}
		}
	}
	for _, binding := range e.g.Managed("google_tags_location_tag_binding") {
		if meet(wanted, e.g.Follow(binding, "tag_value", tagJoins...)) == no {
			continue
		}
		// The parent ends with the numeric id of the machine, which a plan does
		// not know yet: that the binding is in the input must do.
		id := lastPart(text(binding, "parent"))
		switch {
		case id != "" && id == text(n.owner, "instance_id"):
			return yes
		case id == "" || text(n.owner, "instance_id") == "":
			answer = unknown
		}
	}
	return answer
}

// both is the conjunction of flags.
func both(flags ...flag) flag {
	answer := yes
	for _, f := range flags {
		switch f {
		case no:
			return no
		case unknown:
			answer = unknown
		}
	}
	return answer
}

// mapValues returns the values of a map in the order of its keys.
func mapValues(v cty.Value) []cty.Value {
	bare, _ := v.Unmark()
	if !bare.Type().IsMapType() && !bare.Type().IsObjectType() {
		return nil
	}
	var out []cty.Value
	for it := bare.ElementIterator(); it.Next(); {
		_, element := it.Element()
		out = append(out, element)
	}
	return out
}
