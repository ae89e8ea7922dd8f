package reach

import (
	"strconv"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// Join names an identity attribute that other resources refer to:
// {"aws_subnet", "id"}.
type Join struct{ Type, Attr string }

// Link is one end of a followed reference.
type Link struct {
	To      *tfstate.Resource // nil when no input holds the resource
	ID      string            // the value referred to, when known
	Certain bool
	Hidden  bool // the value is sensitive: show Name, never ID
}

// Name returns what a reader may see of the link's end: the address of the
// resource, or the id where no input holds it. It is one line.
func (l Link) Name() string {
	switch {
	case l.To != nil:
		return l.To.Address
	case l.Hidden:
		return "(sensitive)"
	}
	return exposure.CleanLine(l.ID)
}

// Links is what an attribute refers to.
type Links struct {
	Links []Link
	Unset bool // the attribute is absent, null or empty

	// Unknown is set when a value is known only after apply and the
	// configuration does not tell what it refers to. There may be Links beside
	// it: the values of a list that are known.
	Unknown bool
}

// Graph answers questions about how the resources of an input relate, to each
// other and to those of its context.
type Graph struct {
	resources []*tfstate.Resource
	byAddress map[string]*tfstate.Resource
	byType    map[string][]*tfstate.Resource
	byValue   map[Join]map[string][]*tfstate.Resource
	reverse   map[reverseKey]map[*tfstate.Resource][]Link
	before    []*tfstate.Resource            // the change of a plan
	prior     map[string][]*tfstate.Resource // the same by type
}

type reverseKey struct {
	from, path string
	to         Join
}

// NewGraph indexes the resources of in.
func NewGraph(in *tfstate.Input) *Graph { return newGraph(in, neighbours{}) }

// newGraph indexes the resources of in and after them those of its context.
func newGraph(in *tfstate.Input, beside neighbours) *Graph {
	g := &Graph{
		resources: make([]*tfstate.Resource, 0, len(in.Resources)+len(beside.resources)),
		byAddress: make(map[string]*tfstate.Resource, len(in.Resources)+len(beside.resources)),
		byType:    map[string][]*tfstate.Resource{},
		byValue:   map[Join]map[string][]*tfstate.Resource{},
		reverse:   map[reverseKey]map[*tfstate.Resource][]Link{},
		prior:     map[string][]*tfstate.Resource{},
	}
	for _, resources := range [][]tfstate.Resource{in.Resources, beside.resources} {
		for i := range resources {
			r := &resources[i]
			g.resources = append(g.resources, r)
			g.byAddress[r.Address] = r
			g.byType[r.Type] = append(g.byType[r.Type], r)
		}
	}
	for _, resources := range [][]tfstate.Resource{in.Prior, beside.prior} {
		for i := range resources {
			r := &resources[i]
			g.before = append(g.before, r)
			g.prior[r.Type] = append(g.prior[r.Type], r)
		}
	}
	return g
}

// Resources returns the managed resources and data sources of the types, in
// the order of the types and then of addresses. Those of the context come after
// the input's own.
func (g *Graph) Resources(types ...string) []*tfstate.Resource {
	var out []*tfstate.Resource
	for _, t := range types {
		out = append(out, g.byType[t]...)
	}
	return out
}

// Managed returns the managed resources of the types.
func (g *Graph) Managed(types ...string) []*tfstate.Resource {
	var out []*tfstate.Resource
	for _, r := range g.Resources(types...) {
		if r.Mode == tfstate.Managed {
			out = append(out, r)
		}
	}
	return out
}

// Prior returns the managed resources of a type as they were before the plan,
// none for a state. Those that the plan deletes are among them.
func (g *Graph) Prior(resourceType string) []*tfstate.Resource {
	var out []*tfstate.Resource
	for _, r := range g.prior[resourceType] {
		if r.Mode == tfstate.Managed {
			out = append(out, r)
		}
	}
	return out
}

// At returns the resource with the address, or nil.
func (g *Graph) At(address string) *tfstate.Resource { return g.byAddress[address] }

// Find returns the resources of join.Type whose join.Attr is value. Ids of
// Azure are compared without regard to case: Azure spells them in several ways.
func (g *Graph) Find(join Join, value string) []*tfstate.Resource {
	index, ok := g.byValue[join]
	if !ok {
		index = map[string][]*tfstate.Resource{}
		for _, r := range g.byType[join.Type] {
			if s, ok := tfstate.String(r.Attr(join.Attr)); ok && s != "" {
				index[join.spelling(s)] = append(index[join.spelling(s)], r)
			}
		}
		g.byValue[join] = index
	}
	return index[join.spelling(value)]
}

// spelling returns the form in which values of the attribute are compared.
func (j Join) spelling(value string) string {
	if j.Attr == "id" && strings.HasPrefix(j.Type, "azurerm_") {
		return strings.ToLower(value)
	}
	return value
}

// Follow resolves what the value at path refers to: by value against the
// joins, and where the value is not known yet by the references of the
// configuration. path is dotted, with decimal indexes:
// "network_interface.0.subnet_id".
func (g *Graph) Follow(r *tfstate.Resource, path string, joins ...Join) Links {
	v := Value(r, path)
	known, unknown := flatten(v)
	var out Links
	for _, value := range known {
		out.Links = append(out.Links, g.linksTo(value, joins)...)
	}
	if tfstate.IsSensitive(v) {
		for i := range out.Links {
			out.Links[i].Hidden = true
		}
	}
	if unknown {
		referred := g.referred(r, path, joins, out.Links)
		out.Unknown = len(referred) == 0
		out.Links = append(out.Links, referred...)
	}
	out.Unset = len(out.Links) == 0 && !unknown
	return out
}

func (g *Graph) linksTo(value string, joins []Join) []Link {
	var links []Link
	for _, join := range joins {
		for _, to := range g.Find(join, value) {
			// A data source of an object that is managed here tells nothing more,
			// nor does the context of what the input itself manages.
			if len(links) == 0 || to.Mode == tfstate.Managed && !(to.Input != "" && owned(links)) {
				links = append(links, Link{To: to, ID: value, Certain: true})
			}
		}
		if len(links) > 1 && links[0].To.Mode == tfstate.Data {
			links = links[1:]
		}
		if len(links) > 0 {
			return links
		}
	}
	return []Link{{ID: value, Certain: true}}
}

// owned reports whether the input itself manages what was found last.
func owned(links []Link) bool {
	last := links[len(links)-1].To
	return last.Input == "" && last.Mode == tfstate.Managed
}

// referred returns the links that the configuration names beside those that
// were already found by value.
func (g *Graph) referred(r *tfstate.Resource, path string, joins []Join, found []Link) []Link {
	var links []Link
	for _, ref := range r.References(path) {
		to := g.byAddress[ref.Address]
		if to == nil || !joinable(to.Type, joins) || linked(found, to) {
			continue
		}
		links = append(links, Link{To: to, Certain: ref.Certain})
	}
	return links
}

func joinable(resourceType string, joins []Join) bool {
	for _, j := range joins {
		if j.Type == resourceType {
			return true
		}
	}
	return false
}

func linked(links []Link, to *tfstate.Resource) bool {
	for _, l := range links {
		if l.To == to {
			return true
		}
	}
	return false
}

// Referrers returns the resources of type from whose value at path refers to
// the resource to by its attribute attr, as links back to them, in address
// order.
func (g *Graph) Referrers(to *tfstate.Resource, attr, from, path string) []Link {
	key := reverseKey{from, path, Join{to.Type, attr}}
	index, ok := g.reverse[key]
	if !ok {
		index = map[*tfstate.Resource][]Link{}
		for _, r := range g.byType[from] {
			for _, l := range g.Follow(r, path, key.to).Links {
				if l.To != nil && !linked(index[l.To], r) {
					index[l.To] = append(index[l.To], Link{To: r, ID: l.ID, Certain: l.Certain})
				}
			}
		}
		g.reverse[key] = index
	}
	return index[to]
}

// Value returns the value at a dotted path below the resource, null when any
// part is missing. A part that is not a number steps into the only block of a
// list when there is one.
func Value(r *tfstate.Resource, path string) cty.Value {
	name, path, more := strings.Cut(path, ".")
	v := r.Attr(name)
	if !more {
		return v
	}
	return Below(v, path)
}

// Below returns the value at a dotted path below v, as Value does.
func Below(v cty.Value, path string) cty.Value {
	for more := true; more; {
		var part string
		part, path, more = strings.Cut(path, ".")
		v = step(v, part)
	}
	return v
}

func step(v cty.Value, part string) cty.Value {
	null := cty.NullVal(cty.DynamicPseudoType)
	if tfstate.Unknown(v) {
		return cty.DynamicVal
	}
	bare, marks := v.Unmark()
	if bare.IsNull() {
		return null
	}
	if bare.Type().IsObjectType() {
		return Attr(bare, part).WithMarks(marks)
	}
	if i, ok := index(part); ok {
		element, there := tfstate.Element(bare, i)
		if !there {
			return null
		}
		return element.WithMarks(marks)
	}
	if elements := tfstate.Elements(bare); len(elements) == 1 {
		bare = elements[0]
		if tfstate.Unknown(bare) {
			return cty.DynamicVal
		}
	}
	return Attr(bare, part).WithMarks(marks)
}

// index reads a part of a path that is a number. That of a name, which most
// parts are, shows at its first letter.
func index(part string) (i int, ok bool) {
	if part == "" || part[0] > '9' {
		return 0, false
	}
	i, err := strconv.Atoi(part)
	return i, err == nil
}

// Attr returns the attribute name of an object value such as a block, null
// when it has none, unknown when the object is.
func Attr(object cty.Value, name string) cty.Value {
	bare, marks := object.Unmark()
	switch {
	case !bare.IsKnown():
		return cty.DynamicVal
	case bare.IsNull():
	case bare.Type().IsObjectType() && bare.Type().HasAttribute(name):
		return bare.GetAttr(name).WithMarks(marks)
	case bare.Type().IsMapType() && bare.HasIndex(cty.StringVal(name)).True():
		return bare.Index(cty.StringVal(name)).WithMarks(marks)
	}
	return cty.NullVal(cty.DynamicPseudoType)
}

// flatten returns the known, non-empty strings of a string or list of strings,
// and whether anything in it is unknown. Blocks refer to nothing: their
// attributes do.
func flatten(v cty.Value) (known []string, unknown bool) {
	if tfstate.Unknown(v) {
		return nil, true
	}
	if v != cty.NilVal && (v.Type().IsObjectType() || v.Type().IsMapType()) {
		return nil, false
	}
	if s, ok := tfstate.String(v); ok {
		if s == "" {
			return nil, false
		}
		return []string{s}, false
	}
	for _, e := range tfstate.Elements(v) {
		k, u := flatten(e)
		known, unknown = append(known, k...), unknown || u
	}
	return known, unknown
}
