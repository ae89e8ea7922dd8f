package tfstate

import "github.com/zclconf/go-cty/cty"

// known returns the value that text begins with, of which nothing is unknown,
// and what follows it. It is what build makes of the tree of the text, without
// the tree. After an error ask build, which knows the place: of equal names it
// sees the last alone.
func known(text []byte, sensitive *mask) (v cty.Value, rest []byte, err error) {
	if len(text) == 0 {
		return marked(cty.NullVal(cty.DynamicPseudoType), sensitive), nil, nil
	}
	switch text[0] {
	case '{':
		return knownObject(text[1:], sensitive)
	case '[':
		return knownTuple(text[1:], sensitive)
	}
	switch c := text[0]; {
	case c == '"':
		raw := firstString(text)
		v, rest = cty.StringVal(unquoted(raw)), text[len(raw):]
	case isOfNumber(c):
		end := numberEnd(text)
		v, err = buildNumber(string(text[:end]))
		rest = text[end:]
	default:
		var leaf any
		leaf, rest = tree(text)
		v, err = buildLeaf(leaf)
	}
	if err != nil {
		return cty.NilVal, nil, err
	}
	return marked(v, sensitive), rest, nil
}

// knownObject returns an object whose brace has been read.
func knownObject(text []byte, sensitive *mask) (v cty.Value, rest []byte, err error) {
	attrs := map[string]cty.Value{}
	text = skipSpace(text)
	for len(text) > 0 && text[0] != '}' {
		raw := firstString(text)
		text = skipSpace(text[len(raw):])
		name := unquoted(raw)
		if v, text, err = known(skipSpace(text[1:]), sensitive.at(name)); err != nil {
			return cty.NilVal, nil, err
		}
		attrs[name] = v
		text = skipComma(text)
	}
	rest = text[min(1, len(text)):]
	if len(attrs) == 0 {
		return marked(cty.EmptyObjectVal, sensitive), rest, nil
	}
	return cty.ObjectVal(attrs), rest, nil
}

// knownTuple returns an array whose bracket has been read.
func knownTuple(text []byte, sensitive *mask) (v cty.Value, rest []byte, err error) {
	var elements []cty.Value
	text = skipSpace(text)
	for len(text) > 0 && text[0] != ']' {
		if v, text, err = known(text, sensitive.element(len(elements))); err != nil {
			return cty.NilVal, nil, err
		}
		elements = append(elements, v)
		text = skipComma(text)
	}
	rest = text[min(1, len(text)):]
	if len(elements) == 0 {
		return marked(cty.EmptyTupleVal, sensitive), rest, nil
	}
	return cty.TupleVal(elements), rest, nil
}
