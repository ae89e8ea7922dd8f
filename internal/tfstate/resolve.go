package tfstate

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// maxIndirections bounds how many module inputs and outputs a reference is
// followed through. What is further away stays unresolved.
const maxIndirections = 200

// resolver follows references through module inputs and outputs to resource
// instances. It is safe for concurrent use.
type resolver struct {
	root      *configModule
	instances map[string][]found  // by module address and resource key
	modules   map[string][]scope  // instances of a module call, by parent address and call
	mu        sync.Mutex          // guards the rest
	memo      map[string][]found  // by expression
	active    map[string]struct{} // expressions being resolved, to end at cycles
}

// found is an instance an expression leads to.
type found struct {
	address string
	typ     string // resource type
	key     string
	certain bool
}

// scope is one module instance.
type scope struct {
	address string // "module.a[0].module.b", empty for the root module
	path    []moduleStep
	config  *configModule
}

func (s scope) child(step moduleStep) scope {
	c := scope{address: step.String(), path: append(slices.Clone(s.path), step)}
	if s.address != "" {
		c.address = s.address + "." + c.address
	}
	if s.config != nil {
		c.config = s.config.ModuleCalls[step.call].Module
	}
	return c
}

func newResolver(root *configModule, resources []Resource) *resolver {
	r := &resolver{
		root:      root,
		instances: map[string][]found{},
		modules:   map[string][]scope{},
		memo:      map[string][]found{},
		active:    map[string]struct{}{},
	}
	scopes := map[string]bool{}
	for i := range resources {
		resource := &resources[i]
		if !scopes[resource.Module] {
			scopes[resource.Module] = true
			r.addModules(resource.Module)
		}
		at := resource.Module + "\x00" + resourceKey(resource.Mode, resource.Type, resource.Name)
		r.instances[at] = append(r.instances[at], found{address: resource.Address, typ: resource.Type, key: resource.key(), certain: true})
	}
	return r
}

// key returns the instance key as it stands in the address.
func (r *Resource) key() string {
	return strings.TrimPrefix(r.Address, compose(r.Module, r.Mode, r.Type, r.Name, ""))
}

// addModules records a module instance and those it stands in.
func (r *resolver) addModules(address string) {
	s := scope{config: r.root}
	for _, step := range splitModule(address) {
		child := s.child(step)
		at := s.address + "\x00" + step.call
		if !slices.ContainsFunc(r.modules[at], func(known scope) bool { return known.address == child.address }) {
			r.modules[at] = append(r.modules[at], child)
		}
		s = child
	}
}

// origin returns where a resource is declared, nil when nowhere.
func (r *resolver) origin(resource *Resource) *origin {
	path := splitModule(resource.Module)
	config := r.root.module(path)
	if config == nil {
		return nil
	}
	block := config.resource(resource.Mode, resource.Type, resource.Name)
	if block == nil {
		return nil
	}
	s := scope{address: resource.Module, path: path, config: config}
	return &origin{resolver: r, scope: s, block: block, key: resource.key()}
}

// resolve returns the instances that references lead to, in address order.
// forEach are the references of the for_each that each.value stands for; key
// is the key of the instance the expression belongs to.
func (r *resolver) resolve(s scope, texts, forEach []string, key string) []found {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.follow(s, texts, forEach, key)
}

func (r *resolver) follow(s scope, texts, forEach []string, key string) []found {
	references := parseReferences(texts)
	candidates := make([][]found, len(references))
	iterates, indexed := false, false
	for i := range references {
		reference := &references[i]
		switch reference.kind {
		case refElement:
			iterates = true
			// A for_each may mix several things, so that even a single
			// candidate is certain only when its key agrees.
			candidates[i] = equalKeys(r.follow(s, forEach, nil, ""), key)
		case refIteration:
			iterates = true
		default:
			candidates[i] = r.candidates(s, reference)
		}
		// What carries no resource may be an index: the JSON does not tell
		// a[local.n] from [a[*], local.n].
		value := reference.kind == refLocal || reference.kind == refVariable
		indexed = indexed || value && len(candidates[i]) == 0
	}
	var all []found
	for i := range references {
		reference := &references[i]
		switch {
		case reference.kind == refElement || len(candidates[i]) <= 1:
			all = append(all, candidates[i]...)
		case iterates:
			all = append(all, equalKeys(candidates[i], key)...)
		case indexed || reference.rest:
			all = append(all, uncertain(candidates[i])...)
		default:
			all = append(all, candidates[i]...)
		}
	}
	return merge(all)
}

