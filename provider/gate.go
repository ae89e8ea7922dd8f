package provider

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"unicode"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/report"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/zclconf/go-cty/cty"
)

// gate is a validation as a user declared it.
type gate struct {
	scan.Gate
	settings    settings.Settings
	endpoints   []exposure.Endpoint
	enforcement enforcement
	reports     []report.Destination
	declared    map[string]string // endpoint id → key in endpoints
	context     []*tfstate.Input  // read beside the state; nil until then
	patience    patience
}

// readGate reads what is known of a validation's configuration and says at the
// arguments what cannot be used.
func readGate(config cty.Value, diags *diag.Diagnostics) gate {
	g := gate{declared: map[string]string{}}
	g.settings = settingsFrom(attribute(config, "settings"), path.Root("settings"), diags)
	g.FailOn = failOn(config, diags)
	g.FailOnUnscanned = truth(config, "fail_on_unscanned")
	g.enforcement = enforcementFrom(text(config, "enforcement"), path.Root("enforcement"), diags)
	checkState(config, diags)
	g.patience = readPatience(config, "read", diags)
	if g.patience.retries && !present(config, "endpoints") {
		diags.AddAttributeError(path.Root("retry"), "Nothing to wait for", "retry waits for endpoints that come up; without any it does nothing. What a state holds was there before.")
	}
	waivers, problems := settings.ParseWaivers(attribute(config, "waivers"), scan.WaivableRules(g.settings.HostRules))
	g.Waivers = waivers
	for _, p := range problems {
		diags.AddAttributeError(under(path.Empty(), p.Path), "Invalid waiver", p.Error()+".")
	}
	for key, declaration := range sorted(nested(config, "endpoints")) {
		// A path below the map key would show only the header of the block.
		at := func(string) path.Path { return path.Root("endpoints").AtMapKey(key) }
		e := endpointFrom(key, declaration, at, diags)
		if e.ResourceAddress == "" && known(declaration, "resource_address") {
			diags.AddAttributeError(path.Root("endpoints"), "Endpoint without a name", "A key of endpoints is empty. It names the resource that exposes the endpoint, unless resource_address does.")
		}
		g.declared[e.ID] = key
		g.endpoints = append(g.endpoints, e)
	}
	for format, file := range sorted(nested(config, "report")) {
		if !file.IsKnown() || file.IsNull() {
			continue
		}
		destination, err := report.ParseDestination(format + "=" + file.AsString())
		if err != nil {
			diags.AddAttributeError(path.Root("report").AtMapKey(format), "Invalid report", err.Error()+".")
		}
		g.reports = append(g.reports, destination)
	}
	return g
}

func failOn(config cty.Value, diags *diag.Diagnostics) exposure.Severity {
	name := text(config, "fail_on")
	if name == "" {
		return exposure.SeverityCritical
	}
	severity, err := exposure.ParseSeverity(name)
	if err != nil || severity == exposure.SeverityNone {
		diags.AddAttributeError(path.Root("fail_on"), "Invalid severity", fmt.Sprintf("%q is none of critical, high, medium, low.", name))
	}
	return severity
}

// endpointFrom reads a declared endpoint. key is the address of its resource
// when it names none itself, and at returns where to tell that something is
// wrong with an attribute.
func endpointFrom(key string, declaration cty.Value, at func(attribute string) path.Path, diags *diag.Diagnostics) exposure.Endpoint {
	e := exposure.Endpoint{
		ResourceAddress:       key,
		Key:                   "declared",
		Host:                  strings.TrimSpace(text(declaration, "host")),
		Path:                  text(declaration, "path"),
		Project:               text(declaration, "project"),
		DirectlyExposedBucket: truth(declaration, "directly_exposed_bucket"),
		Identity:              exposure.Identity{ID: text(declaration, "resource_id")},
		Transport:             exposure.TCP,
		Verdict:               exposure.Exposed,
		Access:                exposure.AccessUnknown,
		Confidence:            exposure.Declared,
	}
	if address := text(declaration, "resource_address"); address != "" {
		e.ResourceAddress = address
	}
	switch {
	case !known(declaration, "host"):
	case e.Host == "":
		diags.AddAttributeError(at("host"), "Endpoint without host", "The host is empty, so there is nothing to look at. A resource without an address should not be listed.")
	case !isHost(e.Host):
		diags.AddAttributeError(at("host"), "Invalid host", fmt.Sprintf("%q is neither an address nor a name; a host has no scheme, port, path or brackets.", e.Host))
	}
	switch {
	case e.Path != "" && !strings.HasPrefix(e.Path, "/"):
		diags.AddAttributeError(at("path"), "Invalid path", fmt.Sprintf("The path %q does not begin with a slash.", e.Path))
	case strings.ContainsFunc(e.Path, isSpaceOrControl):
		diags.AddAttributeError(at("path"), "Invalid path", fmt.Sprintf("The path %q holds a space or a control character.", e.Path))
	}
	var problems []string
	e.Ports, problems = settings.ParsePorts(texts(declaration, "ports"))
	for _, message := range problems {
		diags.AddAttributeError(at("ports"), "Invalid port", message+".")
	}
	if known(declaration, "ports") && len(e.Ports) == 0 && len(problems) == 0 {
		diags.AddAttributeError(at("ports"), "Endpoint without ports", "The list of ports is empty, so there is nothing to look at.")
	}
	e.ID = exposure.EndpointID(e.ResourceAddress, key, e.Transport, e.Ports)
	return e
}

// isHost reports whether s is an address or may be a name.
func isHost(s string) bool {
	if _, err := netip.ParseAddr(s); err == nil {
		return true
	}
	return !strings.ContainsAny(s, "/:@?#[]*{}\\") && !strings.ContainsFunc(s, isSpaceOrControl)
}

func isSpaceOrControl(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

// known reports whether the attribute and all below it is known.
func known(object cty.Value, name string) bool { return attribute(object, name).IsWhollyKnown() }

// nested returns the elements of a map or object attribute, nil when it is
// null or not known.
func nested(object cty.Value, name string) map[string]cty.Value {
	v := attribute(object, name)
	if !v.IsKnown() || v.IsNull() || !v.CanIterateElements() {
		return nil
	}
	return v.AsValueMap()
}

// sorted iterates a map in the order of its keys.
func sorted(m map[string]cty.Value) func(func(string, cty.Value) bool) {
	return func(yield func(string, cty.Value) bool) {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if !yield(key, m[key]) {
				return
			}
		}
	}
}
