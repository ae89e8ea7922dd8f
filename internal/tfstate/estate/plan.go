package estate

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
)

// WritePlan writes what `show -json` prints of a plan for n resource instances,
// in the order of terraform: planned values, changes, prior state. One in
// twenty is created and one in twenty updated; the others stay. There is no
// configuration in it.
func WritePlan(w io.Writer, n int) error {
	out := bufio.NewWriterSize(w, 1<<20)
	fmt.Fprint(out, `{"format_version":"1.2","terraform_version":"1.9.8","planned_values":{"root_module":{"child_modules":[`)
	if err := writeEach(out, n, plannedValue); err != nil {
		return err
	}
	fmt.Fprint(out, `]}},"resource_changes":[`)
	if err := writeEach(out, n, planChange); err != nil {
		return err
	}
	fmt.Fprint(out, `],"prior_state":{"format_version":"1.0","values":{"root_module":{"child_modules":[`)
	if err := writeEach(out, n, priorValue); err != nil {
		return err
	}
	fmt.Fprint(out, "]}}}}\n")
	return out.Flush() // reports what any write before it met
}

// writeEach writes what shape makes of each instance, but for nil.
func writeEach(out *bufio.Writer, n int, shape func(r resource, number int) any) error {
	number, separator := 0, ""
	return each(n, func(group []resource) error {
		for _, r := range group {
			number++
			v := shape(r, number)
			if v == nil {
				continue
			}
			text, err := json.Marshal(v)
			if err != nil {
				return fmt.Errorf("encode %s: %w", r.address(), err)
			}
			_, _ = out.WriteString(separator) // Flush tells the first error
			_, _ = out.Write(text)
			separator = ","
		}
		return nil
	})
}

func created(r resource, number int) bool { return number%20 == 0 && !r.data }
func updated(r resource, number int) bool { return number%20 == 10 && !r.data }

type shownModule struct {
	Resources []shownResource `json:"resources"`
	Address   string          `json:"address"`
}

type shownResource struct {
	Address   string `json:"address"`
	Mode      string `json:"mode"`
	Type      string `json:"type"`
	Name      string `json:"name"`
	Index     any    `json:"index,omitempty"`
	Provider  string `json:"provider_name"`
	Version   int    `json:"schema_version"`
	Values    object `json:"values"`
	Sensitive object `json:"sensitive_values"`
}

// plannedValue wraps every resource in a module of its own: that a module
// comes more than once makes no difference to a reader.
func plannedValue(r resource, number int) any {
	values := r.attrs
	if created(r, number) {
		values = known(r)
	}
	return shownModule{Address: r.module(), Resources: []shownResource{{
		Address: r.address(), Mode: r.mode(), Type: r.typ, Name: r.name, Index: r.index, Provider: providerName, Version: 1,
		Values: values, Sensitive: object{},
	}}}
}

func priorValue(r resource, number int) any {
	if created(r, number) {
		return nil
	}
	return plannedValue(r, 0)
}

const providerName = "registry.terraform.io/hashicorp/aws"

// known returns the attributes that are known before a resource is created.
func known(r resource) object {
	values := maps.Clone(r.attrs)
	delete(values, "id")
	delete(values, "arn")
	return values
}

type planned struct {
	Address  string       `json:"address"`
	Module   string       `json:"module_address"`
	Mode     string       `json:"mode"`
	Type     string       `json:"type"`
	Name     string       `json:"name"`
	Index    any          `json:"index,omitempty"`
	Provider string       `json:"provider_name"`
	Change   plannedSides `json:"change"`
}

type plannedSides struct {
	Actions         []string `json:"actions"`
	Before          object   `json:"before"`
	After           object   `json:"after"`
	AfterUnknown    object   `json:"after_unknown"`
	BeforeSensitive object   `json:"before_sensitive"`
	AfterSensitive  object   `json:"after_sensitive"`
}

func planChange(r resource, number int) any {
	if r.data {
		return nil
	}
	sides := plannedSides{Actions: []string{"no-op"}, Before: r.attrs, After: r.attrs, AfterUnknown: object{}, BeforeSensitive: object{}, AfterSensitive: object{}}
	switch {
	case created(r, number):
		sides.Actions, sides.Before, sides.After = []string{"create"}, nil, known(r)
		sides.AfterUnknown = object{"id": true, "arn": true}
	case updated(r, number):
		sides.Actions = []string{"update"}
		sides.Before = with(maps.Clone(r.attrs), object{"tags": object{}, "tags_all": object{}})
	}
	return planned{Address: r.address(), Module: r.module(), Mode: r.mode(), Type: r.typ, Name: r.name, Index: r.index, Provider: providerName, Change: sides}
}
