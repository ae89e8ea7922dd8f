package reach

import (
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// Misread returns the gap of a value that is there and makes no sense: a port
// with a fraction, a range the wrong way round. attribute is as reports show it,
// shown the value, without what is sensitive; it is empty when there is none.
func Misread(r *tfstate.Resource, attribute, what, shown string) exposure.Gap {
	reason := what + " is not understood: " + exposure.CleanLine(exposure.Cut(shown, 200))
	if shown == "" {
		reason = what + " is not told"
	}
	return exposure.Gap{Resource: r.Address, Attribute: attribute, Reason: reason, Remedy: "Correct " + attribute + " of " + r.Address}
}

// Senseless reports whether v is known and set, and no whole number.
func Senseless(v cty.Value) bool {
	if tfstate.Null(v) || tfstate.Unknown(v) {
		return false
	}
	_, ok := tfstate.Int(v)
	return !ok
}

// NoBlocks reports whether v, which should be a list of blocks, holds something
// else, and shows a reader what. Null and what is known only after apply are
// no such thing as the whole list; as a part of it null is.
func NoBlocks(v cty.Value) (shown string, found bool) {
	if tfstate.Null(v) || tfstate.Unknown(v) {
		return "", false
	}
	if t := v.Type(); t.IsPrimitiveType() {
		return tfstate.Printable(v), true
	}
	for _, part := range tfstate.Elements(v) {
		if t := part.Type(); tfstate.Null(part) || !tfstate.Unknown(part) && !t.IsObjectType() && !t.IsMapType() {
			return tfstate.Printable(part), true
		}
	}
	return "", false
}
