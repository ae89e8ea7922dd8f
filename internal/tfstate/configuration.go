package tfstate

import (
	"encoding/json"
	"strconv"
	"strings"
	"sync"

	"github.com/zclconf/go-cty/cty"
)

// configModule is one module of the configuration inside a plan.
type configModule struct {
	Outputs     map[string]configOutput `json:"outputs"`
	Resources   []configResource        `json:"resources"`
	ModuleCalls map[string]configCall   `json:"module_calls"`

	once      sync.Once
	resources map[string]*configResource // by resourceKey
}

type configOutput struct {
	Expression expression `json:"expression"`
}

type configCall struct {
	Expressions map[string]expression `json:"expressions"`
	Count       expression            `json:"count_expression"`
	ForEach     expression            `json:"for_each_expression"`
	Module      *configModule         `json:"module"`
}

type configResource struct {
	Mode        Mode            `json:"mode"`
	Type        string          `json:"type"`
	Name        string          `json:"name"`
	Expressions json.RawMessage `json:"expressions"`
	ForEach     expression      `json:"for_each_expression"`

	once      sync.Once
	arguments arguments
}

// expression is what `show -json` tells of an expression: either its constant
// value, or what it refers to. Both are absent for a call without references.
type expression struct {
	references []string
}

// UnmarshalJSON keeps the references and passes over all other forms: module
// calls may hold nested ones that say nothing about references.
func (e *expression) UnmarshalJSON(raw []byte) error {
	var form struct {
		References []string `json:"references"`
	}
	if json.Unmarshal(raw, &form) == nil {
		e.references = form.References
	}
	return nil
}

// arguments is what the configuration sets in a resource, by path.
type arguments struct {
	set    map[string]bool
	opaque map[string]bool // set by an expression, so what is below it is not known
	refs   map[string][]string
}

// readConfiguration connects the resources of a plan with its configuration.
func (d *document) readConfiguration(in *Input) {
	if !present(d.Configuration) {
		return
	}
	var configuration struct {
		RootModule *configModule `json:"root_module"`
	}
	if err := json.Unmarshal(d.Configuration, &configuration); err != nil {
		in.Incomplete = append(in.Incomplete, "the configuration inside the plan is not understood, so references are not followed: "+reason(err))
		return
	}
	if configuration.RootModule == nil {
		return
	}
	resolver := newResolver(configuration.RootModule, in.Resources)
	for i := range in.Resources {
		in.Resources[i].origin = resolver.origin(&in.Resources[i])
	}
}

// module returns the module at an instance path, nil when the configuration
// does not hold it.
func (m *configModule) module(path []moduleStep) *configModule {
	for _, step := range path {
		if m == nil {
			return nil
		}
		m = m.ModuleCalls[step.call].Module
	}
	return m
}

func resourceKey(mode Mode, typ, name string) string { return compose("", mode, typ, name, "") }

// resource returns the block that declares a resource, nil when there is none.
func (m *configModule) resource(mode Mode, typ, name string) *configResource {
	m.once.Do(func() {
		m.resources = make(map[string]*configResource, len(m.Resources))
		for i := range m.Resources {
			r := &m.Resources[i]
			if r.Mode == "" {
				r.Mode = Managed
			}
			m.resources[resourceKey(r.Mode, r.Type, r.Name)] = r
		}
	})
	return m.resources[resourceKey(mode, typ, name)]
}

// flattened returns the arguments by path. They are worked out at first use:
// most resources of a plan are never asked.
func (r *configResource) flattened() *arguments {
	r.once.Do(func() {
		r.arguments = arguments{set: map[string]bool{}, opaque: map[string]bool{}, refs: map[string][]string{}}
		if block, ok := treeOf(r.Expressions).(map[string]any); ok {
			r.arguments.block("", block)
		}
		r.Expressions = nil
	})
	return &r.arguments
}

func (a *arguments) block(prefix string, block map[string]any) {
	for name, tree := range block {
		a.argument(prefix+name, tree)
	}
}

// argument adds an attribute, or nested blocks: an object for nesting mode
// single, an array for list and set.
func (a *arguments) argument(path string, tree any) {
	switch tree := tree.(type) {
	case map[string]any:
		if isExpression(tree) {
			a.expression(path, tree)
			return
		}
		a.set[path] = true
		a.block(path+".", tree)
	case []any:
		for i, part := range tree {
			if block, ok := part.(map[string]any); ok {
				at := path + "." + strconv.Itoa(i)
				a.set[path], a.set[at] = true, true
				a.block(at+".", block)
			}
		}
	}
}

// isExpression tells an expression from a block, which may have an argument of
// the same name: there its value is an object.
func isExpression(tree map[string]any) bool {
	if _, ok := tree["constant_value"]; ok {
		return true
	}
	_, ok := tree["references"].([]any)
	return ok || len(tree) == 0
}

func (a *arguments) expression(path string, tree map[string]any) {
	if constant, ok := tree["constant_value"]; ok {
		a.constant(path, constant)
		return
	}
	a.set[path], a.opaque[path] = true, true
	references, _ := tree["references"].([]any)
	for _, reference := range references {
		if text, ok := reference.(string); ok {
			a.refs[path] = append(a.refs[path], text)
		}
	}
}

// constant adds a constant with all its parts. Null is the same as leaving the
// argument out.
func (a *arguments) constant(path string, tree any) {
	if tree == nil {
		return
	}
	a.set[path] = true
	switch tree := tree.(type) {
	case map[string]any:
		for name, part := range tree {
			a.constant(path+"."+name, part)
		}
	case []any:
		for i, part := range tree {
			a.constant(path+"."+strconv.Itoa(i), part)
		}
	}
}

// above yields the paths that lead to path, the longest first.
func above(path string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for i := strings.LastIndexByte(path, '.'); i > 0; i = strings.LastIndexByte(path[:i], '.') {
			if !yield(path[:i]) {
				return
			}
		}
	}
}

// addOmitted makes unknown what planned_values leaves out although the
// configuration sets it: terraform omits there what is known after apply.
func (in *Input) addOmitted(shown []Resource) {
	from := map[string]bool{}
	for i := range shown {
		from[shown[i].Address] = true
	}
	for i := range in.Resources {
		if r := &in.Resources[i]; from[r.Address] && r.origin != nil && r.Values() != cty.NilVal {
			r.addOmitted()
		}
	}
}

func (r *Resource) addOmitted() {
	values, marks := r.Values().Unmark()
	attrs := values.AsValueMap()
	if attrs == nil {
		attrs = map[string]cty.Value{}
	}
	added := false
	for path := range r.origin.block.flattened().set {
		if _, ok := attrs[path]; !ok && !strings.Contains(path, ".") {
			attrs[path] = cty.DynamicVal
			added = true
		}
	}
	if added {
		r.Given, r.object = cty.ObjectVal(attrs).WithMarks(marks), nil
	}
}
