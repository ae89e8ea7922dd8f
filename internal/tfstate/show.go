package tfstate

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// shownModule is one module of what `show -json` prints as values and
// planned_values.
type shownModule struct {
	address   string // comes after the resources
	resources []shownResource
}

type shownResource struct {
	Address   string
	Mode      Mode
	Type      string
	Name      string
	Provider  string
	deposed   string
	index     json.RawMessage
	values    *object
	refused   error // why values cannot be read
	sensitive json.RawMessage
	identity  json.RawMessage
}

// shownValues reads all modules of a values object. field names it in errors.
func (s *stream) shownValues(field string) ([]Resource, error) {
	var all []Resource
	err := s.members("it", func(name string) error {
		if name != "root_module" {
			return s.pass()
		}
		return s.shownModule(name, &all)
	})
	if err != nil && !isBroken(err) {
		var placed *placedError
		if !errors.As(err, &placed) {
			err = refusal("%s: %w", field, err)
		}
	}
	return all, err
}

// placedError is about a resource whose address it tells.
type placedError struct{ error }

func (s *stream) shownModule(path string, all *[]Resource) error {
	var m shownModule
	var below []Resource
	err := s.members(path, func(name string) error {
		switch name {
		case "address":
			return s.string(path+".address", &m.address)
		case "resources":
			return s.elements(path+".resources", func() error {
				var r shownResource
				err := s.shownResource(path+".resources", &r)
				m.resources = append(m.resources, r)
				return err
			})
		case "child_modules":
			return s.elements(path+".child_modules", func() error { return s.shownModule(path+".child_modules", &below) })
		default:
			return s.pass()
		}
	})
	if err != nil {
		return err
	}
	for i := range m.resources {
		r := &m.resources[i]
		if r.deposed != "" {
			continue
		}
		resource, err := r.read(m.address, s.wanted)
		if err != nil {
			return &placedError{refusal("%s: %s", label(r.Address), reason(err))}
		}
		*all = append(*all, resource)
	}
	*all = append(*all, below...)
	return nil
}

func (s *stream) shownResource(path string, r *shownResource) error {
	wanted := func() bool { return s.wanted(r.Mode, r.Type) }
	return s.members(path, func(name string) error {
		switch name {
		case "address":
			return s.text(path+".address", &r.Address)
		case "mode":
			return s.string(path+".mode", (*string)(&r.Mode))
		case "type":
			return s.string(path+".type", &r.Type)
		case "name":
			return s.string(path+".name", &r.Name)
		case "provider_name":
			return s.source(path+".provider_name", &r.Provider)
		case "deposed_key":
			return s.string(path+".deposed_key", &r.deposed)
		case "index":
			return s.keep(&r.index)
		case "values":
			return s.wantedObject(wanted(), &r.values, &r.refused)
		case "sensitive_values":
			return s.keepWanted(wanted(), &r.sensitive)
		case "identity":
			return s.keepWanted(wanted(), &r.identity)
		default:
			return s.pass()
		}
	})
}

func (r *shownResource) read(module string, wanted wanted) (Resource, error) {
	key, err := instanceKey(r.index)
	if err != nil {
		return Resource{}, err
	}
	resource := newResource(module, r.Mode, r.Type, r.Name, key, r.Provider)
	resource.readAddress(r.Address)
	if r.refused != nil {
		return Resource{}, fmt.Errorf("values: %w", r.refused)
	}
	if !wanted(resource.Mode, resource.Type) {
		return resource, nil
	}
	resource.object = r.values.masked(nil, newMask(r.sensitive))
	resource.Identity, err = readIdentity(r.identity)
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
