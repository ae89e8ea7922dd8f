package catalogue

import (
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/hashicorp/hcl/v2"
)

// LoadCloud loads descriptors from the sources alone.
func LoadCloud(sources map[string][]byte) (reach.Cloud, error) {
	c, err := load(sources)
	return cloudOf(func() *catalogue { return c }), err
}

// BuiltIn returns the types of the embedded entries and those they look at.
func BuiltIn() (types, parts []string, err error) {
	c, err := entries()
	if err != nil {
		return nil, nil, err
	}
	return c.types(), c.parts, nil
}

// Inert returns the globs of inert types.
func Inert() []string { return builtIn().inert }

// SelfAttributes returns the attributes of self that each entry names.
func SelfAttributes() map[string][]string {
	out := map[string][]string{}
	c := builtIn()
	add := func(t string, list []hcl.Expression) {
		for _, x := range list {
			for _, traversal := range x.Variables() {
				if traversal.RootName() == "self" && len(traversal) > 1 {
					out[t] = append(out[t], nameOf(traversal[1]))
				}
			}
		}
	}
	for _, t := range c.types() {
		add(t, c.services[t].expressions())
	}
	for _, r := range c.readers {
		add(r.resourceType, r.expressions())
	}
	return out
}

func (d *record) expressions() []hcl.Expression {
	out := []hcl.Expression{d.name, d.kind, d.values}
	for _, x := range []hcl.Expression{d.private, d.via} {
		if x != nil {
			out = append(out, x)
		}
	}
	for _, let := range d.lets {
		out = append(out, let.expr)
	}
	return out
}

func (s *service) expressions() []hcl.Expression {
	var out []hcl.Expression
	add := func(list ...hcl.Expression) {
		for _, x := range list {
			if x != nil {
				out = append(out, x)
			}
		}
	}
	for _, let := range s.lets {
		add(let.expr)
	}
	for _, x := range s.identity {
		add(x)
	}
	for _, e := range s.endpoints {
		add(e.enabled, e.host, e.names, e.ports, e.access, e.notes)
		for _, g := range e.gates {
			for _, x := range g.args {
				add(x)
			}
		}
	}
	return out
}

func nameOf(step hcl.Traverser) string {
	if a, ok := step.(hcl.TraverseAttr); ok {
		return a.Name
	}
	return "?"
}

// NeverPublic returns the types of services that have no public endpoint.
func NeverPublic() []string {
	var out []string
	for t, s := range builtIn().services {
		if s.never != nil {
			out = append(out, t)
		}
	}
	return out
}

// Vocabulary returns the functions, gates, blocks, arguments, kinds and words
// for access of entries.
func Vocabulary() []string {
	out := slices.Concat(functionNames, kinds, accesses)
	schemas := []*hcl.BodySchema{fileSchema, serviceSchema, identitySchema, endpointSchema, inertSchema, neverSchema, recordSchema}
	for name, schema := range gateSchemas {
		out, schemas = append(out, name), append(schemas, schema)
	}
	for _, schema := range schemas {
		for _, a := range schema.Attributes {
			out = append(out, a.Name)
		}
		for _, b := range schema.Blocks {
			out = append(out, b.Type)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Types returns the types of the services.
func (e *Entries) Types() []string { return e.catalogue.types() }
