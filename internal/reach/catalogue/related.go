package catalogue

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// children is children(TYPE, ATTRIBUTE, OWN...): the resources of TYPE whose
// ATTRIBUTE refers to this one by its own attribute OWN, "id" when omitted.
// When it is not certain of one whether it belongs there, the list has an
// unknown element, and it is unknown as a whole when it would have no other.
func children(g *reach.Graph, r *tfstate.Resource) function.Function {
	return relation(2, func(args []string) []reach.Link {
		own := "id"
		if len(args) > 2 {
			own = args[2]
		}
		links := g.Referrers(r, own, args[0], args[1])
		for _, peer := range g.Managed(args[0]) {
			if loose(g, peer, args[1], reach.Join{Type: r.Type, Attr: own}) {
				links = append(links, reach.Link{To: peer})
			}
		}
		return links
	})
}

// loose reports whether it is known only after apply what the attribute of a
// resource refers to, and the configuration names nothing that could be
// followed. It may be anything then.
func loose(g *reach.Graph, r *tfstate.Resource, path string, join reach.Join) bool {
	links := g.Follow(r, path, join)
	if !links.Unknown || len(links.Links) > 0 {
		return false
	}
	for _, ref := range r.References(path) {
		if ref.Certain && g.At(ref.Address) != nil {
			return false // something else of the input
		}
	}
	set, known := r.Configured(path)
	return !known || set
}

// peers is peers(TYPE, ATTRIBUTE, OWN, TARGET, KEYS...): the resources of TYPE
// whose ATTRIBUTE speaks of the same resource of the type TARGET as OWN of this
// one does, by any of the attributes KEYS.
func peers(g *reach.Graph, r *tfstate.Resource) function.Function {
	return relation(5, func(args []string) []reach.Link {
		var joins []reach.Join
		for _, key := range args[4:] {
			joins = append(joins, reach.Join{Type: args[3], Attr: key})
		}
		own := g.Follow(r, args[2], joins...).Links
		var out []reach.Link
		for _, peer := range g.Resources(args[0]) {
			for _, l := range g.Follow(peer, args[1], joins...).Links {
				if same, certain := meet(own, l); same {
					out = append(out, reach.Link{To: peer, Certain: certain})
					break
				}
			}
		}
		return out
	})
}

// meet reports whether a link leads where one of the list does.
func meet(list []reach.Link, l reach.Link) (same, certain bool) {
	for _, o := range list {
		if o.To != nil && o.To == l.To || o.To == nil && l.To == nil && o.ID != "" && sameID(o.ID, l.ID) {
			return true, o.Certain && l.Certain
		}
	}
	return false, false
}

// sameID compares two ids of what no input holds. Azure spells its own in
// several ways.
func sameID(a, b string) bool {
	return a == b || strings.HasPrefix(strings.ToLower(a), "/subscriptions/") && strings.EqualFold(a, b)
}

// referents is referents(ATTRIBUTE, TYPE, KEYS...): what ATTRIBUTE of this
// resource refers to, among resources and data sources of TYPE by any of the
// attributes KEYS.
func referents(g *reach.Graph, r *tfstate.Resource) function.Function {
	return function.New(&function.Spec{
		VarParam: &function.Parameter{Name: "names", Type: cty.String},
		Type:     function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if len(args) < 3 {
				return cty.NilVal, function.NewArgErrorf(len(args), "an attribute, a type and its keys are needed")
			}
			var joins []reach.Join
			for _, key := range args[2:] {
				joins = append(joins, reach.Join{Type: args[1].AsString(), Attr: key.AsString()})
			}
			values := []cty.Value{}
			for _, l := range g.Follow(r, args[0].AsString(), joins...).Links {
				switch {
				case l.To == nil:
				case !l.Certain:
					return cty.DynamicVal, nil
				default:
					values = append(values, selfOf(l.To))
				}
			}
			return cty.TupleVal(values), nil
		},
	})
}

// find is find(TYPE, ATTRIBUTE, VALUE): the resources of TYPE whose ATTRIBUTE is
// VALUE, or any of a list of values. Null finds nothing.
func find(g *reach.Graph) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{
			{Name: "type", Type: cty.String},
			{Name: "attribute", Type: cty.String},
			{Name: "value", Type: cty.DynamicPseudoType, AllowNull: true, AllowDynamicType: true},
		},
		Type: function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			wanted, unknown := tfstate.Strings(args[2])
			if unknown > 0 {
				return cty.DynamicVal, nil
			}
			values, seen := []cty.Value{}, map[string]bool{}
			unsure := false // whether one of the type may have the value once it is known
			for _, r := range g.Resources(args[0].AsString()) {
				unsure = unsure || len(wanted) > 0 && tfstate.Unknown(r.Attr(args[1].AsString()))
			}
			for _, value := range wanted {
				for _, r := range g.Find(reach.Join{Type: args[0].AsString(), Attr: args[1].AsString()}, value) {
					if !seen[r.Address] {
						seen[r.Address] = true
						values = append(values, selfOf(r))
					}
				}
			}
			return found(values, unsure), nil
		},
	})
}

// relation is a function of strings, at least least of them, that returns the
// values of related resources.
func relation(least int, find func(args []string) []reach.Link) function.Function {
	return function.New(&function.Spec{
		VarParam: &function.Parameter{Name: "names", Type: cty.String},
		Type:     function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if len(args) < least {
				return cty.NilVal, function.NewArgErrorf(len(args), "at least %d names are needed", least)
			}
			names := make([]string, len(args))
			for i, a := range args {
				names[i] = a.AsString()
			}
			var values []cty.Value
			unsure := false
			for _, l := range find(names) {
				switch {
				case l.To == nil || l.To.Mode != tfstate.Managed:
				case !l.Certain:
					unsure = true
				default:
					values = append(values, selfOf(l.To))
				}
			}
			return found(values, unsure), nil
		},
	})
}

// found is a list of related resources. When there may be more it has an
// unknown element, and it is unknown as a whole when it would have no other.
func found(values []cty.Value, unsure bool) cty.Value {
	switch {
	case unsure && len(values) == 0:
		return cty.DynamicVal
	case unsure:
		values = append(values, cty.DynamicVal)
	}
	return cty.TupleVal(values)
}
