package settings

import (
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// Problem is a declared value that cannot be used.
type Problem struct {
	Path    []string // "limits", "connect_timeout"; list indexes are decimal; never empty
	Message string   // a clause that follows the path, without full stop
}

// Error returns "limits.connect_timeout: ...".
func (p Problem) Error() string { return strings.Join(p.Path, ".") + ": " + p.Message }

func (p *parser) fail(path []string, format string, args ...any) {
	p.problems = append(p.problems, Problem{path, fmt.Sprintf(format, args...)})
}

// convert returns v as a known value of the type, and whether there is one:
// null and unknown values are none, and others of another type are a problem.
func (p *parser) convert(path []string, v cty.Value, want cty.Type) (cty.Value, bool) {
	if v == cty.NilVal || v.IsNull() || !v.IsKnown() {
		return cty.NilVal, false
	}
	converted, err := convert.Convert(v, want)
	if err != nil {
		p.fail(path, "has to be %s, not %s", wanted(want), given(v.Type()))
		return cty.NilVal, false
	}
	return converted, true
}

// object returns the known attributes of an object.
func (p *parser) object(path []string, v cty.Value, types map[string]cty.Type) map[string]cty.Value {
	attrs := map[string]cty.Value{}
	if v == cty.NilVal || v.IsNull() || !v.IsKnown() {
		return attrs
	}
	names := slices.Sorted(maps.Keys(types))
	if !v.Type().IsObjectType() && !v.Type().IsMapType() {
		p.fail(path, "has to be an object with some of %s, not %s", strings.Join(names, ", "), given(v.Type()))
		return attrs
	}
	values := v.AsValueMap()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		value, at := values[name], append(slices.Clone(path), name)
		want, ok := types[name]
		if !ok {
			p.fail(at, "no such attribute; there are %s", strings.Join(names, ", "))
			continue
		}
		if converted, ok := p.convert(at, value, want); ok {
			attrs[name] = converted
		}
	}
	return attrs
}

func wanted(t cty.Type) string {
	switch {
	case t == cty.Bool:
		return "true or false"
	case t.IsListType():
		return `a list of strings such as ["one", "two"]`
	case t.IsMapType():
		return `a map of strings such as { name = "value" }`
	}
	return "a " + t.FriendlyName()
}

// given names the type of a value in a user's words: HCL's tuple is their list.
func given(t cty.Type) string {
	switch {
	case t.IsTupleType() || t.IsListType() || t.IsSetType():
		return "this list"
	case t.IsObjectType() || t.IsMapType():
		return "this object"
	}
	return "this " + t.FriendlyName()
}

// elements returns the known elements of a list, none for NilVal.
func elements(v cty.Value) []cty.Value {
	if v == cty.NilVal || v.IsNull() || !v.IsKnown() {
		return nil
	}
	return slices.DeleteFunc(v.AsValueSlice(), func(e cty.Value) bool { return !e.IsKnown() })
}

func (p *parser) strings(path []string, v cty.Value) []string {
	var out []string
	for _, e := range elements(v) {
		if e.IsNull() || e.AsString() == "" {
			p.fail(path, "holds an empty value")
			continue
		}
		out = append(out, e.AsString())
	}
	return out
}

func (p *parser) duration(path []string, v cty.Value, to *time.Duration, low, high time.Duration) {
	d, err := time.ParseDuration(v.AsString())
	switch {
	case err != nil && !spelled.MatchString(v.AsString()):
		p.fail(path, "%q is not a duration such as \"90s\", \"15m\" or \"24h\"", v.AsString())
	case err != nil, d < low, d > high: // an error that remains is more than a Duration holds
		p.fail(path, "%s is not between %s and %s", v.AsString(), short(low), short(high))
	default:
		*to = d
	}
}

// spelled matches durations, also those that are too long for time.Duration.
var spelled = regexp.MustCompile(`^[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h))+$`)

// short prints a duration as users write it: "1m" instead of "1m0s".
func short(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

func (p *parser) number(path []string, v cty.Value, low, high float64, set func(float64)) {
	f, _ := v.AsBigFloat().Float64()
	if f < low || f > high {
		p.fail(path, "%s is not between %.0f and %.0f", v.AsBigFloat().Text('g', 10), low, high)
		return
	}
	set(f)
}

func (p *parser) whole(path []string, v cty.Value, low, high float64, set func(int64)) {
	p.number(path, v, low, high, func(float64) {
		n, accuracy := v.AsBigFloat().Int64()
		if accuracy != big.Exact {
			p.fail(path, "%s is not a whole number", v.AsBigFloat().Text('g', 10))
			return
		}
		set(n)
	})
}

// ParsePorts reads ports as users write them: "443", "8000-8100", "all". Port
// 0 cannot be probed and is refused. The ranges are merged and ascending;
// problems are clauses without full stop.
func ParsePorts(texts []string) (ranges []exposure.PortRange, problems []string) {
	for _, text := range texts {
		r, err := exposure.ParsePortRange(text)
		switch {
		case err != nil:
			problems = append(problems, err.Error())
			continue
		case text == "all":
			r.Lo = 1
		case r.Lo == 0:
			problems = append(problems, fmt.Sprintf("port %q holds port 0, which no service can use", text))
			continue
		}
		ranges = append(ranges, r)
	}
	return exposure.MergePortRanges(ranges), problems
}
