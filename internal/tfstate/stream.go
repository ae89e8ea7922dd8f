package tfstate

import (
	"encoding/json"
	"errors"
	"io"

	// The draft of encoding/json/v2, which reads a document in pieces and keeps
	// none of it. Go has it itself only with GOEXPERIMENT=jsonv2.
	"github.com/go-json-experiment/json/jsontext"
)

// stream reads one JSON document from its start to its end, in pieces. Every
// method returns errors of two kinds: a refusal, after which the document can
// be read on, and a broken one, after which it cannot.
type stream struct {
	decoder *jsontext.Decoder
	wanted  wanted
	shapes  map[string]*shape
	strings map[string]string
	sources map[string]string // of providers, by what the document says of them
	recent  *recent
	objects uint32 // how many there are

	// Scratch space of object.
	names, values []byte
	ends          []uint32
}

// broken is an error in the text, or in reading it.
type broken struct{ err error }

func (b *broken) Error() string { return b.err.Error() }
func (b *broken) Unwrap() error { return b.err }

func isBroken(err error) bool {
	if err == nil {
		return false
	}
	var b *broken
	return errors.As(err, &b)
}

func newStream(r io.Reader, wanted wanted) *stream {
	// encoding/json, and so terraform, takes the last of equal names and mends
	// what is no UTF-8.
	decoder := jsontext.NewDecoder(r, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	return &stream{decoder: decoder, wanted: wanted, shapes: map[string]*shape{}, strings: map[string]string{}, sources: map[string]string{}, recent: &recent{}}
}

// value returns the next value as it is written, valid until the next call.
func (s *stream) value() (json.RawMessage, error) {
	raw, err := s.decoder.ReadValue()
	if err != nil {
		return nil, &broken{err}
	}
	return json.RawMessage(raw), nil
}

// keep returns the next value as it is written.
func (s *stream) keep(to *json.RawMessage) error {
	raw, err := s.value()
	*to = append(json.RawMessage(nil), raw...)
	return err
}

func (s *stream) keepWanted(wanted bool, to *json.RawMessage) error {
	if !wanted {
		return s.pass()
	}
	return s.keep(to)
}

// pass passes over the next value.
func (s *stream) pass() error {
	if err := s.decoder.SkipValue(); err != nil {
		return &broken{err}
	}
	return nil
}

// null passes over the next value if it is null.
func (s *stream) null() (bool, error) {
	if s.decoder.PeekKind() != 'n' {
		return false, nil
	}
	return true, s.pass()
}

// there reads a value if it is not null, and says so.
func (s *stream) there(to *bool, read func() error) error {
	if null, err := s.null(); null || err != nil {
		return err
	}
	*to = true
	return read()
}

// bool reads true, false or null. Anything else makes the document one that
// cannot be understood.
func (s *stream) bool(to **bool) error {
	raw, err := s.value()
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, to); err != nil {
		return &broken{err}
	}
	return nil
}

// string reads a string that many resources share, see shared. Null leaves it
// as it is, as in encoding/json.
func (s *stream) string(field string, to *string) error {
	return s.aString(field, to, s.shared)
}

// source reads the name of a provider and keeps its source address.
func (s *stream) source(field string, to *string) error {
	return s.aString(field, to, func(raw []byte) string {
		source, ok := s.sources[string(raw)]
		if !ok {
			source = providerSource(unquoted(raw))
			s.sources[string(raw)] = source
		}
		return source
	})
}

// text reads a string that is like no other.
func (s *stream) text(field string, to *string) error {
	return s.aString(field, to, unquoted)
}

func (s *stream) aString(field string, to *string, read func([]byte) string) error {
	switch kind := s.decoder.PeekKind(); kind {
	case '"':
		raw, err := s.value()
		if err == nil {
			*to = read(raw)
		}
		return err
	case 'n', jsontext.KindInvalid:
		return s.pass()
	default:
		return s.mismatch(field)
	}
}

// shared returns the text of a JSON string. Types, modules and providers are
// the same in many resources, and held once.
func (s *stream) shared(raw []byte) string {
	text, ok := s.strings[string(raw)]
	if !ok {
		text = unquoted(raw)
		s.strings[string(raw)] = text
	}
	return text
}

// mismatch passes over a value of a kind that does not belong there.
func (s *stream) mismatch(field string) error {
	kind := s.decoder.PeekKind()
	if err := s.pass(); err != nil {
		return err
	}
	return wrongKind(field, nameOf(kind))
}

// wrongKind refuses a value. field is its name, "" for an element.
func wrongKind(field, kind string) error {
	if field == "" {
		field = "it"
	}
	return refusal("%s is of the JSON type %s, which no state or plan has there", label(field), kind)
}

// nameOf names a kind as encoding/json does.
func nameOf(kind jsontext.Kind) string {
	switch kind {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case '0':
		return "number"
	case 'n':
		return "null"
	default:
		return "bool"
	}
}

// members calls read for the name of every member of an object, to read its
// value. Null has no members. Refusals of members do not end it: the first of
// them is returned when the object is read.
func (s *stream) members(field string, read func(name string) error) error {
	if s.decoder.PeekKind() == '{' {
		return s.each('}', func() error {
			name, err := s.value()
			if err != nil {
				return err
			}
			return read(s.shared(name))
		})
	}
	return s.other(field)
}

// elements calls read for every element of an array, as members does.
func (s *stream) elements(field string, read func() error) error {
	if s.decoder.PeekKind() == '[' {
		return s.each(']', read)
	}
	return s.other(field)
}

func (s *stream) other(field string) error {
	if null, err := s.null(); null || err != nil {
		return err
	}
	return s.mismatch(field)
}

func (s *stream) each(end jsontext.Kind, read func() error) error {
	if _, err := s.decoder.ReadToken(); err != nil {
		return &broken{err}
	}
	var first error
	for s.decoder.PeekKind() != end {
		if err := read(); isBroken(err) {
			return err
		} else if first == nil {
			first = err
		}
	}
	if _, err := s.decoder.ReadToken(); err != nil {
		return &broken{err}
	}
	return first
}

// end makes sure that nothing follows the document.
func (s *stream) end() error {
	switch _, err := s.decoder.ReadToken(); {
	case err == nil:
		return &broken{errors.New("something follows the JSON")}
	case !errors.Is(err, io.EOF):
		return &broken{err}
	}
	return nil
}

// unquoted returns the text of a JSON string. encoding/json decides about what
// is no UTF-8.
func unquoted(raw []byte) string {
	for _, c := range raw[1 : len(raw)-1] {
		if c == '\\' || c >= 0x80 {
			var s string
			_ = json.Unmarshal(raw, &s) // the text is valid: the decoder has read it
			return s
		}
	}
	return string(raw[1 : len(raw)-1])
}
