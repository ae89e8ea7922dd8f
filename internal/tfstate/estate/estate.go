// Package estate makes up large terraform states and plans, so that time and
// memory can be measured on what nobody may publish: the state of an estate of
// many thousand resources. The same number of resources gives the same bytes.
//
// An estate is made of stacks of some 270 resources each, every one with a
// network, machines, load balancers, buckets and roles, and with the types that
// fill real states and expose nothing. It is no example of how to build: what
// is open in it is open for the analysis to find. It knows nothing of what the
// analysis makes of a type.
package estate

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
)

// object is a JSON object of the file.
type object = map[string]any

// resource is one resource instance.
type resource struct {
	stack int
	typ   string
	name  string
	index any // nil, a number or a string
	data  bool
	attrs object
}

// WriteState writes a raw state of version 4 with n resource instances, at
// some 2 KB each, indented as terraform writes it.
func WriteState(w io.Writer, n int) error {
	out := bufio.NewWriterSize(w, 1<<20)
	fmt.Fprintf(out, "{\n  \"version\": 4,\n  \"terraform_version\": \"1.9.8\",\n  \"serial\": %d,\n", n)
	fmt.Fprint(out, "  \"lineage\": \"5b0f3c52-3f1e-9d43-8a54-3f2f7b1f8d10\",\n  \"outputs\": {},\n  \"resources\": [")
	separator := "\n    "
	err := each(n, func(group []resource) error {
		text, err := json.MarshalIndent(stateResource(group), "    ", "  ")
		if err != nil {
			return fmt.Errorf("encode %s.%s: %w", group[0].typ, group[0].name, err)
		}
		_, _ = out.WriteString(separator) // Flush tells the first error
		_, _ = out.Write(text)
		separator = ",\n    "
		return nil
	})
	if err != nil {
		return err
	}
	fmt.Fprint(out, "\n  ],\n  \"check_results\": null\n}\n")
	return out.Flush() // reports what any write before it met
}

// each calls emit for n instances, those of one resource together.
func each(n int, emit func([]resource) error) error {
	for stack := 0; n > 0; stack++ {
		for _, group := range grouped(newStack(stack).resources()) {
			if n <= 0 {
				return nil
			}
			group = group[:min(len(group), n)]
			n -= len(group)
			if err := emit(group); err != nil {
				return err
			}
		}
	}
	return nil
}

// grouped joins neighbours that are instances of one resource.
func grouped(resources []resource) [][]resource {
	var groups [][]resource
	for start := 0; start < len(resources); {
		end := start + 1
		for end < len(resources) && resources[end].typ == resources[start].typ && resources[end].name == resources[start].name {
			end++
		}
		groups = append(groups, resources[start:end])
		start = end
	}
	return groups
}

// Field order is that of terraform.
type stateV4 struct {
	Module    string       `json:"module"`
	Mode      string       `json:"mode"`
	Type      string       `json:"type"`
	Name      string       `json:"name"`
	Provider  string       `json:"provider"`
	Instances []instanceV4 `json:"instances"`
}

type instanceV4 struct {
	IndexKey      any      `json:"index_key,omitempty"`
	SchemaVersion int      `json:"schema_version"`
	Attributes    object   `json:"attributes"`
	Sensitive     []any    `json:"sensitive_attributes"`
	Private       string   `json:"private"`
	Dependencies  []string `json:"dependencies"`
}

func stateResource(group []resource) stateV4 {
	first := group[0]
	out := stateV4{
		Module: first.module(), Mode: first.mode(), Type: first.typ, Name: first.name,
		Provider: `provider["registry.terraform.io/hashicorp/aws"]`,
	}
	for _, r := range group {
		out.Instances = append(out.Instances, instanceV4{
			IndexKey: r.index, SchemaVersion: 1, Attributes: r.attrs, Sensitive: []any{},
			Private:      "eyJlMmJmYjczMC1lY2FhLTExZTYtOGY4OC0zNDM2M2JjN2M0YzAiOnsiY3JlYXRlIjo2MDAwMDAwMDAwMDB9fQ==",
			Dependencies: []string{"module.stack.aws_vpc.main", "module.stack.data.aws_region.here"},
		})
	}
	return out
}

func (r resource) module() string { return fmt.Sprintf("module.stack[%q]", stackName(r.stack)) }

func (r resource) mode() string {
	if r.data {
		return "data"
	}
	return "managed"
}

func (r resource) address() string {
	address := r.module()
	if r.data {
		address += ".data"
	}
	address += "." + r.typ + "." + r.name
	switch index := r.index.(type) {
	case int:
		address += fmt.Sprintf("[%d]", index)
	case string:
		address += fmt.Sprintf("[%q]", index)
	}
	return address
}
