package provider

import (
	"maps"
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/policy"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	resource "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/zclconf/go-cty/cty"
)

// declared is one attribute that users write, in a form that serves resources
// and data sources alike.
type declared struct {
	kind        attr.Type           // of a plain attribute
	nested      map[string]declared // of an object
	list        bool                // of such objects
	description string
	sensitive   bool
}

var stringList = types.ListType{ElemType: types.StringType}

// settingsAttributes are the attributes of a settings declaration. The parser
// in internal/settings reads them.
var settingsAttributes = map[string]declared{
	"enabled":          {kind: types.BoolType, description: "Whether endpoints are scanned at all. While false every endpoint is reported as `scanner_disabled`. Defaults to `true`."},
	"scan_interval":    {kind: types.StringType, description: "A stored result younger than this is used instead of a new scan. A Go duration from `1m` up. Defaults to `24h`."},
	"max_state_age":    {kind: types.StringType, description: "A state that was written longer ago than this is not scanned by: what it says may belong to somebody else by now. A Go duration from `1m` up; any age when omitted."},
	"severity_policy":  {kind: types.StringType, description: "How answers become severities: `permissive`, `moderate` or `strict`. Defaults to `moderate`."},
	"custom_policy":    {kind: types.StringType, description: "Text of a Rego policy of your own, used in place of `severity_policy`. It has no network, no clock and 250 ms for each port."},
	"screenshots":      {kind: types.BoolType, description: "Whether pages are pictured. Needs chromium or chromium-headless-shell; without one there is a warning and everything else goes on. Defaults to `true`."},
	"data_scanning":    {kind: types.BoolType, description: "Whether secrets and sensitive data found in answers are reported. They are redacted in any case. Defaults to `true`."},
	"http_ports":       {kind: stringList, description: "Further ports that get a GET, beside the supported HTTP ports: `[\"3000\"]`, `[\"9000-9100\"]`."},
	"additional_ports": {kind: stringList, description: "Further ports to probe where more than 100 are open; else only the supported ports among them are."},
	"user_agent":       {kind: types.StringType, description: "User-Agent of the GET, so that the owners of what is scanned recognise it."},
	"request_headers":  {kind: types.MapType{ElemType: types.StringType}, sensitive: true, description: "Further headers of the GET, such as a token that a firewall wants. Refused are those that the scan sets itself, and credentials: `Authorization`, `Cookie`, `Proxy-*`."},
	"scan_windows": {list: true, description: "When endpoints may be probed; at any time when omitted. Outside the windows nothing is probed: earlier results are used, as old as the store keeps them, and what has none is reported as `excluded_from_scan`. Windows that overlap are refused.", nested: map[string]declared{
		"days":      {kind: stringList, description: "Days on which the window opens: `[\"mon-fri\"]`, `[\"sat\", \"sun\"]`. Every day when omitted."},
		"start":     {kind: types.StringType, description: "Time of the day at which it opens, `22:00`. Required."},
		"end":       {kind: types.StringType, description: "Time of the day at which it closes, up to `24:00`. When it is not after `start`, the window goes on past midnight. Required."},
		"time_zone": {kind: types.StringType, description: "Name of the IANA database whose wall clock counts, daylight saving included: `Europe/Berlin`. Defaults to `UTC`."},
	}},
	"scope": {description: "What is scanned: the endpoints that every list admits. Lists hold globs; of an include and its exclude only one may be given. Account and tags are asked only of endpoints that come from a state.", nested: map[string]declared{
		"include_projects": {kind: stringList, description: "Globs of the projects to scan; all others are left out."},
		"exclude_projects": {kind: stringList, description: "Globs of the projects to leave out."},
		"include_modules":  {kind: stringList, description: "Globs of the modules to scan, with all that is below them: `module.shop`, `module.shop[\"eu\"]`; `root` is the root module itself."},
		"exclude_modules":  {kind: stringList, description: "Globs of the modules to leave out, with all that is below them."},
		"include_accounts": {kind: stringList, description: "Globs of the cloud accounts, subscriptions or projects to scan."},
		"exclude_accounts": {kind: stringList, description: "Globs of the cloud accounts, subscriptions or projects to leave out."},
		"include_tags":     {kind: types.MapType{ElemType: types.StringType}, description: "Tags or labels that a resource must have to be scanned, all of them, with globs of their values: `{ env = \"prod*\" }`."},
		"exclude_tags":     {kind: types.MapType{ElemType: types.StringType}, description: "Tags or labels of which one is enough to leave a resource out, with globs of their values."},
	}},
	"host_configuration_rules": {description: "Checks of how what answers is configured. At most one read-only question more is sent to a port. See the guide [Host configuration rules](../guides/host-configuration-rules).", nested: map[string]declared{
		"enabled":  {kind: types.BoolType, description: "Whether the rules run. Defaults to `true`."},
		"extended": {kind: types.BoolType, description: "Whether every question that applies is asked, a second apart, with those that send more than one request. Defaults to `false`."},
		"skip":     {kind: stringList, description: "Ids of rules that are left out: `[\"http-no-hsts\"]`."},
		"folder":   {kind: types.StringType, description: "Folder with rules of your own, in Rego: each file in it whose name ends in `.rego` is one."},
	}},
	"limits": {description: "Bounds on what a scan costs.", nested: map[string]declared{
		"connections_per_second": {kind: types.NumberType, description: "New connections a second over all endpoints, 1 to 10000. Defaults to 100. The same address and port is never scanned more than once a second."},
		"connections":            {kind: types.NumberType, description: "Connections at once, 1 to 1000. Defaults to 32."},
		"connect_timeout":        {kind: types.StringType, description: "Time limit of a handshake, `100ms` to `1m`. Defaults to `5s`."},
		"http_timeout":           {kind: types.StringType, description: "Time limit of a GET with its body, `100ms` to `5m`. Defaults to `10s`."},
		"body_size":              {kind: types.NumberType, description: "Bytes of a body that are read, 1024 to 16777216. Defaults to 1048576."},
	}},
}

