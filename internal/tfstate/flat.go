package tfstate

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

const (
	// unknownFlat is how old versions of terraform wrote an unknown string.
	unknownFlat = "74D93920-ED26-11E3-AC10-0800200C9A66"

	// maxFlatDepth bounds the nesting a flat key may ask for. No schema comes
	// near it; beyond it the rest of a key is one name.
	maxFlatDepth = 64
)

// decodeFlat expands a flat map as terraform 0.11 and older wrote it into the
// nested object it stands for. `a.#` counts the elements of a list or a set,
// whose keys are indexes or hashes; `a.%` counts those of a map, whose keys may
// hold dots. Lists and sets become tuples in the order of index or hash. Every
// leaf stays the string it was.
func decodeFlat(raw json.RawMessage, sensitive *mask) (cty.Value, error) {
	if !present(raw) {
		return marked(cty.EmptyObjectVal, sensitive), nil
	}
	tree := treeOf(raw)
	attrs, ok := tree.(map[string]any)
	if !ok {
		return cty.NilVal, fmt.Errorf("an object was expected, not %s", kindOf(tree))
	}
	flat := make(flatMap, len(attrs))
	for key, v := range attrs {
		switch v := v.(type) {
		case string:
			flat[key] = v
		case json.Number:
			flat[key] = v.String()
		case bool:
			flat[key] = strconv.FormatBool(v)
		case nil:
			// An absent key says the same.
		default:
			return cty.NilVal, fmt.Errorf("%s: a flat map holds strings, not %s", key, kindOf(v))
		}
	}
	return flat.object(sensitive, 0), nil
}

// flatMap is a flat map whose keys have lost the prefix they share.
type flatMap map[string]string

// object expands the map by the first part of its keys.
func (f flatMap) object(sensitive *mask, depth int) cty.Value {
	attrs := map[string]cty.Value{}
	for name, parts := range f.split() {
		attrs[name] = parts.value(f, name, sensitive.at(name), depth+1)
	}
	if len(attrs) == 0 {
		return marked(cty.EmptyObjectVal, sensitive)
	}
	return cty.ObjectVal(attrs)
}

// split groups the keys by their first part. The group of a key without a dot
// is empty unless other keys begin with it.
func (f flatMap) split() map[string]flatMap {
	groups := map[string]flatMap{}
	for key, v := range f {
		name, rest, nested := strings.Cut(key, ".")
		if groups[name] == nil {
			groups[name] = flatMap{}
		}
		if nested {
			groups[name][rest] = v
		}
	}
	return groups
}

// value builds what stands at name in parent; f holds the keys below it.
func (f flatMap) value(parent flatMap, name string, sensitive *mask, depth int) cty.Value {
	if len(f) == 0 {
		return leafFlat(parent[name], sensitive)
	}
	if depth >= maxFlatDepth {
		return f.plainMap(sensitive)
	}
	if count, ok := f["%"]; ok {
		delete(f, "%")
		if count == unknownFlat {
			return marked(cty.DynamicVal, sensitive)
		}
		return f.plainMap(sensitive)
	}
	count, counted := f["#"]
	delete(f, "#")
	switch {
	case counted && count == unknownFlat:
		return marked(cty.DynamicVal, sensitive)
	case counted && f.numbered():
		return f.tuple(sensitive, depth)
	case counted: // before 0.9 a map was counted like a list
		return f.plainMap(sensitive)
	default:
		return f.object(sensitive, depth)
	}
}

// plainMap keeps each key whole: keys of a map may hold dots.
func (f flatMap) plainMap(sensitive *mask) cty.Value {
	attrs := make(map[string]cty.Value, len(f))
	for key, v := range f {
		attrs[key] = leafFlat(v, sensitive.at(key))
	}
	if len(attrs) == 0 {
		return marked(cty.EmptyObjectVal, sensitive)
	}
	return cty.ObjectVal(attrs)
}

// numbered reports whether every key begins with an index or a hash.
func (f flatMap) numbered() bool {
	for key := range f {
		name, _, _ := strings.Cut(key, ".")
		if _, err := strconv.ParseUint(name, 10, 64); err != nil {
			return false
		}
	}
	return true
}

func (f flatMap) tuple(sensitive *mask, depth int) cty.Value {
	groups := f.split()
	names := make([]string, 0, len(groups))
	for name := range groups {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		m, _ := strconv.ParseUint(a, 10, 64) // numbered has parsed them
		n, _ := strconv.ParseUint(b, 10, 64)
		return cmp.Or(cmp.Compare(m, n), strings.Compare(a, b))
	})
	elements := make([]cty.Value, 0, len(names))
	for _, name := range names {
		elements = append(elements, groups[name].value(f, name, sensitive.at(name), depth+1))
	}
	if len(elements) == 0 {
		return marked(cty.EmptyTupleVal, sensitive)
	}
	return cty.TupleVal(elements)
}

func leafFlat(v string, sensitive *mask) cty.Value {
	if v == unknownFlat {
		return marked(cty.DynamicVal, sensitive)
	}
	return marked(cty.StringVal(v), sensitive)
}
