package tfstate

import (
	"encoding/json"
	"fmt"
	"strings"
)

// shownValues is what `show -json` prints as values and planned_values.
type shownValues struct {
	RootModule shownModule `json:"root_module"`
}

type shownModule struct {
	Address      string          `json:"address"`
	Resources    []shownResource `json:"resources"`
	ChildModules []shownModule   `json:"child_modules"`
}

type shownResource struct {
	Address         string          `json:"address"`
	Mode            Mode            `json:"mode"`
	Type            string          `json:"type"`
	Name            string          `json:"name"`
	Index           json.RawMessage `json:"index"`
	ProviderName    string          `json:"provider_name"`
	Values          json.RawMessage `json:"values"`
	SensitiveValues json.RawMessage `json:"sensitive_values"`
	Identity        json.RawMessage `json:"identity"`
	DeposedKey      string          `json:"deposed_key"`
}

func (d *document) readShownState() (*Input, error) {
	if err := d.checkFormat(); err != nil {
		return nil, err
	}
	in := d.input(State)
	resources, err := readShownValues("values", d.Values)
	if err != nil {
		return nil, err
	}
	in.Resources = resources
	return in, nil
}

// readShownValues reads all modules of a values object. field names it in
// errors.
func readShownValues(field string, raw json.RawMessage) ([]Resource, error) {
	if !present(raw) {
		return nil, nil
	}
	var values shownValues
	if err := json.Unmarshal(raw, &values); err != nil {
		return nil, refusal("%s: %s", field, reason(err))
	}
	return values.RootModule.read(nil)
}

func (m *shownModule) read(resources []Resource) ([]Resource, error) {
	for i := range m.Resources {
		r := &m.Resources[i]
		if r.DeposedKey != "" {
			continue
		}
		resource, err := r.read(m.Address)
		if err != nil {
			return nil, refusal("%s: %s", label(r.Address), reason(err))
		}
		resources = append(resources, resource)
	}
	for i := range m.ChildModules {
		var err error
		if resources, err = m.ChildModules[i].read(resources); err != nil {
			return nil, err
		}
	}
	return resources, nil
}

func (r *shownResource) read(module string) (Resource, error) {
	key, err := instanceKey(r.Index)
	if err != nil {
		return Resource{}, err
	}
	resource := newResource(module, r.Mode, r.Type, r.Name, key, r.ProviderName)
	resource.readAddress(r.Address)
	sensitive, err := newMask(r.SensitiveValues)
	if err != nil {
		return Resource{}, fmt.Errorf("sensitive_values: %w", err)
	}
	if resource.Values, err = decodeObject(r.Values, nil, sensitive); err != nil {
		return Resource{}, fmt.Errorf("values: %w", err)
	}
	resource.Identity, err = readIdentity(r.Identity)
	return resource, err
}

// readAddress fills what the document tells only in the address, as files
// that were cut down by hand do. Elsewhere the address is not trusted, see
// compose.
func (r *Resource) readAddress(address string) {
	path := splitModule(address)
	if r.Module == "" && len(path) > 0 {
		r.Module = moduleAddress(path)
		r.Address = address
	}
	if r.Type == "" || r.Name == "" {
		steps := splitAddress(strings.TrimPrefix(address, r.Module))
		if len(steps) > 0 && steps[0] == "data" {
			r.Mode, steps = Data, steps[1:]
		}
		if len(steps) > 1 {
			r.Type, r.Name = steps[0], steps[1]
		}
		r.Address = address
	}
	if r.key() == "" && strings.HasSuffix(address, "]") {
		r.Address = address
	}
}
