package settings

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"golang.org/x/net/http/httpguts"
)

// Problem is a declared value that cannot be used.
type Problem struct {
	Path    []string // "limits", "connect_timeout"; empty when it concerns the whole
	Message string   // a sentence without full stop
}

// Error returns "limits.connect_timeout: ...".
func (p Problem) Error() string {
	if len(p.Path) == 0 {
		return p.Message
	}
	return strings.Join(p.Path, ".") + ": " + p.Message
}

// attributes are the names users may write, with their types.
var attributes = map[string]cty.Type{
	"enabled":          cty.Bool,
	"scan_interval":    cty.String,
	"severity_policy":  cty.String,
	"custom_policy":    cty.String,
	"scope":            cty.ObjectWithOptionalAttrs(scopeTypes, slices.Collect(maps.Keys(scopeTypes))),
	"screenshots":      cty.Bool,
	"data_scanning":    cty.Bool,
	"http_ports":       cty.List(cty.String),
	"additional_ports": cty.List(cty.String),
	"limits":           cty.ObjectWithOptionalAttrs(limitTypes, slices.Collect(maps.Keys(limitTypes))),
	"user_agent":       cty.String,
	"request_headers":  cty.Map(cty.String),
}

var scopeTypes = map[string]cty.Type{
	"include_projects": cty.List(cty.String),
	"exclude_projects": cty.List(cty.String),
}

var limitTypes = map[string]cty.Type{
	"connections_per_second": cty.Number,
	"connections":            cty.Number,
	"connect_timeout":        cty.String,
	"http_timeout":           cty.String,
	"body_size":              cty.Number,
}

// Names returns the attribute names of a settings declaration, sorted.
func Names() []string { return slices.Sorted(maps.Keys(attributes)) }

// Parse reads a declaration. Absent, null and unknown values take their
// defaults. Without problems the settings are valid; with any they are not to
// be used. Problems are sorted by path.
func Parse(values map[string]cty.Value) (Settings, []Problem) {
	p := parser{s: Default()}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		want, ok := attributes[name]
		if !ok {
			p.fail([]string{name}, "no such setting; the settings are %s", strings.Join(Names(), ", "))
			continue
		}
		v, err := convert.Convert(values[name], want)
		if err != nil {
			p.fail([]string{name}, "%s", err)
			continue
		}
		if v.IsNull() || !v.IsKnown() {
			continue
		}
		p.set(name, v)
	}
	return p.s, p.problems
}

type parser struct {
	s        Settings
	problems []Problem
}

func (p *parser) fail(path []string, format string, args ...any) {
	p.problems = append(p.problems, Problem{path, fmt.Sprintf(format, args...)})
}

func (p *parser) set(name string, v cty.Value) {
	path := []string{name}
	switch name {
	case "enabled":
		p.s.Enabled = v.True()
	case "scan_interval":
		p.duration(path, v, &p.s.ScanInterval, time.Minute, 10*365*24*time.Hour)
	case "severity_policy":
		p.policy(path, v.AsString())
	case "custom_policy":
		p.s.CustomPolicy = v.AsString()
	case "scope":
		p.scope(v)
	case "screenshots":
		p.s.Screenshots = v.True()
	case "data_scanning":
		p.s.DataScanning = v.True()
	case "http_ports":
		p.s.HTTPPorts = p.ports(path, v)
	case "additional_ports":
		p.s.AddedPorts = p.ports(path, v)
	case "limits":
		p.limits(v)
	case "user_agent":
		p.userAgent(path, v.AsString())
	case "request_headers":
		p.headers(v)
	}
}

func (p *parser) duration(path []string, v cty.Value, to *time.Duration, low, high time.Duration) {
	if v.IsNull() || !v.IsKnown() {
		return
	}
	d, err := time.ParseDuration(v.AsString())
	switch {
	case err != nil:
		p.fail(path, "%q is not a duration such as \"90s\", \"15m\" or \"24h\"", v.AsString())
	case d < low || d > high:
		p.fail(path, "%s is not between %s and %s", v.AsString(), short(low), short(high))
	default:
		*to = d
	}
}

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

