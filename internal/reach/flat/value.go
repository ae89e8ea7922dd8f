package flat

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// Text returns the string at a dotted path below the resource, empty when it
// is not set or not known.
func Text(r *tfstate.Resource, path string) string {
	s, _ := tfstate.String(reach.Value(r, path))
	return s
}

// Value returns the value at path. It is null where the value is known only
// after apply because the configuration leaves it to the provider.
func Value(r *tfstate.Resource, path string) cty.Value {
	v := reach.Value(r, path)
	set, known := r.Configured(path)
	if tfstate.Unknown(v) && known && !set && r.Mode == tfstate.Managed {
		return cty.NullVal(cty.DynamicPseudoType)
	}
	return v
}

// Flag is a bool that may not be known. The zero value is No.
type Flag int

// The flags.
const (
	No Flag = iota
	Yes
	Unsure
)

// FlagAt reads the bool at path; otherwise stands for one that is not set.
func FlagAt(r *tfstate.Resource, path string, otherwise bool) Flag {
	v := Value(r, path)
	b, ok := tfstate.Bool(v)
	if !ok {
		b = otherwise
	}
	switch {
	case tfstate.Unknown(v):
		return Unsure
	case b:
		return Yes
	}
	return No
}

// FlagIf returns Yes for what is certain and Unsure for what is not.
func FlagIf(certain bool) Flag {
	if certain {
		return Yes
	}
	return Unsure
}

// Either is the disjunction of flags.
func Either(flags ...Flag) Flag {
	answer := No
	for _, f := range flags {
		switch f {
		case Yes:
			return Yes
		case Unsure:
			answer = Unsure
		}
	}
	return answer
}

// Meet reports whether two references have an end in common.
func Meet(a, b reach.Links) Flag {
	answer := No
	for _, l := range a.Links {
		for _, m := range b.Links {
			if l.To != nil && l.To == m.To || l.ID != "" && l.ID == m.ID {
				if l.Certain && m.Certain {
					return Yes
				}
				answer = Unsure
			}
		}
	}
	if a.Unknown && !b.Unset || b.Unknown && !a.Unset {
		return Unsure
	}
	return answer
}

// Bracketed turns the path "rule.0.ports" into "rule[0].ports".
func Bracketed(path string) string {
	parts := strings.Split(path, ".")
	var b strings.Builder
	for i, part := range parts {
		switch _, err := strconv.Atoi(part); {
		case err == nil:
			b.WriteString("[" + part + "]")
		case i > 0:
			b.WriteString("." + part)
		default:
			b.WriteString(part)
		}
	}
	return b.String()
}

// Join appends a name to a path that may be empty.
func Join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// Printable renders values for a reader, at most a few of them. Sensitive ones
// are not shown.
func Printable(values ...cty.Value) string {
	const shown = 4
	var texts []string
	for i, v := range values {
		if i == shown && len(values) > shown+1 {
			texts = append(texts, "others")
			break
		}
		if text := exposure.CleanLine(exposure.Cut(tfstate.Printable(v), 200)); !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return Enumerate(texts)
}

// Enumerate joins texts as a sentence does: "a, b and c".
func Enumerate(texts []string) string {
	if len(texts) < 2 {
		return strings.Join(texts, "")
	}
	return strings.Join(texts[:len(texts)-1], ", ") + " and " + texts[len(texts)-1]
}

// Sorted returns the distinct, non-empty texts in order, never nil.
func Sorted(list ...string) []string {
	out := slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == "" })
	slices.Sort(out)
	return append([]string{}, slices.Compact(out)...)
}
