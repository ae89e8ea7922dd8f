package tfstate

import (
	"encoding/json"

	"github.com/zclconf/go-cty/cty"
)

// ReadLimited lets tests lower the limit, which is too high to be reached.
var ReadLimited = readLimited

// TreeOf lets tests hold it against encoding/json.
var TreeOf = treeOf

// Known and Built let tests hold the two ways to make a value against each
// other.
func Known(text, sensitive string) cty.Value {
	o := &object{shape: &shape{names: []string{"v"}, at: map[string]int{"v": 0}}, text: []byte(text), ends: []uint32{uint32(len(text))}}
	v, err := o.masked(nil, below("v", newMask(json.RawMessage(sensitive)))).make("v")
	if err != nil {
		return cty.NilVal
	}
	return v
}

func Built(text, sensitive string) cty.Value {
	v, err := build(treeOf(json.RawMessage(text)), nil, newMask(json.RawMessage(sensitive)))
	if err != nil {
		return cty.NilVal
	}
	return v
}

func below(name string, part *mask) *mask {
	m := &mask{}
	m.set(name, part)
	return m
}
