package flat

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// SourceAt reads the address ranges in the argument at path, a text or a list
// of texts, and how to show them. An empty argument admits nobody.
func SourceAt(r *tfstate.Resource, path string) (reach.Source, string) {
	return SourceOf(r, path, Value(r, path))
}

// SourceOf is SourceAt for a value that was read from there.
func SourceOf(r *tfstate.Resource, path string, v cty.Value) (source reach.Source, shown string) {
	elements := tfstate.Elements(v)
	if text, single := tfstate.String(v); single && text != "" {
		elements = []cty.Value{v}
	}
	if tfstate.Unknown(v) {
		source.Doubt, source.Gap = reach.Pending, AfterApply(r, path, "the source of a rule")
		return source, "(known after apply)"
	}
	for _, element := range elements {
		written, known := tfstate.String(element)
		set, ok := reach.ParseSource(written)
		switch {
		case !known && tfstate.Null(element):
		case known && ok:
			source.Set = source.Set.Union(set)
			source.Hidden = source.Hidden || tfstate.IsSensitive(element)
		case !known:
			source.Doubt, source.Gap = reach.Pending, AfterApply(r, path, "a source of a rule")
		default:
			source.Doubt, source.Gap = reach.Pending, Unreadable(r, path, Printable(element)+" is no address range")
		}
	}
	if len(elements) == 0 {
		return source, "nobody"
	}
	return source, Printable(elements...)
}

// Inside adds sources that are no internet hosts, named in the argument at
// path, to those of a rule. kind says what they are: "droplets".
func Inside(source reach.Source, shown string, r *tfstate.Resource, path, kind string) (reach.Source, string) {
	v := Value(r, path)
	if len(tfstate.Elements(v)) == 0 && !tfstate.Unknown(v) {
		return source, shown
	}
	name := kind + " " + Printable(tfstate.Elements(v)...)
	if tfstate.Unknown(v) {
		name = kind + " known after apply"
	}
	source.Internal = append(source.Internal, name)
	return source, strings.TrimPrefix(shown+" and "+name, "nobody and ")
}
