package reach

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// otherwise returns the input as it would be if all remedies of the hops were
// carried out. ok is false for a remedy that is not understood: the words of a
// remedy are for people, and only its first one and the place of the hop count.
func otherwise(in *tfstate.Input, hops []exposure.Hop) (changed *tfstate.Input, ok bool) {
	copied := *in
	copied.Resources = slices.Clone(in.Resources)
	hops = slices.Clone(hops)
	// The last element of a list goes first, so that the others keep their index.
	slices.SortFunc(hops, func(a, b exposure.Hop) int { return slices.Compare(placeIn(b.Attribute), placeIn(a.Attribute)) })
	for _, h := range hops {
		i := slices.IndexFunc(copied.Resources, func(r tfstate.Resource) bool { return r.Address == h.Resource })
		if i < 0 {
			return nil, false
		}
		if h.Remedy == "Remove "+h.Resource {
			copied.Resources = slices.Delete(copied.Resources, i, i+1)
			continue
		}
		r := &copied.Resources[i]
		given := r.Values()
		if given == cty.NilVal {
			return nil, false
		}
		values, marks := given.UnmarkDeepWithPaths()
		values, ok := mend(values, steppedPath(h.Attribute), h.Remedy)
		if !ok {
			return nil, false
		}
		copied.Resources[i] = r.With(values.MarkWithPaths(marks))
	}
	return &copied, true
}

// steppedPath divides "ingress[0].cidr_blocks" and "ingress.0.cidr_blocks".
func steppedPath(attribute string) []string {
	return strings.FieldsFunc(attribute, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
}

// placeIn makes paths comparable: index 10 comes after index 9.
func placeIn(attribute string) []string {
	steps := steppedPath(attribute)
	for i, s := range steps {
		if _, err := strconv.Atoi(s); err == nil {
			steps[i] = strings.Repeat("0", max(0, 9-len(s))) + s
		}
	}
	return steps
}

// mend carries a remedy out on the value at the end of path.
func mend(v cty.Value, path []string, remedy string) (cty.Value, bool) {
	if len(path) == 0 {
		return mendLeaf(v, remedy)
	}
	if v.IsNull() || !v.IsKnown() || !v.CanIterateElements() {
		return v, false
	}
	if v.Type().IsObjectType() || v.Type().IsMapType() {
		members := v.AsValueMap()
		member, there := members[path[0]]
		if !there {
			return v, false
		}
		mended, ok := mend(member, path[1:], remedy)
		if !ok {
			return v, false
		}
		members[path[0]] = mended
		return cty.ObjectVal(members), true
	}
	elements := v.AsValueSlice()
	i, err := strconv.Atoi(path[0])
	if err != nil || i < 0 || i >= len(elements) {
		return v, false
	}
	if len(path) == 1 && elements[i].Type().IsObjectType() {
		return cty.TupleVal(slices.Delete(elements, i, i+1)), true // a block
	}
	mended, ok := mend(elements[i], path[1:], remedy)
	if !ok {
		return v, false
	}
	elements[i] = mended
	return cty.TupleVal(elements), true
}

// mendLeaf returns what stands in the place of v once it is set as the remedy
// says, or narrowed to an address that nobody on the internet has.
func mendLeaf(v cty.Value, remedy string) (cty.Value, bool) {
	verb, rest, _ := strings.Cut(remedy, " ")
	if at := strings.LastIndex(rest, " to "); verb == "Set" && at >= 0 {
		switch word := rest[at+len(" to "):]; {
		case strings.ContainsAny(word, " ,"):
			return v, false
		case word == "true" || word == "false":
			return cty.BoolVal(word == "true"), true
		default:
			return cty.StringVal(word), true
		}
	}
	if verb != "Narrow" || v.IsNull() || !v.IsWhollyKnown() {
		return v, false
	}
	if v.Type() == cty.String {
		return narrowed(v.AsString())
	}
	if v.CanIterateElements() && !v.Type().IsObjectType() {
		for _, element := range v.AsValueSlice() {
			if element.Type() == cty.String && !element.IsNull() {
				one, ok := narrowed(element.AsString())
				return cty.TupleVal([]cty.Value{one}), ok
			}
		}
	}
	return v, false
}

// narrowed returns the loopback network of the family of a source. A list that
// is merely empty would mean everybody to some clouds.
func narrowed(source string) (cty.Value, bool) {
	set, ok := ParseSource(source)
	switch {
	case !ok:
		return cty.StringVal(""), false
	case set.Only(IPv4).IsEmpty():
		return cty.StringVal("::1/128"), true
	}
	return cty.StringVal("127.0.0.1/32"), true
}
