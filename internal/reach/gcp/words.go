package gcp

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// Message rules: a hop is a clause that begins with a resource address; a
// remedy is a sentence without full stop. Sensitive values are not printed.

// flag is a three-valued bool.
type flag int

const (
	no flag = iota
	yes
	unknown
)

func flagIf(b bool) flag {
	if b {
		return yes
	}
	return no
}

// flagOf reads a bool that is absent, meaning "otherwise", or known only after
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

// text returns a string below the resource, empty when it is not set or not
// known.
func text(r *tfstate.Resource, path string) string {
	s, _ := tfstate.String(reach.Value(r, path))
	return s
}

// value returns the value at path. What is known only after apply because the
// configuration leaves it to the provider is null.
func value(r *tfstate.Resource, path string) cty.Value {
	v := reach.Value(r, path)
	if leftOut(r, path, v) {
		return cty.NullVal(cty.DynamicPseudoType)
	}
	return v
}

// leftOut reports whether v is unknown because the configuration of a managed
// resource does not set it.
func leftOut(r *tfstate.Resource, path string, v cty.Value) bool {
	set, known := r.Configured(path)
	return tfstate.Unknown(v) && known && !set && r.Mode == tfstate.Managed
}

// identity returns Google's own name of a resource.
func identity(r *tfstate.Resource) exposure.Identity {
	project := projectOf(r)
	if r.Identity != cty.NilVal {
		told, _ := tfstate.String(reach.Attr(r.Identity, "project"))
		project = cmp.Or(told, project)
	}
	return exposure.Identity{
		Cloud:   "gcp",
		ID:      cmp.Or(text(r, "self_link"), text(r, "id")),
		Account: project,
		Region:  strings.TrimPrefix(regionOf(r), "global"),
	}
}

// notInInput is the gap of an object that another state holds.
func notInInput(r *tfstate.Resource, attribute, what string) exposure.Gap {
	return exposure.Gap{Resource: r.Address, Attribute: bracketed(attribute), Reason: what + " is in no input",
		Remedy: "Add the state that holds " + what}
}

// afterApply is the gap of a value that is known only after apply and whose
// configuration names nothing that could be followed.
func afterApply(r *tfstate.Resource, attribute, what string) exposure.Gap {
	return exposure.Gap{Resource: r.Address, Attribute: bracketed(attribute), Reason: what + " is known only after apply",
		Remedy: "Run again after apply"}
}

// gapOf is the gap of an argument that is not known, in the words of its doubt.
func gapOf(r *tfstate.Resource, attribute, what string, d reach.Doubt) exposure.Gap {
	if d == reach.Pending {
		return afterApply(r, attribute, what)
	}
	return notInInput(r, attribute, what)
}

// believed admits everyone of the family as far as the doubt allows.
func believed(f reach.Flow, d reach.Doubt, gap exposure.Gap, hops ...exposure.Hop) reach.Passage {
	everyone := reach.Public(f.Family)
	if d == reach.Sure {
		return reach.Open(f, hops...)
	}
	hops = slices.Clone(hops)
	for i := range hops {
		hops[i].Certainty = exposure.May
	}
	p := reach.Passage{Bound: reach.Bound{May: everyone}, Hops: hops, Gaps: []exposure.Gap{gap}}
	if d == reach.Unread {
		p.Likely = everyone
	}
	return p
}

// gateOf is a gate whose answer is the same for all ports.
func gateOf(name string, pass func(reach.Flow) reach.Passage) reach.Gate {
	return reach.Gate{Name: name, Pass: pass}
}

// closedGate admits nobody, for the reason given.
func closedGate(name string, hop exposure.Hop) reach.Gate {
	hop.Certainty = exposure.Must
	return gateOf(name, func(reach.Flow) reach.Passage { return reach.Closed(hop) })
}

// openGate admits everyone, for the reason given.
func openGate(name string, hop exposure.Hop) reach.Gate {
	hop.Certainty = exposure.Must
	return gateOf(name, func(f reach.Flow) reach.Passage { return reach.Open(f, hop) })
}

// appendNew appends the elements that list does not hold yet.
func appendNew[T comparable](list []T, more ...T) []T {
	for _, v := range more {
		if !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}

// sortedSet returns the distinct, non-empty elements in order, never nil.
func sortedSet(list []string) []string {
	out := slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == "" })
	slices.Sort(out)
	return append([]string{}, slices.Compact(out)...)
}

// printable renders values for a reader, at most a few of them.
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

func itoa(n int) string { return strconv.Itoa(n) }

// bracketed turns the path "allow.0.ports" into "allow[0].ports".
func bracketed(path string) string {
	parts := strings.Split(path, ".")
	var b strings.Builder
	for i, part := range parts {
		switch _, err := strconv.Atoi(part); {
		case err == nil:
			b.WriteString("[" + part + "]")
		case i > 0:
			b.WriteString("." + part)
		default:
			b.WriteString(part)
		}
	}
	return b.String()
}

// attrOf returns an entry of the map at path, whose name may hold dots.
func attrOf(r *tfstate.Resource, path, name string) cty.Value {
	return reach.Attr(reach.Value(r, path), name)
}

// elementsOf returns a value as a list of one.
func elementsOf(v cty.Value) []cty.Value { return []cty.Value{v} }
