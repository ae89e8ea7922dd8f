package azure

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

var (
	webAppTypes = []string{
		"azurerm_app_service", "azurerm_app_service_slot", "azurerm_linux_web_app", "azurerm_linux_web_app_slot",
		"azurerm_windows_web_app", "azurerm_windows_web_app_slot",
	}
	functionAppTypes = []string{
		"azurerm_function_app", "azurerm_function_app_flex_consumption", "azurerm_function_app_slot",
		"azurerm_linux_function_app", "azurerm_linux_function_app_slot", "azurerm_logic_app_standard",
		"azurerm_windows_function_app", "azurerm_windows_function_app_slot",
	}
)

// apps returns the endpoints of web and function apps and of their slots: the
// app, and the site for its deployment, which has a list of its own.
func (e *estate) apps() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed(append(slices.Clone(webAppTypes), functionAppTypes...)...) {
		host := cmp.Or(text(r, "default_hostname"), text(r, "default_site_hostname"))
		gates := append([]reach.Gate{publicSwitch(r, append(slices.Clone(networkAccess), "site_config.0.public_network_access_enabled")...)}, e.environment(r)...)
		app := service{
			r: r, key: "app", kind: "web", host: host, slots: web(), shared: true, access: appAccess(r),
			dormant: flagOf(r, "enabled", yes) == no,
			gates:   append(slices.Clone(gates), restrictions(r, "ip_restriction")),
		}
		for _, l := range e.children(r, "azurerm_app_service_custom_hostname_binding", "app_service_name") {
			app.names = append(app.names, text(l.To, "hostname"))
			app.related = append(app.related, l.To.Address)
		}
		if flagOf(r, "https_only", no) == yes {
			app.slots[1].Notes = []string{"redirects to HTTPS"}
		}
		scm := service{
			r: r, key: "scm", kind: "web", host: scmHost(host), slots: web()[:1], shared: true, access: exposure.AccessAuthenticated,
			dormant: app.dormant, gates: append(slices.Clone(gates), scmRestrictions(r)),
		}
		out = append(out, app.candidate(), scm.candidate())
	}
	return out
}

// scmHost returns the host of the deployment site: "scm" comes after the name
// of the app.
func scmHost(host string) string {
	name, zone, ok := strings.Cut(host, ".")
	if !ok {
		return ""
	}
	return name + ".scm." + zone
}

// appAccess tells whether the platform asks for credentials before the app. A
// function may ask for a key of its own.
func appAccess(r *tfstate.Resource) exposure.Access {
	action := text(r, "auth_settings_v2.0.unauthenticated_action")
	v2 := flagOf(r, "auth_settings_v2.0.auth_enabled", no) == yes &&
		(flagOf(r, "auth_settings_v2.0.require_authentication", no) == yes || action != "" && !strings.EqualFold(action, "AllowAnonymous"))
	v1 := flagOf(r, "auth_settings.0.enabled", no) == yes && !strings.EqualFold(text(r, "auth_settings.0.unauthenticated_client_action"), "AllowAnonymous")
	asked := flagOf(r, "client_certificate_enabled", no) == yes || flagOf(r, "client_cert_enabled", no) == yes
	mode := cmp.Or(text(r, "client_certificate_mode"), text(r, "client_cert_mode"), "Required")
	switch {
	case v1, v2, asked && strings.EqualFold(mode, "Required"):
		return exposure.AccessAuthenticated
	case slices.Contains(functionAppTypes, r.Type):
		return exposure.AccessUnknown
	}
	return exposure.AccessAnonymous
}

// environment closes an app that runs in an App Service Environment whose load
// balancer is internal.
func (e *estate) environment(r *tfstate.Resource) []reach.Gate {
	const mode = "internal_load_balancing_mode"
	for _, path := range []string{"service_plan_id", "app_service_plan_id"} {
		for _, plan := range e.follow(r, path, ids("azurerm_service_plan", "azurerm_app_service_plan")...).Links {
			if plan.To == nil || len(listed(plan.To, "app_service_environment_id")) == 0 {
				continue
			}
			for _, l := range e.follow(plan.To, "app_service_environment_id", ids("azurerm_app_service_environment_v3", "azurerm_app_service_environment")...).Links {
				switch {
				case l.To == nil:
					return []reach.Gate{doubtGate("environment", reach.Unread, notInInput(plan.To, "app_service_environment_id", "the App Service Environment of "+r.Address))}
				case strings.Contains(strings.ToLower(text(l.To, mode)), "web"):
					return []reach.Gate{closedGate(exposure.Hop{Gate: "environment", Resource: l.To.Address, Attribute: mode,
						Summary: l.To.Address + " has an internal load balancer"})}
				}
			}
		}
	}
	return nil
}

// scmRestrictions are the list of the deployment site: its own, or that of the
// app.
func scmRestrictions(r *tfstate.Resource) reach.Gate {
	const path = "site_config.0.scm_use_main_ip_restriction"
	switch flagOf(r, path, no) {
	case yes:
		return restrictions(r, "ip_restriction")
	case no:
		return restrictions(r, "scm_ip_restriction")
	}
	gap := afterApply(r, bracketed(path), "whose list "+r.Address+" uses for its deployment site")
	return oneOf("restriction", gap, []reach.Gate{restrictions(r, "ip_restriction"), restrictions(r, "scm_ip_restriction")})
}

