package settings

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/zclconf/go-cty/cty"
	"golang.org/x/net/http/httpguts"
)

// attributes are the names users may write, with their types. NilType is an
// object, whose attributes are in objects.
var attributes = map[string]cty.Type{
	"enabled":         cty.Bool,
	"scan_interval":   cty.String,
	"max_state_age":   cty.String,
	"severity_policy": cty.String,
	"custom_policy":   cty.String,
	"scan_windows":    cty.DynamicPseudoType, // a list of objects, which windows reads
	"scope":           cty.NilType,
	"screenshots":     cty.Bool,
	"data_scanning":   cty.Bool,

	"host_configuration_rules": cty.NilType,

	"http_ports":       cty.List(cty.String),
	"additional_ports": cty.List(cty.String),
	"limits":           cty.NilType,
	"user_agent":       cty.String,
	"request_headers":  cty.Map(cty.String),
}

var objects = map[string]map[string]cty.Type{
	"scope": {
		"include_projects": cty.List(cty.String),
		"exclude_projects": cty.List(cty.String),
		"include_modules":  cty.List(cty.String),
		"exclude_modules":  cty.List(cty.String),
		"include_accounts": cty.List(cty.String),
		"exclude_accounts": cty.List(cty.String),
		"include_tags":     cty.Map(cty.String),
		"exclude_tags":     cty.Map(cty.String),
	},
	"host_configuration_rules": {
		"enabled":  cty.Bool,
		"extended": cty.Bool,
		"skip":     cty.List(cty.String),
		"folder":   cty.String,
	},
	"limits": {
		"connections_per_second": cty.Number,
		"connections":            cty.Number,
		"connect_timeout":        cty.String,
		"http_timeout":           cty.String,
		"body_size":              cty.Number,
	},
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
		switch {
		case !ok:
			p.fail([]string{name}, "no such setting; the settings are %s", strings.Join(Names(), ", "))
		case want == cty.NilType:
			p.setObject(name, p.object([]string{name}, values[name], objects[name]))
		default:
			if v, ok := p.convert([]string{name}, values[name], want); ok {
				p.set(name, v)
			}
		}
	}
	slices.SortStableFunc(p.problems, func(a, b Problem) int { return slices.Compare(a.Path, b.Path) })
	return p.s, p.problems
}

type parser struct {
	s        Settings
	problems []Problem
}

func (p *parser) set(name string, v cty.Value) {
	path := []string{name}
	switch name {
	case "enabled":
		p.s.Enabled = v.True()
	case "scan_interval":
		p.duration(path, v, &p.s.ScanInterval, time.Minute, 10*365*24*time.Hour)
	case "max_state_age":
		p.duration(path, v, &p.s.MaxStateAge, time.Minute, 10*365*24*time.Hour)
	case "severity_policy":
		p.policy(path, v.AsString())
	case "custom_policy":
		p.s.CustomPolicy = v.AsString()
	case "screenshots":
		p.s.Screenshots = v.True()
	case "data_scanning":
		p.s.DataScanning = v.True()
	case "scan_windows":
		p.windows(v)
	case "http_ports":
		p.s.HTTPPorts = p.ports(path, v)
	case "additional_ports":
		p.s.AddedPorts = p.ports(path, v)
	case "user_agent":
		p.userAgent(path, v.AsString())
	case "request_headers":
		p.headers(v)
	}
}

func (p *parser) setObject(name string, attrs map[string]cty.Value) {
	switch name {
	case "scope":
		p.scope(attrs)
	case "host_configuration_rules":
		p.hostRules(attrs)
	case "limits":
		p.limits(attrs)
	}
}

func (p *parser) policy(path []string, name string) {
	if !slices.Contains([]string{Permissive, Moderate, Strict}, name) {
		p.fail(path, "%q is none of permissive, moderate, strict; a policy of your own goes into custom_policy", name)
		return
	}
	p.s.SeverityPolicy = name
}

func (p *parser) scope(attrs map[string]cty.Value) {
	sc := &p.s.Scope
	lists := map[string]*[]string{
		"include_projects": &sc.IncludeProjects, "exclude_projects": &sc.ExcludeProjects,
		"include_modules": &sc.IncludeModules, "exclude_modules": &sc.ExcludeModules,
		"include_accounts": &sc.IncludeAccounts, "exclude_accounts": &sc.ExcludeAccounts,
	}
	for name, to := range lists {
		*to = p.strings([]string{"scope", name}, attrs[name])
	}
	p.modules("include_modules", sc.IncludeModules)
	p.modules("exclude_modules", sc.ExcludeModules)
	sc.IncludeTags, sc.ExcludeTags = p.tags(attrs, "include_tags"), p.tags(attrs, "exclude_tags")
	for _, what := range []string{"projects", "modules", "accounts", "tags"} {
		include, exclude := "include_"+what, "exclude_"+what
		if length(attrs[include]) > 0 && length(attrs[exclude]) > 0 {
			p.fail([]string{"scope"}, "%s and %s cannot both be given", include, exclude)
		}
	}
}

