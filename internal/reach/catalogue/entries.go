package catalogue

import (
	"maps"
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// Entries are descriptors that users wrote. Nil holds none.
type Entries struct{ catalogue *catalogue }

// Parse reads descriptors that users wrote from files by name. It refuses all
// that is wrong with them: the error unwraps to one for each mistake, in the
// order of files and lines, which begins with FILE:LINE:COLUMN.
func Parse(sources map[string][]byte) (*Entries, error) {
	c, err := load(sources)
	if err != nil {
		return nil, err
	}
	for _, s := range c.services {
		s.own = true
	}
	return &Entries{c}, nil
}

// Takes reports whether an entry judges the resource, so that what else is
// known of its type does not count.
func (e *Entries) Takes(g *reach.Graph, r *tfstate.Resource) bool {
	if e == nil || r == nil {
		return false
	}
	s := e.catalogue.services[r.Type]
	return s != nil && newScope(g, s, r).applies()
}

// over returns c with the entries in it. Those of a type take the place of
// c's own, which still judge the resources that the entries do not apply to.
func (e *Entries) over(c *catalogue) *catalogue {
	if e == nil {
		return c
	}
	own := e.catalogue
	out := &catalogue{
		services: maps.Clone(c.services),
		parts:    slices.Concat(c.parts, own.parts),
		inert:    slices.Concat(c.inert, own.inert),
	}
	for resourceType, s := range own.services {
		replacing := *s // entries may be laid over several catalogues
		replacing.replaces = c.services[resourceType]
		out.services[resourceType] = &replacing
	}
	for _, r := range c.readers {
		if !own.hasReader(r.resourceType) {
			out.readers = append(out.readers, r)
		}
	}
	out.readers = append(out.readers, own.readers...)
	return out
}

func (c *catalogue) hasReader(resourceType string) bool {
	return slices.ContainsFunc(c.readers, func(r *record) bool { return r.resourceType == resourceType })
}
