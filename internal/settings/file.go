package settings

import (
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/zclconf/go-cty/cty"
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
