package tfstate

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// mask is a tree that singles out parts of a value: the unknown ones, or the
// sensitive ones. A nil mask singles out nothing.
type mask struct {
	whole bool // this value and all below it
	list  bool // the tree was written as an array
	below map[string]*mask
}

// newMask reads the form of after_unknown and sensitive_values: true marks a
// whole value, objects and arrays mark their parts, all else marks nothing.
func newMask(raw json.RawMessage) *mask { return maskOf(treeOf(raw)) }

func maskOf(tree any) *mask {
	m := &mask{}
	switch tree := tree.(type) {
	case bool:
		m.whole = tree
	case map[string]any:
		for name, part := range tree {
			m.set(name, maskOf(part))
		}
	case []any:
		m.list = true
		for i, part := range tree {
			m.set(strconv.Itoa(i), maskOf(part))
		}
	}
	if !m.whole && len(m.below) == 0 {
		return nil
	}
	return m
}

func (m *mask) set(name string, part *mask) {
	if part == nil {
		return
	}
	if m.below == nil {
		m.below = map[string]*mask{}
	}
	m.below[name] = part
}

// at returns the part of the mask for an attribute, a map key, or a decimal
// index.
func (m *mask) at(name string) *mask {
	if m == nil || m.whole {
		return m
	}
	return m.below[name]
}

// element is at for an index.
func (m *mask) element(i int) *mask {
	if m == nil || m.whole {
		return m
	}
	return m.below[strconv.Itoa(i)]
}

func (m *mask) all() bool { return m != nil && m.whole }

// partial reports whether the mask singles out something below the value.
func (m *mask) partial() bool { return m != nil && !m.whole && len(m.below) > 0 }

// pathStep is one step of a path in sensitive_attributes of a raw state.
type pathStep struct {
	Type  string          `json:"type"`
	Value json.RawMessage `json:"value"`
}

// newPathMask reads the sensitive_attributes of a raw state: a list of paths.
// What it cannot follow it marks whole, so that a form of another version
// hides too much rather than too little.
func newPathMask(raw json.RawMessage) *mask {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || string(raw) == "null" || string(raw) == "[]" {
		return nil
	}
	var paths []json.RawMessage
	if json.Unmarshal(raw, &paths) != nil {
		return &mask{whole: true}
	}
	root := &mask{}
	for _, path := range paths {
		root.mark(pathNames(path))
	}
	if !root.whole && len(root.below) == 0 {
		return nil
	}
	return root
}

// mark singles out the value that the names lead to.
func (m *mask) mark(names []string) {
	for _, name := range names {
		next := m.below[name]
		if next == nil {
			next = &mask{}
			m.set(name, next)
		}
		m = next
	}
	m.whole = true
}

// pathNames returns the names a path leads through, up to the first step that
// is no plain name or index: an element of a set has none.
func pathNames(raw json.RawMessage) []string {
	var name string
	if json.Unmarshal(raw, &name) == nil {
		return []string{name}
	}
	var steps []pathStep
	if json.Unmarshal(raw, &steps) != nil {
		return nil
	}
	names := make([]string, 0, len(steps))
	for _, step := range steps {
		name, ok := step.name()
		if !ok {
			break
		}
		names = append(names, name)
	}
	return names
}

func (s pathStep) name() (string, bool) {
	value := s.Value
	var typed struct {
		Value json.RawMessage `json:"value"`
	}
	if s.Type == "index" && json.Unmarshal(value, &typed) == nil && typed.Value != nil {
		value = typed.Value
	}
	var name string
	if json.Unmarshal(value, &name) == nil && string(value) != "null" {
		return name, true
	}
	var index json.Number
	if json.Unmarshal(value, &index) == nil && index != "" {
		return index.String(), true
	}
	return "", false
}

// lastIndex returns the highest index the mask of an array singles out, -1
// when it is no array.
func (m *mask) lastIndex() int {
	last := -1
	if m == nil || !m.list {
		return last
	}
	for name := range m.below {
		if i, err := strconv.Atoi(name); err == nil && i > last {
			last = i
		}
	}
	return last
}
