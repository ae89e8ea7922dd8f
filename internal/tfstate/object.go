package tfstate

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// shape is the names that the attributes of an object have, in the order of
// the file. Resources of one type share it.
type shape struct {
	names []string
	at    map[string]int // the last of equal names
}

// object holds the attributes of a resource as they are written. A cty value
// takes several times the room, and of most attributes nobody ever asks, so
// that values are made when they are asked for, and only the latest of an
// input are kept. It is not written to once it has its masks.
type object struct {
	shape              *shape
	text               []byte   // the values, one after the other
	ends               []uint32 // where in text they end
	unknown, sensitive *mask

	recent *recent // of the input; nil for an object without attributes
	number uint32  // of the object in the input
}

// masked gives the object its masks. Without an object it is one that has no
// attributes but those that the masks tell of.
func (o *object) masked(unknown, sensitive *mask) *object {
	if o == nil {
		o = &object{shape: &shape{}}
	}
	o.unknown, o.sensitive = unknown, sensitive
	return o
}

// object reads the attributes of a resource. What cannot become a cty value
// is refused here, so that it need not be later.
func (s *stream) object() (*object, error) {
	kind := s.decoder.PeekKind()
	if kind != '{' {
		if err := s.pass(); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("an object was expected, not %s", article(nameOf(kind)))
	}
	if _, err := s.decoder.ReadToken(); err != nil {
		return nil, &broken{err}
	}
	s.names, s.values, s.ends = s.names[:0], s.values[:0], s.ends[:0]
	for s.decoder.PeekKind() != '}' {
		for _, to := range []*[]byte{&s.names, &s.values} {
			raw, err := s.value()
			if err != nil {
				return nil, err
			}
			*to = append(*to, raw...)
		}
		s.ends = append(s.ends, uint32(len(s.values))) // a document is shorter than 4 GiB
	}
	if _, err := s.decoder.ReadToken(); err != nil {
		return nil, &broken{err}
	}
	s.objects++
	o := &object{
		shape: s.shapeOf(s.names), text: slices.Clone(s.values), ends: slices.Clone(s.ends), recent: s.recent, number: s.objects,
	}
	if oddNumber(o.text) {
		if _, err := o.all(); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// shapeOf returns the shape of names as they are written, one after the other.
func (s *stream) shapeOf(names []byte) *shape {
	if known := s.shapes[string(names)]; known != nil {
		return known
	}
	made := &shape{at: map[string]int{}}
	for rest := names; len(rest) > 0; {
		raw := firstString(rest)
		rest = rest[len(raw):]
		name := s.shared(raw)
		made.at[name] = len(made.names)
		made.names = append(made.names, name)
	}
	s.shapes[string(names)] = made
	return made
}

// firstString returns the JSON string that text begins with.
func firstString(text []byte) []byte {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return text[:i+1]
		}
	}
	return text
}

// oddNumber reports whether valid JSON holds a number that may be out of
// range: one with an exponent, or of very many digits.
func oddNumber(text []byte) bool {
	const digits = 100 // of the range's 600
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			i += len(firstString(text[i:])) - 1
		case '0' <= c && c <= '9':
			start := i
			for i+1 < len(text) && (text[i+1] == '.' || '0' <= text[i+1] && text[i+1] <= '9') {
				i++
			}
			if i-start > digits || i+1 < len(text) && text[i+1]|0x20 == 'e' {
				return true
			}
		}
	}
	return false
}

func article(kind string) string {
	if kind == "array" || kind == "object" {
		return "an " + kind
	}
	return "a " + kind
}

// has reports whether the object has the attribute, be it null or unknown.
func (o *object) has(name string) bool {
	_, ok := o.shape.at[name]
	return ok || o.unknown != nil && o.unknown.below[name] != nil
}

// attr returns an attribute, null when there is none.
func (o *object) attr(name string) cty.Value {
	if !o.has(name) {
		return cty.NullVal(cty.DynamicPseudoType)
	}
	index, written := o.shape.at[name]
	if !written {
		return o.sure(name)
	}
	v, known := o.recent.get(o, index)
	if !known {
		v = o.sure(name)
		o.recent.put(o, index, v)
	}
	return v
}

func (o *object) sure(name string) cty.Value {
	v, err := o.make(name)
	if err != nil {
		return cty.DynamicVal // cannot be: what is out of range has been refused
	}
	return v
}

func (o *object) make(name string) (cty.Value, error) {
	unknown, sensitive := o.unknown.at(name), o.sensitive.at(name)
	i, ok := o.shape.at[name]
	if !ok {
		return build(nil, unknown, sensitive)
	}
	text := o.written(i)
	if unknown == nil {
		if v, rest, err := known(text, sensitive); err == nil && len(rest) == 0 {
			return v, nil
		}
	}
	return build(treeOf(text), unknown, sensitive)
}

// written returns the value of an attribute as it is written.
func (o *object) written(i int) json.RawMessage {
	start := uint32(0)
	if i > 0 {
		start = o.ends[i-1]
	}
	return json.RawMessage(o.text[start:o.ends[i]])
}

// all returns the object as a whole.
func (o *object) all() (cty.Value, error) {
	attrs := map[string]cty.Value{}
	names := slices.Clone(o.shape.names)
	if o.unknown != nil {
		for name := range o.unknown.below {
			names = append(names, name)
		}
	}
	for _, name := range names {
		v, err := o.make(name)
		if err != nil {
			return cty.NilVal, fmt.Errorf("%s: %w", name, err)
		}
		attrs[name] = v
	}
	if len(attrs) == 0 {
		return marked(cty.EmptyObjectVal, o.sensitive), nil
	}
	return cty.ObjectVal(attrs), nil
}
