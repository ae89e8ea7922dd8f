package tfstate

import (
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// refKind is what a reference names.
type refKind int

const (
	refOther    refKind = iota // path, terraform, self: never a resource
	refResource                // managed or data
	refOutput                  // of a module call; name is empty for the call as a whole
	refVariable
	refLocal
	refIteration // count.index, each.key
	refElement   // each.value
)

// reference is one reference of an expression, taken apart.
type reference struct {
	kind refKind
	mode Mode
	typ  string // of a resource; the call of an output
	name string
	key  string // instance key of the resource or module call
	rest bool   // attributes or indexes follow
}

// parseReferences reads the references of an expression. Since terraform 0.13
// each is followed by its own prefixes ("aws_eip.a.id", "aws_eip.a"), which
// say nothing new and are dropped.
func parseReferences(texts []string) []reference {
	var parsed []reference
	var last []string
	for _, text := range texts {
		steps := splitAddress(text)
		if len(steps) < len(last) && slices.Equal(steps, last[:len(steps)]) {
			last = steps
			continue
		}
		last = steps
		parsed = append(parsed, parseReference(steps))
	}
	return parsed
}

func parseReference(steps []string) reference {
	if len(steps) < 2 {
		return reference{}
	}
	switch steps[0] {
	case "var":
		return reference{kind: refVariable, name: steps[1], rest: len(steps) > 2}
	case "local":
		return reference{kind: refLocal}
	case "count":
		return reference{kind: refIteration}
	case "each":
		if steps[1] == "value" {
			return reference{kind: refElement}
		}
		return reference{kind: refIteration}
	case "module":
		r := reference{kind: refOutput, typ: steps[1]}
		r.key, steps = cutKey(steps[2:])
		if len(steps) > 0 {
			r.name, r.rest = steps[0], len(steps) > 1
		}
		return r
	case "path", "terraform", "self", "ephemeral":
		return reference{}
	}
	r := reference{kind: refResource, mode: Managed}
	if steps[0] == "data" {
		r.mode, steps = Data, steps[1:]
	}
	if len(steps) < 2 {
		return reference{}
	}
	r.typ, r.name = steps[0], steps[1]
	r.key, steps = cutKey(steps[2:])
	r.rest = len(steps) > 0
	return r
}

// cutKey takes the instance key off the front of steps.
func cutKey(steps []string) (key string, rest []string) {
	if len(steps) > 0 && strings.HasPrefix(steps[0], "[") {
		return steps[0], steps[1:]
	}
	return "", steps
}

// origin is where an instance comes from in the configuration.
type origin struct {
	resolver *resolver
	scope    scope
	block    *configResource
	key      string // instance key
}

// references resolves the expression at path.
func (o *origin) references(r *Resource, path string) []Reference {
	arguments := o.block.flattened()
	texts, exact := arguments.refs[path]
	if !exact {
		for parent := range above(path) {
			if texts = arguments.refs[parent]; texts != nil {
				break
			}
		}
	}
	if len(texts) == 0 {
		return nil
	}
	found := o.resolver.resolve(o.scope, texts, o.block.ForEach.references, o.key)
	single := singular(path) && !bare(r.Attr(path)).Type().IsTupleType()
	perType := map[string]int{}
	for _, f := range found {
		perType[f.typ]++
	}
	references := make([]Reference, 0, len(found))
	for _, f := range found {
		certain := f.certain && exact && (perType[f.typ] == 1 || !single)
		references = append(references, Reference{Address: f.address, Certain: certain})
	}
	return references
}

// singular reports whether the argument at path holds one value, so that of
// several instances of a type, as in element(aws_subnet.a[*].id, 0), only one
// is meant.
// A plan has no schema; that names of lists are plural is a convention, and
// vpc_zone_identifier is the list that breaks it.
func singular(path string) bool {
	name := path[strings.LastIndexByte(path, '.')+1:]
	return !strings.HasSuffix(name, "s") && name != "vpc_zone_identifier"
}

// configured reports whether the configuration sets path.
func (o *origin) configured(r *Resource, path string) (set, known bool) {
	arguments := o.block.flattened()
	if arguments.set[path] {
		return true, true
	}
	for parent := range above(path) {
		if arguments.opaque[parent] {
			return false, false
		}
	}
	// The configuration in a plan shows no dynamic blocks, and before
	// terraform 1.0 no blocks of some attributes. A new instance that has
	// blocks must have them from there.
	root, _, _ := strings.Cut(path, ".")
	if r.Action == Create && !arguments.set[root] && hasBlocks(r, root) {
		return false, false
	}
	return false, true
}

func hasBlocks(r *Resource, name string) bool {
	v := bare(r.Attr(name))
	if !v.Type().IsTupleType() {
		return false // a map, or nothing that is known
	}
	return slices.ContainsFunc(Elements(v), func(element cty.Value) bool { return bare(element).Type().IsObjectType() })
}
