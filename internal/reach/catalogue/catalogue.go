package catalogue

import (
	"embed"
	"io/fs"
	"sync"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

//go:embed *.hcl
var files embed.FS

// entries are the descriptors of this version, read once.
var entries = sync.OnceValues(func() (*catalogue, error) {
	sources := map[string][]byte{}
	names, err := fs.Glob(files, "*.hcl")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if sources[name], err = files.ReadFile(name); err != nil {
			return nil, err
		}
	}
	return load(sources)
})

// Cloud returns the services of the catalogue, of whatever cloud. Entries may
// name the gates, which the packages of the clouds offer; what stands behind
// one that is missing is unknown.
func Cloud(gates ...reach.GraphGate) reach.Cloud { return cloudOf(builtIn, gates...) }

// CloudWith is Cloud with the entries of users, which may be nil, over ours.
func CloudWith(own *Entries, gates ...reach.GraphGate) reach.Cloud {
	return cloudOf(sync.OnceValue(func() *catalogue { return own.over(builtIn()) }), gates...)
}

// cloudOf asks for the catalogue when it is first needed.
func cloudOf(get func() *catalogue, gates ...reach.GraphGate) reach.Cloud {
	return reach.Cloud{
		Name:        "catalogue",
		Covers:      func(resourceType string) bool { return get().covers(resourceType) },
		Inert:       func(resourceType string) bool { return !get().reads(resourceType) },
		Candidates:  func(g *reach.Graph) []reach.Candidate { return get().candidates(g, gates) },
		Records:     func(g *reach.Graph) []reach.Record { return get().records(g) },
		Assumptions: map[string]string{},
	}
}

// builtIn returns the embedded entries. That they load is a matter of the
// build, which the package's tests hold.
func builtIn() *catalogue {
	c, err := entries()
	if err != nil {
		panic("catalogue: " + err.Error())
	}
	return c
}

// candidates returns what the resources of the catalogued types may expose.
func (c *catalogue) candidates(g *reach.Graph, gates []reach.GraphGate) []reach.Candidate {
	var out []reach.Candidate
	for _, t := range c.types() {
		for _, r := range g.Managed(t) {
			out = append(out, candidatesOf(g, c.services[t], r, gates)...)
		}
	}
	return out
}

// candidatesOf returns those of one resource, by the entry that it replaces
// where an entry does not apply to it.
func candidatesOf(g *reach.Graph, entry *service, r *tfstate.Resource, gates []reach.GraphGate) []reach.Candidate {
	for ; entry != nil; entry = entry.replaces {
		s := newScope(g, entry, r)
		s.graphGates = gates
		if s.applies() {
			return s.candidates()
		}
	}
	return nil
}