func (p *parser) policy(path []string, name string) {
	if !slices.Contains([]string{Permissive, Moderate, Strict}, name) {
		p.fail(path, "%q is none of permissive, moderate, strict; a policy of your own goes into custom_policy", name)
		return
	}
	p.s.SeverityPolicy = name
}

func (p *parser) scope(v cty.Value) {
	p.s.Scope.IncludeProjects = p.strings([]string{"scope", "include_projects"}, v.GetAttr("include_projects"))
	p.s.Scope.ExcludeProjects = p.strings([]string{"scope", "exclude_projects"}, v.GetAttr("exclude_projects"))
	if len(p.s.Scope.IncludeProjects) > 0 && len(p.s.Scope.ExcludeProjects) > 0 {
		p.fail([]string{"scope"}, "include_projects and exclude_projects cannot both be given")
	}
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

// elements returns the known elements of a list.
func elements(v cty.Value) []cty.Value {
	if v.IsNull() || !v.IsKnown() {
		return nil
	}
	return slices.DeleteFunc(v.AsValueSlice(), func(e cty.Value) bool { return !e.IsKnown() })
}

func (p *parser) ports(path []string, v cty.Value) []exposure.PortRange {
	ranges, problems := ParsePorts(p.strings(path, v))
	for _, message := range problems {
		p.fail(path, "%s", message)
	}
	return ranges
}

// ParsePorts reads ports as users write them: "443", "8000-8100", "all". Port
// 0 cannot be probed and is refused. The ranges are merged and ascending.
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

func (p *parser) limits(v cty.Value) {
	l := &p.s.Limits
	p.number([]string{"limits", "connections_per_second"}, v.GetAttr("connections_per_second"), 1, 10_000, func(f float64) { l.ConnectionsPerSecond = f })
	p.number([]string{"limits", "connections"}, v.GetAttr("connections"), 1, 1_000, func(f float64) { l.Connections = int(f) })
	p.number([]string{"limits", "body_size"}, v.GetAttr("body_size"), 1<<10, 16<<20, func(f float64) { l.BodySize = int64(f) })
	p.duration([]string{"limits", "connect_timeout"}, v.GetAttr("connect_timeout"), &l.ConnectTimeout, 100*time.Millisecond, time.Minute)
	p.duration([]string{"limits", "http_timeout"}, v.GetAttr("http_timeout"), &l.HTTPTimeout, 100*time.Millisecond, 5*time.Minute)
}

func (p *parser) number(path []string, v cty.Value, low, high float64, set func(float64)) {
	if v.IsNull() || !v.IsKnown() {
		return
	}
	f, _ := v.AsBigFloat().Float64()
	whole := v.AsBigFloat().IsInt() || path[len(path)-1] == "connections_per_second"
	switch {
	case f < low || f > high:
		p.fail(path, "%s is not between %.0f and %.0f", v.AsBigFloat().Text('f', -1), low, high)
	case !whole:
		p.fail(path, "%s is not a whole number", v.AsBigFloat().Text('f', -1))
	default:
		set(f)
	}
}

func (p *parser) userAgent(path []string, s string) {
	if s == "" || !httpguts.ValidHeaderFieldValue(s) {
		p.fail(path, "is not a valid header value")
		return
	}
	p.s.UserAgent = s
}

// reservedHeaders are set by the scan itself.
var reservedHeaders = []string{"host", "user-agent", "accept-encoding", "connection", "content-length", "transfer-encoding", "te", "trailer", "upgrade", "expect"}

func (p *parser) headers(v cty.Value) {
	p.s.RequestHeaders = map[string]string{}
	for name, value := range v.AsValueMap() {
		path := []string{"request_headers", name}
		switch {
		case !value.IsKnown() || value.IsNull():
		case !httpguts.ValidHeaderFieldName(name):
			p.fail(path, "%q is not a header name", name)
		case slices.Contains(reservedHeaders, strings.ToLower(name)):
			p.fail(path, "%s is set by the scan itself", name)
		case !httpguts.ValidHeaderFieldValue(value.AsString()):
			p.fail(path, "is not a valid header value")
		default:
			p.s.RequestHeaders[name] = value.AsString()
		}
	}
	slices.SortFunc(p.problems, func(a, b Problem) int { return strings.Compare(a.Error(), b.Error()) })
}
