package aws

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// omitted reports whether the configuration leaves the attribute to the
// provider, so that AWS takes its default. A state without configuration
// never tells that: there, an empty attribute was stripped or is of a time
// before VPCs.
func omitted(r *tfstate.Resource, attribute string, links reach.Links) bool {
	set, known := r.Configured(attribute)
	switch {
	case !known || len(links.Links) > 0 || r.Mode == tfstate.Data:
		return false
	case links.Unset:
		return true
	}
	return links.Unknown && !set
}

// chosenByProvider reports whether v, the value of an attribute that may be
// computed, is unknown because the configuration does not set it. Terraform
// does not show block syntax of such attributes in older plans, so a rule list
// that a dynamic block makes after apply looks the same; that is taken for
// omitted too. What a data source does not know yet is never omitted.
func chosenByProvider(r *tfstate.Resource, attribute string, v cty.Value) bool {
	set, known := r.Configured(attribute)
	return tfstate.Unknown(v) && known && !set && r.Mode == tfstate.Managed
}

// unresolved returns the managed resources of a type whose attribute is known
// only after apply and refers to nothing that can be followed: a plan does not
// show what locals hold. Such a resource may belong to any object that the
// plan creates.
func (e *estate) unresolved(resourceType, attribute string, joins ...reach.Join) []*tfstate.Resource {
	key := reach.Join{Type: resourceType, Attr: attribute}
	found, ok := e.loose[key]
	if !ok {
		for _, r := range e.g.Managed(resourceType) {
			if links := e.g.Follow(r, attribute, joins...); links.Unknown && !omitted(r, attribute, links) {
				found = append(found, r)
			}
		}
		e.loose[key] = found
	}
	return found
}

// created reports whether the plan creates the object, so that nothing can
// refer to it by value yet.
func created(r *tfstate.Resource) bool { return r != nil && tfstate.Unknown(r.Attr("id")) }

// text returns a string attribute, empty when it is not set or not known.
func text(r *tfstate.Resource, attribute string) string {
	s, _ := tfstate.String(reach.Value(r, attribute))
	return s
}

// flag is a three-valued bool.
type flag int

const (
	no flag = iota
	yes
	unknown
)

// flagOf reads a bool that is absent, meaning "otherwise", or known after
// apply.
func flagOf(v cty.Value, otherwise flag) flag {
	if tfstate.Unknown(v) {
		return unknown
	}
	switch b, ok := tfstate.Bool(v); {
	case !ok:
		return otherwise
	case b:
		return yes
	}
	return no
}

// doubt returns the passage of a gate that could not be read.
func doubt(f reach.Family, d reach.Doubt, gap exposure.Gap) reach.Passage {
	p := reach.Passage{Gaps: []exposure.Gap{gap}}
	p.May = reach.Public(f)
	if d == reach.Unread {
		p.Likely = p.May
	}
	return p
}

// doubtGate is a gate that answers everything with doubt.
func doubtGate(name string, d reach.Doubt, gap exposure.Gap) reach.Gate {
	return reach.Gate{Name: name, Pass: func(f reach.Flow) reach.Passage { return doubt(f.Family, d, gap) }}
}

// closedGate is a gate that admits nobody, for the reason given.
func closedGate(hop exposure.Hop) reach.Gate {
	hop.Certainty = exposure.Must
	return reach.Gate{Name: hop.Gate, Pass: func(reach.Flow) reach.Passage { return reach.Closed(hop) }}
}

// notInInput returns the gap of an object that another state holds.
func notInInput(r *tfstate.Resource, attribute, what string) exposure.Gap {
	return exposure.Gap{
		Resource:  r.Address,
		Attribute: bracketed(attribute),
		Reason:    what + " is in no input",
		Remedy:    "Add the state that holds " + what,
	}
}

// afterApply returns the gap of a value that is known after apply and whose
// configuration names nothing that could be followed.
func afterApply(r *tfstate.Resource, attribute, what string) exposure.Gap {
	return exposure.Gap{
		Resource:  r.Address,
		Attribute: bracketed(attribute),
		Reason:    what + " is known only after apply",
		Remedy:    "Run again after apply",
	}
}

// printable renders values for a reader, at most a few of them. Sensitive ones
// are not shown.
func printable(values ...cty.Value) string {
	const shown = 4
	var texts []string
	for i, v := range values {
		if i == shown && len(values) > shown+1 {
			texts = append(texts, "others")
			break
		}
		texts = appendNew(texts, exposure.CleanLine(exposure.Cut(tfstate.Printable(v), 200)))
	}
	return enumerate(texts)
}

// enumerate joins texts as a sentence does: "a, b and c".
func enumerate(texts []string) string {
	if len(texts) < 2 {
		return strings.Join(texts, "")
	}
	return strings.Join(texts[:len(texts)-1], ", ") + " and " + texts[len(texts)-1]
}