// restrictions is an ordered list of an app. What no rule speaks of is decided
// by the default action, and where the provider has none, admitted without
// rules and denied with some.
func restrictions(r *tfstate.Resource, list string) reach.Gate {
	path := "site_config.0." + list
	if pending(r, path) {
		return doubtGate("restriction", reach.Pending, afterApply(r, bracketed(path), "the list "+list+" of "+r.Address))
	}
	elements := tfstate.Elements(reach.Value(r, path))
	var entries []entry
	for i := range elements {
		entries = append(entries, readRestriction(r, path+"."+itoa(i)+"."))
	}
	ordered(entries)
	var rules []reach.Rule
	for _, en := range entries {
		rules = append(rules, en.rules...)
	}
	otherwise := path + "_default_action"
	action := text(r, otherwise)
	hop := exposure.Hop{Resource: r.Address, Attribute: bracketed(otherwise), Summary: r.Address + " allows everyone no rule of " + list + " speaks of"}
	switch {
	case pending(r, otherwise):
		rules = append(rules, reach.Rule{Allow: true, Hop: hop, Source: reach.Source{Doubt: reach.Pending, Gap: afterApply(r, bracketed(otherwise), "the default action of "+list)}})
	case strings.EqualFold(action, "Allow"), action == "" && len(elements) == 0:
		if len(elements) == 0 {
			hop.Summary = r.Address + " has no " + list + ", which admits everyone"
		}
		hop.Remedy = "Restrict " + bracketed(path) + " of " + r.Address
		rules = append(rules, everyoneRule(true, hop))
	}
	return firstOf("restriction", r, rules, "admits only what a rule of "+list+" allows")
}

// readRestriction reads one rule, which speaks of every port.
func readRestriction(r *tfstate.Resource, prefix string) entry {
	en := entry{priority: 65000, action: strings.ToLower(cmp.Or(text(r, prefix+"action"), "Allow"))}
	rule := reach.Rule{Allow: en.action != "deny"}
	verb := " allows "
	if !rule.Allow {
		verb = " denies "
	}
	what := restrictionSource(r, prefix, &rule.Source)
	rule.Hop = exposure.Hop{Resource: r.Address, Attribute: bracketed(prefix), Summary: r.Address + " " + bracketed(prefix) + verb + what}
	if rule.Allow {
		rule.Hop.Remedy = "Narrow " + bracketed(prefix) + " of " + r.Address
	}
	if n, ok := number(r, prefix+"priority"); ok {
		en.priority = n
	} else if pending(r, prefix+"priority") {
		en.priority, rule.PortDoubt, rule.Source.Gap = unordered, reach.Pending, afterApply(r, bracketed(prefix+"priority"), "the priority of a rule")
	}
	if pending(r, prefix+"action") {
		rule.PortDoubt, rule.Source.Gap = reach.Pending, afterApply(r, bracketed(prefix+"action"), "whether a rule allows or denies")
	}
	en.rules = []reach.Rule{rule}
	return en
}

// restrictionSource reads who a rule speaks of, and returns how to tell of it.
func restrictionSource(r *tfstate.Resource, prefix string, out *reach.Source) string {
	tag, subnet := text(r, prefix+"service_tag"), listed(r, prefix+"virtual_network_subnet_id")
	address := reach.Value(r, prefix+"ip_address")
	what := printable(address)
	switch {
	case tag != "":
		out.Labels, what = []string{exposure.CleanLine(tag)}, exposure.CleanLine(tag)
		if strings.EqualFold(tag, "Internet") {
			out.Labels, out.Set = nil, everyone
		}
	case len(subnet) > 0:
		out.Internal, what = []string{"a subnet"}, "a subnet"
	case pending(r, prefix+"ip_address"):
		out.Doubt, out.Gap = reach.Pending, afterApply(r, bracketed(prefix+"ip_address"), "the source of a rule")
	default:
		written, _ := tfstate.String(address)
		for part := range strings.SplitSeq(written, ",") {
			set, ok := reach.ParseSource(part)
			if !ok {
				out.Doubt, out.Gap = reach.Pending, exposure.Gap{Resource: r.Address, Attribute: bracketed(prefix + "ip_address"),
					Reason: "the source of a rule is no address range", Remedy: "Write a prefix"}
			}
			out.Set = out.Set.Union(set)
		}
		out.Hidden = tfstate.IsSensitive(address)
	}
	for _, block := range tfstate.Elements(reach.Value(r, prefix+"headers")) {
		for _, name := range []string{"x_azure_fdid", "x_fd_health_probe", "x_forwarded_for", "x_forwarded_host"} {
			if len(tfstate.Elements(reach.Attr(block, name))) > 0 {
				// Whoever does not send the header is no match, and an arbitrary
				// client does not know its value.
				out.Set, out.Labels = reach.Set{}, append(out.Labels, "with the header "+name)
				what += " with the header " + name
			}
		}
	}
	return what
}