// length returns how many elements a list or map has, 0 when it is not there.
func length(v cty.Value) int {
	if v == cty.NilVal || v.IsNull() || !v.IsKnown() {
		return 0
	}
	return v.LengthInt()
}

// modules refuses globs that no module can match.
func (p *parser) modules(name string, globs []string) {
	for _, glob := range globs {
		literal := glob
		if i := strings.IndexAny(glob, "*?"); i >= 0 {
			literal = glob[:i]
		}
		matchable := strings.HasPrefix(literal, "module.") || glob == "root" ||
			literal != glob && (strings.HasPrefix("module.", literal) || strings.HasPrefix("root", literal))
		if !matchable {
			p.fail([]string{"scope", name}, "%q is no module; write \"module.shop\", or \"root\" for the root module", exposure.CleanLine(glob))
		}
	}
}

// tags reads the known entries of a map from tags to globs, nil without any.
func (p *parser) tags(attrs map[string]cty.Value, name string) map[string]string {
	if length(attrs[name]) == 0 {
		return nil
	}
	tags := map[string]string{}
	for key, v := range attrs[name].AsValueMap() {
		switch {
		case !v.IsKnown():
		case v.IsNull():
			p.fail([]string{"scope", name, key}, "has no value; \"*\" is any")
		default:
			tags[key] = v.AsString()
		}
	}
	return tags
}

func (p *parser) hostRules(attrs map[string]cty.Value) {
	rules := &p.s.HostRules
	for name, v := range attrs {
		path := []string{"host_configuration_rules", name}
		switch name {
		case "enabled":
			rules.Enabled = v.True()
		case "extended":
			rules.Extended = v.True()
		case "skip":
			rules.Skip = p.strings(path, v)
		case "folder":
			if rules.Folder = v.AsString(); rules.Folder == "" {
				p.fail(path, "is empty")
			}
		}
	}
}

func (p *parser) limits(attrs map[string]cty.Value) {
	l := &p.s.Limits
	for name, v := range attrs {
		path := []string{"limits", name}
		switch name {
		case "connections_per_second":
			p.number(path, v, 1, 10_000, func(f float64) { l.ConnectionsPerSecond = f })
		case "connections":
			p.whole(path, v, 1, 1_000, func(n int64) { l.Connections = int(n) })
		case "body_size":
			p.whole(path, v, 1<<10, 16<<20, func(n int64) { l.BodySize = n })
		case "connect_timeout":
			p.duration(path, v, &l.ConnectTimeout, 100*time.Millisecond, time.Minute)
		case "http_timeout":
			p.duration(path, v, &l.HTTPTimeout, 100*time.Millisecond, 5*time.Minute)
		}
	}
}

func (p *parser) ports(path []string, v cty.Value) []exposure.PortRange {
	ranges, problems := ParsePorts(p.strings(path, v))
	for _, message := range problems {
		p.fail(path, "%s", message)
	}
	return ranges
}

func (p *parser) userAgent(path []string, s string) {
	if s == "" || !httpguts.ValidHeaderFieldValue(s) {
		p.fail(path, "is empty or holds characters that a header cannot have")
		return
	}
	p.s.UserAgent = s
}

// headers reads the further headers. Their values may be credentials, so that
// no message holds one.
func (p *parser) headers(v cty.Value) {
	p.s.RequestHeaders = map[string]string{}
	values, given := v.AsValueMap(), map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		path, value, lower := []string{"request_headers", name}, values[name], strings.ToLower(name)
		if !value.IsKnown() || value.IsNull() {
			continue
		}
		if !httpguts.ValidHeaderFieldName(name) {
			path = path[:1] // the message names it
		}
		err := exposure.CheckRequestHeader(name, value.AsString())
		switch {
		case err != nil:
			p.fail(path, "%s", err)
		case given[lower]:
			p.fail(path, "the header is given twice, in different case")
		default:
			p.s.RequestHeaders[name] = value.AsString()
		}
		given[lower] = true
	}
}