// settingsDescription describes the settings argument of endpoints and gates.
const settingsDescription = "Scan behaviour, usually `dynamicscan_settings.NAME`; passed by value, so nothing else has to exist for it to work."

func resourceAttributes(declaration map[string]declared) map[string]resource.Attribute {
	out := map[string]resource.Attribute{}
	for name, d := range declaration {
		out[name] = d.forResource()
	}
	return out
}

func (d declared) forResource() resource.Attribute {
	switch t := d.kind.(type) {
	case nil:
		if d.list {
			return resource.ListNestedAttribute{Optional: true, MarkdownDescription: d.description, NestedObject: resource.NestedAttributeObject{Attributes: resourceAttributes(d.nested)}}
		}
		return resource.SingleNestedAttribute{Optional: true, MarkdownDescription: d.description, Attributes: resourceAttributes(d.nested)}
	case types.ListType:
		return resource.ListAttribute{Optional: true, MarkdownDescription: d.description, ElementType: t.ElemType}
	case types.MapType:
		return resource.MapAttribute{Optional: true, Sensitive: d.sensitive, MarkdownDescription: d.description, ElementType: t.ElemType}
	}
	switch d.kind {
	case types.BoolType:
		return resource.BoolAttribute{Optional: true, MarkdownDescription: d.description}
	case types.NumberType:
		return resource.NumberAttribute{Optional: true, MarkdownDescription: d.description}
	}
	return resource.StringAttribute{Optional: true, MarkdownDescription: d.description}
}

func dataSourceAttributes(declaration map[string]declared) map[string]datasource.Attribute {
	out := map[string]datasource.Attribute{}
	for name, d := range declaration {
		out[name] = d.forDataSource()
	}
	return out
}

func (d declared) forDataSource() datasource.Attribute {
	switch t := d.kind.(type) {
	case nil:
		if d.list {
			return datasource.ListNestedAttribute{Optional: true, MarkdownDescription: d.description, NestedObject: datasource.NestedAttributeObject{Attributes: dataSourceAttributes(d.nested)}}
		}
		return datasource.SingleNestedAttribute{Optional: true, MarkdownDescription: d.description, Attributes: dataSourceAttributes(d.nested)}
	case types.ListType:
		return datasource.ListAttribute{Optional: true, MarkdownDescription: d.description, ElementType: t.ElemType}
	case types.MapType:
		return datasource.MapAttribute{Optional: true, Sensitive: d.sensitive, MarkdownDescription: d.description, ElementType: t.ElemType}
	}
	switch d.kind {
	case types.BoolType:
		return datasource.BoolAttribute{Optional: true, MarkdownDescription: d.description}
	case types.NumberType:
		return datasource.NumberAttribute{Optional: true, MarkdownDescription: d.description}
	}
	return datasource.StringAttribute{Optional: true, MarkdownDescription: d.description}
}

// settingsFrom reads a settings declaration, and says at base, or at the
// top-level attributes when base is empty, what cannot be used.
func settingsFrom(declaration cty.Value, base path.Path, diags *diag.Diagnostics) settings.Settings {
	values := map[string]cty.Value{}
	for _, name := range slices.Sorted(maps.Keys(settingsAttributes)) {
		values[name] = attribute(declaration, name)
	}
	s, problems := settings.Parse(values)
	for _, p := range problems {
		diags.AddAttributeError(under(base, p.Path), "Invalid setting", p.Error()+".")
	}
	if s.CustomPolicy != "" {
		if _, err := policy.Custom(s.CustomPolicy); err != nil {
			diags.AddAttributeError(under(base, []string{"custom_policy"}), "Invalid severity policy", err.Error()+".")
		}
	}
	if setting, err := scan.CheckHostRules(s.HostRules); err != nil {
		diags.AddAttributeError(under(base, setting), "Invalid host configuration rules", err.Error()+".")
	}
	return s
}
