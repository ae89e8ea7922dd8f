package clouds_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// planned is a resource that a plan creates, with what is unknown of it and
// what its configuration sets.
type planned struct {
	address              string
	after, unknown, sets attributes
}

func constant(v any) attributes { return attributes{"constant_value": v} }

// planOf is the `show -json` of a plan that creates the resources.
func planOf(t *testing.T, name string, resources ...planned) *tfstate.Input {
	t.Helper()
	text := planText(t, resources...)
	in, err := tfstate.Parse(name, text)
	if err != nil {
		t.Fatalf("Parse(%s): %v", name, err)
	}
	return in
}

func planText(t *testing.T, resources ...planned) []byte {
	t.Helper()
	changes, configured := []attributes{}, []attributes{}
	for _, r := range resources {
		kind, label, _ := strings.Cut(r.address, ".")
		if r.unknown == nil {
			r.unknown = attributes{}
		}
		changes = append(changes, attributes{"address": r.address, "mode": "managed", "type": kind, "name": label,
			"change": attributes{"actions": []string{"create"}, "before": nil, "after": r.after, "after_unknown": r.unknown}})
		configured = append(configured, attributes{"address": r.address, "mode": "managed", "type": kind, "name": label, "expressions": r.sets})
	}
	text, err := json.Marshal(attributes{"format_version": "1.2", "terraform_version": "1.11.4", "complete": true, "resource_changes": changes,
		"planned_values": attributes{"root_module": attributes{}}, "configuration": attributes{"root_module": attributes{"resources": configured}}})
	if err != nil {
		t.Fatal(err)
	}
	return text
}
