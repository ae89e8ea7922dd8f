package tfstate

import "github.com/zclconf/go-cty/cty"

// With returns a copy of r that has these values, an object, in the place of
// its own. It answers what would be if the resource were declared otherwise.
func (r *Resource) With(values cty.Value) Resource {
	other := *r
	other.Given, other.object = values, nil
	return other
}
