package tfsource

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Locate returns where an attribute of a resource instance is declared:
// `module.web[0].aws_security_group.this["a"]`, `ingress[0].cidr_blocks`.
// values are the attributes of the instance in a state or plan, cty.NilVal
// when there are none; they tell blocks apart that look alike from outside.
//
// The place is that of the attribute, or of what holds it and can be told for
// certain: the nested block, the dynamic block that makes it, or the resource
// block when nothing there sets the attribute. Where several blocks may be
// meant, it begins at the first and ends at the last of them. For a resource of
// a module whose configuration is not at hand it is the module block. ok is
// false when the configuration does not declare the resource.
func (s *Source) Locate(resourceAddress, attribute string, values cty.Value) (l Location, ok bool) {
	if s == nil {
		return Location{}, false
	}
	address := withoutKeys(resourceAddress)
	b := s.declared[address]
	if b == nil {
		return s.aboveAbsent(address)
	}
	if values != cty.NilVal {
		values, _ = values.UnmarkDeep() // compared, never shown
	}
	return inBody(b.place, b.body, steps(attribute), values), true
}

// aboveAbsent returns the module block that leads to an address, when the
// module is not at hand.
func (s *Source) aboveAbsent(address string) (Location, bool) {
	for i := strings.LastIndexByte(address, '.'); i > 0; i = strings.LastIndexByte(address[:i], '.') {
		if s.absent[address[:i]] {
			return s.declared[address[:i]].place, true
		}
	}
	return Location{}, false
}

// inBody follows a path into a block at place.
func inBody(place Location, b body, path []step, value cty.Value) Location {
	if len(path) == 0 {
		return place
	}
	name := path[0].label()
	value = member(value, name)
	if nodes := b.blocks[name]; len(nodes) > 0 {
		return inNodes(place, nodes, path[1:], value)
	}
	if a, ok := b.attrs[name]; ok {
		return inExpression(a.place, a.expr, path[1:], value)
	}
	return place
}

// inNodes follows the rest of a path into one of several nested blocks of the
// block at place.
func inNodes(place Location, nodes []node, path []step, value cty.Value) Location {
	var elements []cty.Value
	index := 0
	if len(path) > 0 {
		if n, counted := path[0].index(); counted {
			elements, index, path = elementsOf(value), n, path[1:]
			value = element(value, n)
		}
	}
	found, exact := candidates(nodes, elements, index)
	if len(found) == 0 {
		return place
	}
	first, last := nodes[found[0]], nodes[found[len(found)-1]]
	switch {
	case first.dynamic && len(found) == 1:
		return first.place
	case exact:
		return inBody(first.place, first.body, path, value)
	case first.place.File != last.place.File:
		return first.place
	}
	return Location{File: first.place.File, Line: first.place.Line, EndLine: last.place.EndLine}
}

// inExpression follows the rest of a path into an expression at place, as far
// as it is written out.
func inExpression(place Location, e hcl.Expression, path []step, value cty.Value) Location {
	if len(path) == 0 {
		return place
	}
	if list, diags := hcl.ExprList(e); !diags.HasErrors() {
		return inList(place, list, path, value)
	}
	pairs, diags := hcl.ExprMap(e)
	if diags.HasErrors() {
		return place
	}
	if _, counted := path[0].index(); counted { // JSON writes a single block without a list
		return inExpression(place, e, path[1:], element(value, 0))
	}
	for _, pair := range pairs {
		if name := path[0].label(); keyText(pair) == name {
			at := location(place.File, hcl.RangeBetween(pair.Key.Range(), pair.Value.Range()))
			return inExpression(at, pair.Value, path[1:], member(value, name))
		}
	}
	return place
}

func inList(place Location, list []hcl.Expression, path []step, value cty.Value) Location {
	index, counted := path[0].index()
	if !counted || len(list) == 0 {
		return place
	}
	nodes := make([]node, len(list))
	for i, e := range list {
		nodes[i] = node{place: location(place.File, e.Range()), expr: e}
	}
	found, exact := candidates(nodes, elementsOf(value), index)
	if !exact {
		return place
	}
	n := nodes[found[0]]
	return inExpression(n.place, n.expr, path[1:], element(value, index))
}

// member returns an attribute of an object, cty.NilVal when it has none.
func member(v cty.Value, name string) cty.Value {
	if v == cty.NilVal || v.IsNull() || !v.IsKnown() || !v.Type().IsObjectType() || !v.Type().HasAttribute(name) {
		return cty.NilVal
	}
	return v.GetAttr(name)
}

func elementsOf(v cty.Value) []cty.Value {
	if v == cty.NilVal || v.IsNull() || !v.IsKnown() || v.Type().IsObjectType() || v.Type().IsMapType() || !v.CanIterateElements() {
		return nil
	}
	return v.AsValueSlice()
}

func element(v cty.Value, index int) cty.Value {
	if all := elementsOf(v); index >= 0 && index < len(all) {
		return all[index]
	}
	return cty.NilVal
}
