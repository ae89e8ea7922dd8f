package tfstate

import (
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// bare returns v without marks, and null for cty.NilVal.
func bare(v cty.Value) cty.Value {
	if v == cty.NilVal {
		return cty.NullVal(cty.DynamicPseudoType)
	}
	v, _ = v.Unmark()
	return v
}

// Unknown reports whether v as a whole is known only after apply.
func Unknown(v cty.Value) bool { return !bare(v).IsKnown() }

// Null reports whether v is null: the argument was omitted. An unknown value
// is not null.
func Null(v cty.Value) bool {
	v = bare(v)
	return v.IsKnown() && v.IsNull()
}

// IsSensitive reports whether v or anything inside it is marked Sensitive.
func IsSensitive(v cty.Value) bool { return v != cty.NilVal && v.ContainsMarked() }

// String returns a string, number or bool as text, whether it is sensitive or
// not. ok is false when v is null, unknown or no such value.
func String(v cty.Value) (s string, ok bool) {
	v = bare(v)
	if !v.IsKnown() || v.IsNull() || !v.Type().IsPrimitiveType() {
		return "", false
	}
	if v.Type() == cty.String {
		return v.AsString(), true
	}
	v, err := convert.Convert(v, cty.String)
	if err != nil {
		return "", false
	}
	return v.AsString(), true
}

// Bool returns a bool, also when it is written as "true", "false", "1" or "0"
// as in an old state. ok is false for anything else.
func Bool(v cty.Value) (b, ok bool) {
	s, ok := String(v)
	if !ok {
		return false, false
	}
	switch s {
	case "true", "1":
		return true, true
	case "false", "0":
		return false, true
	default:
		return false, false
	}
}

// Int returns a whole number, also when it is written as a string. ok is false
// for anything else and for numbers beyond the range of int.
func Int(v cty.Value) (n int, ok bool) {
	number := bare(v)
	if number.Type() != cty.Number || !number.IsKnown() || number.IsNull() {
		s, ok := String(v)
		if !ok {
			return 0, false
		}
		var err error
		if number, err = cty.ParseNumberVal(strings.TrimSpace(s)); err != nil {
			return 0, false
		}
	}
	n64, accuracy := number.AsBigFloat().Int64()
	if accuracy != 0 || int64(int(n64)) != n64 {
		return 0, false
	}
	return int(n64), true
}

// Elements returns the elements of a list or set in their order in the file,
// or v itself as the only element when it is an object: a block of nesting
// mode single. It is empty when v is null, unknown as a whole (ask Unknown) or
// primitive. Marks of v pass to its elements.
func Elements(v cty.Value) []cty.Value {
	if v == cty.NilVal {
		return nil
	}
	bare, marks := v.Unmark()
	if !bare.IsKnown() || bare.IsNull() {
		return nil
	}
	t := bare.Type()
	switch {
	case t.IsObjectType() || t.IsMapType():
		return []cty.Value{v}
	case t.IsTupleType() || t.IsListType() || t.IsSetType():
		elements := elementsOf(bare)
		if len(marks) > 0 {
			for i := range elements {
				elements[i] = elements[i].WithMarks(marks)
			}
		}
		return elements
	default:
		return nil
	}
}

// Element returns what Elements has at index i, and ok false when there is
// nothing at it. It makes no list of the others.
func Element(v cty.Value, i int) (element cty.Value, ok bool) {
	if v != cty.NilVal {
		bare, marks := v.Unmark()
		if bare.IsKnown() && !bare.IsNull() && bare.Type().IsTupleType() {
			if i < 0 || i >= bare.LengthInt() {
				return cty.NilVal, false
			}
			return bare.Index(ordinal(i)).WithMarks(marks), true
		}
	}
	elements := Elements(v)
	if i < 0 || i >= len(elements) {
		return cty.NilVal, false
	}
	return elements[i], true
}

// elementsOf is AsValueSlice without a number made for every element, which
// for a tuple, the form of all lists of a file, costs more than the elements.
func elementsOf(list cty.Value) []cty.Value {
	if !list.Type().IsTupleType() {
		return list.AsValueSlice()
	}
	n := list.LengthInt()
	if n == 0 {
		return nil
	}
	elements := make([]cty.Value, n)
	for i := range elements {
		elements[i] = list.Index(ordinal(i))
	}
	return elements
}

// ordinals are the indexes that nearly all lists get by with.
var ordinals = func() (all [64]cty.Value) {
	for i := range all {
		all[i] = cty.NumberIntVal(int64(i))
	}
	return all
}()

func ordinal(i int) cty.Value {
	if i < len(ordinals) {
		return ordinals[i]
	}
	return cty.NumberIntVal(int64(i))
}

// Strings returns the known elements of a list or set of strings, and how
// many are unknown. A single string counts as a list of one; null elements
// count as absent. When v is unknown as a whole, unknown is 1.
func Strings(v cty.Value) (known []string, unknown int) {
	known = []string{}
	if Unknown(v) {
		return known, 1
	}
	if s, ok := String(v); ok {
		return append(known, s), 0
	}
	for _, element := range Elements(v) {
		s, ok := String(element)
		switch {
		case ok:
			known = append(known, s)
		case Unknown(element):
			unknown++
		}
	}
	return known, unknown
}

// Printable renders v for a reader: "(sensitive)" when any of it is marked,
// "(known after apply)" for what is unknown, "null" for null, a list in
// brackets and an object in braces with its attributes in the order of their
// names. The text is as hostile as the file it came from.
func Printable(v cty.Value) string {
	if IsSensitive(v) {
		return "(sensitive)"
	}
	var b strings.Builder
	write(&b, bare(v))
	return b.String()
}

func write(b *strings.Builder, v cty.Value) {
	switch {
	case !v.IsKnown():
		b.WriteString("(known after apply)")
	case v.IsNull():
		b.WriteString("null")
	case v.Type().IsPrimitiveType():
		s, _ := String(v)
		b.WriteString(s)
	case v.Type().IsObjectType() || v.Type().IsMapType():
		b.WriteByte('{')
		separator := ""
		for it := v.ElementIterator(); it.Next(); separator = ", " {
			key, element := it.Element()
			b.WriteString(separator + key.AsString() + " = ")
			write(b, element)
		}
		b.WriteByte('}')
	default:
		b.WriteByte('[')
		for i, element := range Elements(v) {
			if i > 0 {
				b.WriteString(", ")
			}
			write(b, element)
		}
		b.WriteByte(']')
	}
}
