package tfstate

import (
	"encoding/json"

	"github.com/zclconf/go-cty/cty"
)

// resourceV4 is one element of resources of a raw state of version 4.
type resourceV4 struct {
	Module    string
	Mode      Mode
	Type      string
	Name      string
	Provider  string
	instances []instanceV4
}

type instanceV4 struct {
	key        json.RawMessage
	deposed    string
	attributes *object
	refused    error // why attributes cannot be read
	flat       json.RawMessage
	sensitive  json.RawMessage
	identity   json.RawMessage
}

// statesV4 reads the resources of a raw state one after the other.
func (s *stream) statesV4() ([]Resource, error) {
	if s.decoder.PeekKind() != '[' {
		if null, err := s.null(); null || err != nil {
			return nil, err
		}
		if err := s.pass(); err != nil {
			return nil, err
		}
		return nil, refusal("resources is no array")
	}
	var all []Resource
	n := 0
	err := s.elements("resources", func() error {
		var r resourceV4
		err := s.resourceV4(&r)
		if err != nil && !isBroken(err) {
			err = refusal("resources[%d]%s: %w", n, named(r.Type, r.Name), err)
		}
		n++
		if err != nil {
			return err
		}
		resources, err := r.read(s.wanted)
		all = append(all, resources...)
		return err
	})
	return all, err
}

func (s *stream) resourceV4(r *resourceV4) error {
	return s.members("", func(name string) error {
		switch name {
		case "module":
			return s.string(name, &r.Module)
		case "mode":
			return s.string(name, (*string)(&r.Mode))
		case "type":
			return s.string(name, &r.Type)
		case "name":
			return s.string(name, &r.Name)
		case "provider":
			return s.string(name, &r.Provider)
		case "instances":
			return s.instancesV4(r)
		default:
			return s.pass()
		}
	})
}

func (s *stream) instancesV4(r *resourceV4) error {
	wanted := s.wanted(r.Mode, r.Type)
	r.instances = nil
	return s.elements("instances", func() error {
		var i instanceV4
		err := s.instanceV4(&i, wanted)
		r.instances = append(r.instances, i)
		return err
	})
}

func (s *stream) instanceV4(i *instanceV4, wanted bool) error {
	return s.members("instances", func(name string) error {
		switch name {
		case "index_key":
			return s.keep(&i.key)
		case "deposed":
			return s.string("instances.deposed", &i.deposed)
		case "attributes":
			return s.wantedObject(wanted, &i.attributes, &i.refused)
		case "attributes_flat":
			return s.keepWanted(wanted, &i.flat)
		case "sensitive_attributes":
			return s.keepWanted(wanted, &i.sensitive)
		case "identity":
			return s.keepWanted(wanted, &i.identity)
		default:
			return s.pass()
		}
	})
}

// wantedObject reads or passes over the attributes of an instance. Why they
// cannot be read is kept, for only the instance as a whole tells its address,
// and a deposed one does not matter.
func (s *stream) wantedObject(wanted bool, to **object, refused *error) error {
	if kind := s.decoder.PeekKind(); kind == 'n' || kind == '{' && !wanted {
		return s.pass()
	}
	read, err := s.object()
	if isBroken(err) {
		return err
	}
	*to, *refused = read, err
	return nil
}

func named(typ, name string) string {
	if typ == "" && name == "" {
		return ""
	}
	return " (" + label(typ+"."+name) + ")"
}

func (r *resourceV4) read(wanted wanted) ([]Resource, error) {
	var resources []Resource
	for _, instance := range r.instances {
		if instance.deposed != "" {
			continue // about to be destroyed; its successor has the address
		}
		key, err := instanceKey(instance.key)
		if err != nil {
			return nil, refusal("%s: %w", label(compose(r.Module, r.Mode, r.Type, r.Name, "")), err)
		}
		resource := newResource(r.Module, r.Mode, r.Type, r.Name, key, r.Provider)
		if instance.refused != nil {
			return nil, refusal("%s: attributes: %s", label(resource.Address), reason(instance.refused))
		}
		if wanted(resource.Mode, r.Type) {
			if err := instance.fill(&resource); err != nil {
				return nil, refusal("%s: %w", label(resource.Address), err)
			}
		}
		resources = append(resources, resource)
	}
	return resources, nil
}

// fill gives the resource its values.
func (i *instanceV4) fill(r *Resource) (err error) {
	sensitive := newPathMask(i.sensitive)
	if i.attributes != nil || !present(i.flat) {
		r.object = i.attributes.masked(nil, sensitive)
	} else if r.Given, err = decodeFlat(i.flat, sensitive); err != nil {
		return refusal("attributes: %s", reason(err))
	}
	if r.Identity, err = readIdentity(i.identity); err != nil {
		return refusal("identity: %s", reason(err))
	}
	return nil
}

func newResource(module string, mode Mode, typ, name, key, provider string) Resource {
	if mode == "" {
		mode = Managed
	}
	return Resource{
		Address:  compose(module, mode, typ, name, key),
		Module:   module,
		Mode:     mode,
		Type:     typ,
		Name:     name,
		Provider: providerSource(provider),
	}
}

// readIdentity returns cty.NilVal when the file has no identity.
func readIdentity(raw json.RawMessage) (cty.Value, error) {
	if !present(raw) {
		return cty.NilVal, nil
	}
	return decodeObject(raw)
}
