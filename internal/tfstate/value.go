package tfstate

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/zclconf/go-cty/cty"
)

// maxExponent bounds numbers to twice the range of a float64, as a power of
// two: a number such as 1e999999999 would be gigabytes long when written out.
const maxExponent = 2048

// decodeObject turns a JSON object into a cty object. The file has no schema,
// so every array becomes a tuple, whether it is a list or a set; every object
// an object, whether it is a block or a map. Null stays null.
func decodeObject(raw json.RawMessage) (cty.Value, error) {
	tree := treeOf(raw)
	if _, ok := tree.(map[string]any); !ok {
		return cty.NilVal, fmt.Errorf("an object was expected, not %s", kindOf(tree))
	}
	return build(tree, nil, nil)
}

// build turns a decoded value into a cty value. What the masks single out
// becomes unknown or is marked Sensitive leaf by leaf; unknown parts need not
// be in the tree.
func build(tree any, unknown, sensitive *mask) (cty.Value, error) {
	if unknown.all() {
		return marked(cty.DynamicVal, sensitive), nil
	}
	switch tree := tree.(type) {
	case map[string]any:
		return buildObject(tree, unknown, sensitive)
	case []any:
		return buildTuple(tree, unknown, sensitive)
	}
	if unknown.partial() {
		return buildUnknownParts(tree, unknown, sensitive)
	}
	leaf, err := buildLeaf(tree)
	if err != nil {
		return cty.NilVal, err
	}
	return marked(leaf, sensitive), nil
}

// buildUnknownParts builds a value whose known parts are not in the JSON:
// terraform leaves out what is not known yet.
func buildUnknownParts(tree any, unknown, sensitive *mask) (cty.Value, error) {
	switch {
	case tree != nil: // the two pictures contradict each other
		return marked(cty.DynamicVal, sensitive), nil
	case unknown.list:
		return buildTuple(nil, unknown, sensitive)
	default:
		return buildObject(nil, unknown, sensitive)
	}
}

func buildObject(tree map[string]any, unknown, sensitive *mask) (cty.Value, error) {
	attrs := make(map[string]cty.Value, len(tree))
	for name, part := range tree {
		v, err := build(part, unknown.at(name), sensitive.at(name))
		if err != nil {
			return cty.NilVal, fmt.Errorf("%s: %w", name, err)
		}
		attrs[name] = v
	}
	if unknown != nil {
		for name, part := range unknown.below {
			if _, ok := tree[name]; ok {
				continue
			}
			v, err := build(nil, part, sensitive.at(name))
			if err != nil {
				return cty.NilVal, fmt.Errorf("%s: %w", name, err)
			}
			attrs[name] = v
		}
	}
	if len(attrs) == 0 {
		return marked(cty.EmptyObjectVal, sensitive), nil
	}
	return cty.ObjectVal(attrs), nil
}

func buildTuple(tree []any, unknown, sensitive *mask) (cty.Value, error) {
	elements := make([]cty.Value, 0, len(tree))
	for i, part := range tree {
		name := strconv.Itoa(i)
		v, err := build(part, unknown.at(name), sensitive.at(name))
		if err != nil {
			return cty.NilVal, fmt.Errorf("%d: %w", i, err)
		}
		elements = append(elements, v)
	}
	// Terraform writes null for an unknown element, other tools leave it out.
	for i, last := len(tree), unknown.lastIndex(); i <= last; i++ {
		name := strconv.Itoa(i)
		v, err := build(nil, unknown.at(name), sensitive.at(name))
		if err != nil {
			return cty.NilVal, fmt.Errorf("%d: %w", i, err)
		}
		elements = append(elements, v)
	}
	if len(elements) == 0 {
		return marked(cty.EmptyTupleVal, sensitive), nil
	}
	return cty.TupleVal(elements), nil
}

// buildLeaf converts null, a bool, a number or a string.
func buildLeaf(tree any) (cty.Value, error) {
	switch tree := tree.(type) {
	case bool:
		return cty.BoolVal(tree), nil
	case string:
		return cty.StringVal(tree), nil
	case json.Number:
		return buildNumber(tree.String())
	default:
		return cty.NullVal(cty.DynamicPseudoType), nil
	}
}

func buildNumber(text string) (cty.Value, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		if 0 <= n && n < int64(len(ordinals)) {
			return ordinals[n], nil
		}
		return cty.NumberIntVal(n), nil
	}
	v, err := cty.ParseNumberVal(text)
	if err != nil {
		return cty.NilVal, fmt.Errorf("%.20q is no number", text)
	}
	f := v.AsBigFloat()
	if exponent := f.MantExp(nil); f.IsInf() || exponent > maxExponent || exponent < -maxExponent {
		return cty.NilVal, fmt.Errorf("the number %.20s is out of range", text)
	}
	return v, nil
}

// marked marks a value that has no parts. A mask that leads further than the
// value goes marks it too: it is better to hide too much.
func marked(v cty.Value, sensitive *mask) cty.Value {
	if sensitive == nil {
		return v
	}
	return v.Mark(Sensitive)
}

func kindOf(tree any) string {
	switch tree.(type) {
	case nil:
		return "null"
	case bool:
		return "a bool"
	case string:
		return "a string"
	case []any:
		return "an array"
	case map[string]any:
		return "an object"
	default:
		return "a number"
	}
}
