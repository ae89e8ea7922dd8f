package tfstate

import (
	"bytes"
	"encoding/json"

	"github.com/zclconf/go-cty/cty"
)

// resourceV4 is one element of resources of a raw state of version 4.
type resourceV4 struct {
	Module    string       `json:"module"`
	Mode      Mode         `json:"mode"`
	Type      string       `json:"type"`
	Name      string       `json:"name"`
	Provider  string       `json:"provider"`
	Instances []instanceV4 `json:"instances"`
}

type instanceV4 struct {
	IndexKey            json.RawMessage `json:"index_key"`
	Deposed             string          `json:"deposed"`
	Attributes          json.RawMessage `json:"attributes"`
	AttributesFlat      json.RawMessage `json:"attributes_flat"`
	SensitiveAttributes json.RawMessage `json:"sensitive_attributes"`
	Identity            json.RawMessage `json:"identity"`
}

// readStateV4 reads resources one after the other, so that only one of them
// at a time is held in pieces.
func (d *document) readStateV4() (*Input, error) {
	in := d.input(State)
	if !present(d.Resources) {
		return in, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(d.Resources))
	if token, err := decoder.Token(); err != nil || token != json.Delim('[') {
		return nil, refusal("resources is no array")
	}
	for n := 0; decoder.More(); n++ {
		var r resourceV4
		if err := decoder.Decode(&r); err != nil {
			return nil, refusal("resources[%d]%s: %s", n, named(r.Type, r.Name), reason(err))
		}
		resources, err := r.read()
		if err != nil {
			return nil, err
		}
		in.Resources = append(in.Resources, resources...)
	}
	return in, nil
}

func named(typ, name string) string {
	if typ == "" && name == "" {
		return ""
	}
	return " (" + label(typ+"."+name) + ")"
}

func (r *resourceV4) read() ([]Resource, error) {
	var resources []Resource
	for _, instance := range r.Instances {
		if instance.Deposed != "" {
			continue // about to be destroyed; its successor has the address
		}
		key, err := instanceKey(instance.IndexKey)
		if err != nil {
			return nil, refusal("%s: %w", label(compose(r.Module, r.Mode, r.Type, r.Name, "")), err)
		}
		resource := newResource(r.Module, r.Mode, r.Type, r.Name, key, r.Provider)
		if resource.Values, err = instance.values(); err != nil {
			return nil, refusal("%s: attributes: %s", label(resource.Address), reason(err))
		}
		if resource.Identity, err = readIdentity(instance.Identity); err != nil {
			return nil, refusal("%s: identity: %s", label(resource.Address), reason(err))
		}
		resources = append(resources, resource)
	}
	return resources, nil
}

func (i *instanceV4) values() (cty.Value, error) {
	sensitive := newPathMask(i.SensitiveAttributes)
	if !present(i.Attributes) && present(i.AttributesFlat) {
		return decodeFlat(i.AttributesFlat, sensitive)
	}
	return decodeObject(i.Attributes, nil, sensitive)
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
	return decodeObject(raw, nil, nil)
}
