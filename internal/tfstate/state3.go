package tfstate

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// moduleV3 is one element of modules of a raw state of version 3.
type moduleV3 struct {
	Path      []string              `json:"path"` // begins with "root"
	Resources map[string]resourceV3 `json:"resources"`
}

type resourceV3 struct {
	Type     string      `json:"type"`
	Provider string      `json:"provider"`
	Primary  *instanceV3 `json:"primary"` // nil when only deposed instances are left
}

type instanceV3 struct {
	ID         string          `json:"id"`
	Attributes json.RawMessage `json:"attributes"`
}

// readStateV3 reads primary instances. Deposed ones are skipped, as in every
// format. A tainted instance stays: it exists until terraform replaces it.
func (d *document) readStateV3() (*Input, error) {
	in := d.input(State)
	if !present(d.Modules) {
		return in, nil
	}
	var modules []moduleV3
	if err := json.Unmarshal(d.Modules, &modules); err != nil {
		return nil, refusal("modules: %s", reason(err))
	}
	for _, module := range modules {
		address := module.address()
		for _, key := range slices.Sorted(maps.Keys(module.Resources)) {
			stored := module.Resources[key]
			if stored.Primary == nil {
				continue
			}
			resource := newResourceV3(address, key, stored)
			var err error
			if resource.Given, err = stored.Primary.values(); err != nil {
				return nil, refusal("%s: attributes: %s", label(resource.Address), reason(err))
			}
			in.Resources = append(in.Resources, resource)
		}
	}
	return in, nil
}

// values returns the attributes, with the id that some providers kept only
// beside them.
func (i *instanceV3) values() (cty.Value, error) {
	values, err := decodeFlat(i.Attributes, nil)
	if err != nil || i.ID == "" || values.Type().HasAttribute("id") {
		return values, err
	}
	attrs := values.AsValueMap()
	if attrs == nil {
		attrs = map[string]cty.Value{}
	}
	attrs["id"] = cty.StringVal(i.ID)
	return cty.ObjectVal(attrs), nil
}

// address turns the path root, a, b into module.a.module.b.
func (m *moduleV3) address() string {
	var path []moduleStep
	for i, name := range m.Path {
		if i == 0 && name == "root" {
			continue
		}
		path = append(path, moduleStep{call: name})
	}
	return moduleAddress(path)
}

// newResourceV3 reads the key of a resource: data.TYPE.NAME.INDEX, where data
// and the index may be missing.
func newResourceV3(module, key string, stored resourceV3) Resource {
	mode := Managed
	if rest, ok := strings.CutPrefix(key, "data."); ok {
		mode, key = Data, rest
	}
	typ, name, _ := strings.Cut(key, ".")
	index := ""
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		if _, err := strconv.ParseUint(name[i+1:], 10, 64); err == nil {
			name, index = name[:i], "["+name[i+1:]+"]"
		}
	}
	if stored.Type != "" {
		typ = stored.Type
	}
	return newResource(module, mode, typ, name, index, providerSource(stored.Provider))
}