// candidates returns what one reference may lead to.
func (r *resolver) candidates(s scope, reference *reference) []found {
	switch reference.kind {
	case refResource:
		instances := r.instances[s.address+"\x00"+resourceKey(reference.mode, reference.typ, reference.name)]
		if reference.key == "" {
			return instances
		}
		i := slices.IndexFunc(instances, func(f found) bool { return f.key == reference.key })
		if i < 0 {
			return nil
		}
		return instances[i : i+1]
	case refVariable:
		return r.variable(s, reference.name)
	case refOutput:
		return r.output(s, reference)
	default:
		return nil
	}
}

// variable follows an input to the expression in the calling module.
func (r *resolver) variable(s scope, name string) []found {
	if len(s.path) == 0 {
		return nil // set from outside
	}
	last := s.path[len(s.path)-1]
	parent := scope{config: r.root}
	for _, step := range s.path[:len(s.path)-1] {
		parent = parent.child(step)
	}
	if parent.config == nil {
		return nil
	}
	call, ok := parent.config.ModuleCalls[last.call]
	if !ok {
		return nil
	}
	return r.once("var\x00"+s.address+"\x00"+name, func() []found {
		return r.follow(parent, call.Expressions[name].references, call.ForEach.references, last.key)
	})
}

// output follows a module output. Of a call with an index that is not constant
// terraform tells only the call, so every output is a candidate.
func (r *resolver) output(s scope, reference *reference) []found {
	if s.config == nil {
		return nil
	}
	call, ok := s.config.ModuleCalls[reference.typ]
	if !ok || call.Module == nil {
		return nil
	}
	scopes := r.modules[s.address+"\x00"+reference.typ]
	if len(scopes) == 0 { // a module without resources may still pass values on
		scopes = []scope{s.child(moduleStep{call: reference.typ, key: reference.key})}
	}
	var all []found
	for _, child := range scopes {
		step := child.path[len(child.path)-1]
		if reference.key != "" && step.key != reference.key {
			continue
		}
		for _, name := range outputNames(call.Module, reference.name) {
			candidates := r.once("output\x00"+child.address+"\x00"+name, func() []found {
				return r.follow(child, call.Module.Outputs[name].Expression.references, nil, "")
			})
			if reference.name == "" || len(scopes) > 1 && reference.key == "" {
				candidates = rekey(candidates, step.key)
			}
			all = append(all, candidates...)
		}
	}
	return all
}

func outputNames(module *configModule, name string) []string {
	if name != "" {
		return []string{name}
	}
	names := make([]string, 0, len(module.Outputs))
	for name := range module.Outputs {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// once resolves an expression that many others may share, and ends at one that
// leads back to itself.
func (r *resolver) once(at string, follow func() []found) []found {
	if known, ok := r.memo[at]; ok {
		return known
	}
	if _, ok := r.active[at]; ok || len(r.active) >= maxIndirections {
		return nil
	}
	r.active[at] = struct{}{}
	result := follow()
	delete(r.active, at)
	r.memo[at] = result
	return result
}

// equalKeys keeps the candidates of the same key; without any, or when the key
// is not known, each candidate may be meant.
func equalKeys(candidates []found, key string) []found {
	var equal []found
	for _, f := range candidates {
		if f.key == key && key != "" {
			equal = append(equal, f)
		}
	}
	if len(equal) == 0 {
		return uncertain(candidates)
	}
	return equal
}

func uncertain(candidates []found) []found {
	all := slices.Clone(candidates)
	for i := range all {
		all[i].certain = false
	}
	return all
}

// rekey gives what lies behind a module instance the key of that instance and
// leaves it open which of it is meant.
func rekey(candidates []found, key string) []found {
	all := uncertain(candidates)
	for i := range all {
		all[i].key = key
	}
	return all
}

// merge puts candidates in address order, each once; certain wins.
func merge(all []found) []found {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b found) int {
		return cmp.Or(strings.Compare(a.address, b.address), compareCertain(a, b))
	})
	return slices.CompactFunc(all, func(a, b found) bool { return a.address == b.address })
}

func compareCertain(a, b found) int {
	switch {
	case a.certain == b.certain:
		return 0
	case a.certain:
		return -1
	default:
		return 1
	}
}
