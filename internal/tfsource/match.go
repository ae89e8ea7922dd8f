package tfsource

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Which of several blocks an element of the state comes from cannot be told by
// counting: a set has an order of its own, and without the provider's schema a
// set looks like a list. So the literals of the blocks are compared with the
// elements. A block that a literal contradicts is none of an element's; every
// block has one element, a dynamic block any number; and the answer is exact
// only when, by these rules, every way to bring all of them together gives the
// element the same block.

// maxNodes bounds how many blocks are told apart.
const maxNodes = 64

// candidates returns the indexes of the nodes that the element at index may
// come from, ascending. It is exact when there is one and everything fits
// together. Without elements they are all of the nodes.
func candidates(nodes []node, elements []cty.Value, index int) (found []int, exact bool) {
	if index >= len(elements) || len(nodes) > maxNodes || len(elements) > maxNodes {
		for n := range nodes {
			found = append(found, n)
		}
		return found, len(nodes) == 1 && len(elements) == 0
	}
	p := pairing{nodes: nodes, fits: make([][]bool, len(elements))}
	for e := range elements {
		p.fits[e] = make([]bool, len(nodes))
	}
	for n, node := range nodes {
		written := node.literals()
		for e, value := range elements {
			p.fits[e][n] = written.fit(value)
		}
	}
	var fitting []int
	for n := range nodes {
		if !p.fits[index][n] {
			continue
		}
		fitting = append(fitting, n)
		if p.possible(index, n) {
			found = append(found, n)
		}
	}
	if len(found) == 0 { // the source is not what the state was made from
		return fitting, false
	}
	return found, len(found) == 1
}

// literals are the values that are written out in a node: by the names of
// attributes, or the one value of a node that has none.
type literals struct {
	named map[string]cty.Value
	whole cty.Value
}

func (n node) literals() literals {
	out := literals{named: map[string]cty.Value{}, whole: cty.NilVal}
	for name, a := range n.body.attrs {
		if v, ok := literal(a.expr); ok {
			out.named[name] = v
		}
	}
	if n.expr == nil {
		return out
	}
	pairs, diags := hcl.ExprMap(n.expr)
	if diags.HasErrors() {
		if v, ok := literal(n.expr); ok {
			out.whole = v
		}
		return out
	}
	for _, pair := range pairs {
		if v, ok := literal(pair.Value); ok {
			out.named[keyText(pair)] = v
		}
	}
	return out
}

// fit reports whether none of the literals contradicts an element.
func (l literals) fit(element cty.Value) bool {
	if l.whole != cty.NilVal && contradicts(l.whole, element) {
		return false
	}
	for name, written := range l.named {
		if contradicts(written, member(element, name)) {
			return false
		}
	}
	return true
}

// pairing brings elements and nodes together.
type pairing struct {
	nodes []node
	fits  [][]bool // [element][node]
}

// possible reports whether all elements and nodes can be brought together when
// the element comes from the node. Matchings that cover all plain nodes, and
// all elements that need one, exist together when each exists (Mendelsohn and
// Dulmage).
func (p pairing) possible(element, n int) bool {
	taken := -1 // the plain node that is gone
	if !p.nodes[n].dynamic {
		taken = n
	}
	var plain, needy []int
	for i, node := range p.nodes {
		if !node.dynamic && i != taken {
			plain = append(plain, i)
		}
	}
	for e := range p.fits {
		if e != element && !p.anyDynamic(e) {
			needy = append(needy, e)
		}
	}
	others := func(e int) bool { return e != element }
	return covers(plain, len(p.fits), func(n, e int) bool { return others(e) && p.fits[e][n] }) &&
		covers(needy, len(p.nodes), func(e, n int) bool { return n != taken && !p.nodes[n].dynamic && p.fits[e][n] })
}

func (p pairing) anyDynamic(element int) bool {
	for n, node := range p.nodes {
		if node.dynamic && p.fits[element][n] {
			return true
		}
	}
	return false
}

// covers reports whether each of left can have one of the right side for
// itself.
func covers(left []int, right int, fits func(l, r int) bool) bool {
	partner := make([]int, right) // 1 + the left one, 0 for none
	var place func(l int, seen []bool) bool
	place = func(l int, seen []bool) bool {
		for r := range right { // the free ones first, which is most of the work
			if partner[r] == 0 && fits(l, r) {
				partner[r] = l + 1
				return true
			}
		}
		for r := range right {
			if seen[r] || !fits(l, r) {
				continue
			}
			seen[r] = true
			if place(partner[r]-1, seen) {
				partner[r] = l + 1
				return true
			}
		}
		return false
	}
	for _, l := range left {
		if !place(l, make([]bool, right)) {
			return false
		}
	}
	return true
}
