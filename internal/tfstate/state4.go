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
	var all pieces
	var r resourceV4
	n := 0
	err := s.elements("resources", func() error {
		r = resourceV4{instances: r.instances[:0]}
		err := s.resourceV4(&r)
		if err != nil && !isBroken(err) {
			err = refusal("resources[%d]%s: %w", n, named(r.Type, r.Name), err)
		}
		n++
		if err != nil {
			return err
		}
		return r.read(s, &all)
	})
	return all.joined(), err
}

// pieces collects resources without copying those that are there already. A
// list of very many would be copied over and over to grow.
type pieces struct {
	full    [][]Resource
	current []Resource
}

const pieceLength = 1024

func (p *pieces) add(r Resource) {
	if len(p.current) == pieceLength {
		p.full, p.current = append(p.full, p.current), make([]Resource, 0, pieceLength)
	}
	p.current = append(p.current, r)
}

// joined returns all resources in one list, and holds none any more.
func (p *pieces) joined() []Resource {
	if len(p.full) == 0 {
		return p.current
	}
	all := make([]Resource, 0, len(p.full)*pieceLength+len(p.current))
	for i, piece := range p.full {
		all, p.full[i] = append(all, piece...), nil
	}
	all = append(all, p.current...)
	*p = pieces{}
	return all
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
			return s.source(name, &r.Provider)
		case "instances":
			return s.instancesV4(r)
		default:
			return s.pass()
		}
	})
}

func (s *stream) instancesV4(r *resourceV4) error {
	wanted := s.wanted(r.Mode, r.Type)
	r.instances = r.instances[:0] // the last of equal names counts
	return s.elements("instances", func() error {
		r.instances = append(r.instances, instanceV4{})
		return s.instanceV4(&r.instances[len(r.instances)-1], wanted)
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

// read adds the instances of the resource to all.
func (r *resourceV4) read(s *stream, all *pieces) error {
	for i := range r.instances {
		instance := &r.instances[i]
		if instance.deposed != "" {
			continue // about to be destroyed; its successor has the address
		}
		key, err := instanceKey(instance.key)
		if err != nil {
			return refusal("%s: %w", label(compose(r.Module, r.Mode, r.Type, r.Name, "")), err)
		}
		resource := newResource(r.Module, r.Mode, r.Type, r.Name, key, r.Provider)
		if instance.refused != nil {
			return refusal("%s: attributes: %s", label(resource.Address), reason(instance.refused))
		}
		if s.wanted(resource.Mode, r.Type) {
			if err := instance.fill(&resource); err != nil {
				return refusal("%s: %w", label(resource.Address), err)
			}
		}
		all.add(resource)
	}
	return nil
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

// newResource returns a resource without values. source is that of its provider.
func newResource(module string, mode Mode, typ, name, key, source string) Resource {
	if mode == "" {
		mode = Managed
	}
	return Resource{
		Address:  compose(module, mode, typ, name, key),
		Module:   module,
		Mode:     mode,
		Type:     typ,
		Name:     name,
		Provider: source,
	}
}

// readIdentity returns cty.NilVal when the file has no identity.
func readIdentity(raw json.RawMessage) (cty.Value, error) {
	if !present(raw) {
		return cty.NilVal, nil
	}
	return decodeObject(raw)
}
