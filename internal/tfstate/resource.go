// Package tfstate reads what terraform and OpenTofu write: raw state,
// `show -json` of a state, and `show -json` of a plan. It turns each resource
// instance into cty values: what is known after apply is unknown, what is
// sensitive is marked.
//
// It refuses to judge: what a resource means is not its business. It never
// writes, and never prints a sensitive value.
package tfstate

import (
	"maps"
	"slices"
	"time"

	"github.com/zclconf/go-cty/cty"
)

// Mode tells managed resources from data sources.
type Mode string

// The modes.
const (
	Managed Mode = "managed"
	Data    Mode = "data"
)

// Action is what a plan does to a resource instance. It is empty in a state.
type Action string

// The actions. Instances that a plan deletes are not in Input.Resources but in
// Input.Prior. One that it forgets is in both: terraform no longer manages it,
// and it goes on to exist as it was.
const (
	NoOp    Action = "no-op"
	Create  Action = "create"
	Update  Action = "update"
	Replace Action = "replace"
	Read    Action = "read"
	Forget  Action = "forget"
)

type mark string

// Sensitive is the cty mark on values that may be evaluated and never printed.
const Sensitive = mark("sensitive")

// Reference is a resource that an expression of the configuration names.
type Reference struct {
	Address string // of one resource instance: "module.net.aws_subnet.a[0]"
	Certain bool   // false when the instance is one of several candidates
}

// Resource is one instance of a resource or data source.
type Resource struct {
	Address  string // "module.web[0].aws_instance.this[\"a\"]"
	Module   string // "module.web[0]", empty in the root module
	Mode     Mode
	Type     string
	Name     string
	Provider string // source address without host: "hashicorp/aws"; empty when the file does not tell
	Action   Action
	Input    string    // name of the input that holds it, empty for the one that is judged; see InContext
	Identity cty.Value // the resource identity object, cty.NilVal when the file has none

	// Given are the values of a resource that was not read from JSON objects: an
	// old state, or a resource made by hand. Ask Attr, Has and Values, which
	// know those of every resource.
	Given cty.Value

	object *object // nil when Given holds the values, or nobody wants them
	origin *origin // nil when no configuration is at hand
}

// Values returns an object with the attributes, cty.NilVal where nobody wanted
// them. Absent attributes of a foreign schema version are simply missing.
// Every call makes the object anew; Attr is cheaper.
func (r *Resource) Values() cty.Value {
	if r.object == nil {
		return r.Given
	}
	v, err := r.object.all()
	if err != nil {
		return cty.DynamicVal // cannot be: reading would have refused it
	}
	return v
}

// Has reports whether the resource has the top-level attribute, be it null or
// unknown.
func (r *Resource) Has(name string) bool {
	if r.object != nil {
		return r.object.has(name)
	}
	if r.Given == cty.NilVal {
		return false
	}
	values, _ := r.Given.Unmark()
	return values.IsKnown() && !values.IsNull() && values.Type().IsObjectType() && values.Type().HasAttribute(name)
}

// Attr returns the top-level attribute name with the Sensitive mark left on,
// and cty.NullVal when the resource does not have it.
func (r *Resource) Attr(name string) cty.Value {
	if r.object != nil {
		return r.object.attr(name)
	}
	if r.Given == cty.NilVal {
		return cty.NullVal(cty.DynamicPseudoType)
	}
	values, marks := r.Given.Unmark()
	if !values.IsKnown() {
		return cty.DynamicVal
	}
	if !r.Has(name) {
		return cty.NullVal(cty.DynamicPseudoType)
	}
	return values.GetAttr(name).WithMarks(marks)
}

// SensitiveAttributes returns the names of the top-level attributes of which
// something is marked Sensitive, sorted. It looks at no value of what was read
// from JSON objects, and is cheap.
func (r *Resource) SensitiveAttributes() []string {
	names := []string{}
	switch {
	case r.object != nil && r.object.sensitive == nil:
		return names
	case r.object != nil && r.object.sensitive.whole:
		return slices.Sorted(slices.Values(r.object.shape.names))
	case r.object != nil:
		return slices.Sorted(maps.Keys(r.object.sensitive.below))
	case r.Given == cty.NilVal:
		return names
	}
	values, marks := r.Given.Unmark()
	if !values.IsKnown() || values.IsNull() || !values.Type().IsObjectType() {
		return names
	}
	for name := range values.Type().AttributeTypes() {
		if len(marks) > 0 || IsSensitive(values.GetAttr(name)) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// References returns the resources named by the configuration expression at
// path, in address order. Block indexes are decimal: "ingress.0.cidr_blocks".
// Where a shorter path holds the expression, what it names is returned with
// Certain false. It is empty when there is no configuration or the expression
// names none: values that pass through a local or a dynamic block cannot be
// followed, for a plan does not show these.
func (r *Resource) References(path string) []Reference {
	if r.origin == nil {
		return nil
	}
	references := r.origin.references(r, path)
	if r.Input != "" {
		for i, ref := range references {
			references[i].Address = inContext(ref.Address, r.Input)
		}
	}
	return references
}

// Configured reports whether the configuration sets path, which may also be a
// block ("ingress", "ingress.0"). An argument set to null is not set. known is
// false when the input has no configuration for the resource (a state), and
// when the plan does not show the place: below an expression that is not
// constant, or blocks of a new instance that a dynamic block makes. A dynamic
// block whose for_each is unknown leaves no trace in a plan: it looks as if
// nothing were set.
func (r *Resource) Configured(path string) (set, known bool) {
	if r.origin == nil {
		return false, false
	}
	return r.origin.configured(r, path)
}

// Kind is the kind of an input.
type Kind string

// The kinds.
const (
	State Kind = "state"
	Plan  Kind = "plan"
)

// Input is one file that was read.
type Input struct {
	Name      string // as the user named it; "standard input" for -
	Kind      Kind
	Engine    string // version of the terraform or OpenTofu that wrote it
	Serial    uint64 // of a raw state
	Lineage   string
	Written   time.Time  // when the file was written or the state asked for; zero when nobody knows
	Resources []Resource // in address order; after the change for a plan
	Prior     []Resource // before the change; nil for a state

	// Incomplete says why the input does not show everything: deferred
	// changes, an errored plan. Empty when it is complete.
	Incomplete []string

	// Ambiguous are the addresses under which the file holds several resources
	// that differ, sorted. In Resources the first has the address itself, and the
	// others have it with a number behind it: "aws_eip.a (number 2)".
	Ambiguous []string
}
