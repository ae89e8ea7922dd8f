package settings

import (
	"strings"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// File is what a configuration file of the command line declares.
type File struct {
	Settings Settings
	Waivers  []exposure.Waiver
}

// ParseFile reads a configuration file: the attributes of a settings
// declaration, and waivers. Values are literals; there is nothing to refer to.
// Errors carry line and column.
func ParseFile(name string, src []byte) (File, hcl.Diagnostics) {
	file, diags := hclparse.NewParser().ParseHCL(src, name)
	if diags.HasErrors() {
		return File{}, diags
	}
	attrs, more := file.Body.JustAttributes()
	diags = append(diags, more...)
	values := map[string]cty.Value{}
	var waivers []exposure.Waiver
	for attr, a := range attrs {
		v, more := a.Expr.Value(nil)
		diags = append(diags, more...)
		if attr != "waivers" {
			values[attr] = v
			continue
		}
		parsed, problems := ParseWaivers(v)
		waivers = parsed
		diags = append(diags, located(problems, attrs)...)
	}
	s, problems := Parse(values)
	return File{s, waivers}, append(diags, located(problems, attrs)...)
}

// located turns problems into diagnostics at the attributes they concern.
func located(problems []Problem, attrs hcl.Attributes) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, p := range problems {
		d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid setting", Detail: p.Error() + "."}
		if a, ok := attrs[p.Path[0]]; ok {
			d.Subject = a.Expr.Range().Ptr()
		}
		diags = append(diags, d)
	}
	return diags
}

var waiverTypes = map[string]cty.Type{
	"rule": cty.String, "resource": cty.String, "host": cty.String, "ports": cty.List(cty.String),
	"reason": cty.String, "owner": cty.String, "expires": cty.String,
}

// ParseWaivers reads a list of waivers. reason, owner and expires are
// required, and at least one of rule, resource, host and ports. expires is an
// RFC 3339 time, or a date that ends with its day in UTC. The path of a
// problem is "waivers", index, attribute.
func ParseWaivers(list cty.Value) ([]exposure.Waiver, []Problem) {
	p := parser{}
	want := cty.List(cty.ObjectWithOptionalAttrs(waiverTypes, []string{"rule", "resource", "host", "ports", "reason", "owner", "expires"}))
	v, err := convert.Convert(list, want)
	if err != nil {
		p.fail([]string{"waivers"}, "%s", err)
		return nil, p.problems
	}
	waivers := []exposure.Waiver{}
	for i, e := range elements(v) {
		waivers = append(waivers, p.waiver([]string{"waivers", cty.NumberIntVal(int64(i)).AsBigFloat().String()}, e))
	}
	return waivers, p.problems
}

func (p *parser) waiver(path []string, v cty.Value) exposure.Waiver {
	text := func(name string) string {
		a := v.GetAttr(name)
		if a.IsNull() || !a.IsKnown() {
			return ""
		}
		return strings.TrimSpace(a.AsString())
	}
	at := func(name string) []string { return append(path[:2:2], name) }
	w := exposure.Waiver{Rule: text("rule"), Resource: text("resource"), Host: text("host"), Reason: text("reason"), Owner: text("owner")}
	w.Ports = p.strings(at("ports"), v.GetAttr("ports"))
	if _, problems := ParsePorts(w.Ports); len(problems) > 0 {
		p.fail(at("ports"), "%s", problems[0])
	}
	if w.Rule == "" && w.Resource == "" && w.Host == "" && len(w.Ports) == 0 {
		p.fail(path, "a waiver names at least one of rule, resource, host and ports")
	}
	for _, required := range []string{"reason", "owner", "expires"} {
		if text(required) == "" && v.GetAttr(required).IsKnown() {
			p.fail(at(required), "a waiver has a %s", required)
		}
	}
	if expires := text("expires"); expires != "" {
		w.Expires = p.expiry(at("expires"), expires)
	}
	return w
}

func (p *parser) expiry(path []string, s string) time.Time {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.UTC()
	}
	if day, err := time.Parse(time.DateOnly, s); err == nil {
		return day.AddDate(0, 0, 1).UTC()
	}
	p.fail(path, "%q is neither a date such as 2027-01-31 nor an RFC 3339 time", s)
	return time.Time{}
}
