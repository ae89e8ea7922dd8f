package gcp

import (
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// serverless returns the URLs of Cloud Run services, functions and App Engine
// applications. All of them are reachable as far as their ingress setting
// says; who may call them is another question, which access answers.
func (e *estate) serverless() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed("google_cloud_run_v2_service") {
		out = append(out, e.runService(r))
	}
	for _, r := range e.g.Managed("google_cloud_run_service") {
		out = append(out, e.oldRunService(r))
	}
	for _, r := range e.g.Managed("google_cloudfunctions_function") {
		out = append(out, e.oldFunction(r))
	}
	for _, r := range e.g.Managed("google_cloudfunctions2_function") {
		out = append(out, e.function(r))
	}
	for _, r := range e.g.Managed("google_app_engine_application") {
		out = append(out, e.application(r))
	}
	return out
}

// webPorts are those of Google's front end. Port 80 only sends on to 443 for
// everything but App Engine and functions that take plain HTTP.
var webPorts = []uint16{443}

func (e *estate) runService(r *tfstate.Resource) reach.Candidate {
	f := front{r: r, key: "url", host: text(r, "uri"), kind: "web", app: "https", ports: webPorts, shared: true, access: e.invokers(r)}
	known, _ := tfstate.Strings(r.Attr("urls"))
	for _, u := range known {
		if host := urlHost(u); host != "" && host != urlHost(f.host) {
			f.names = append(f.names, host)
		}
	}
	f.gates = []reach.Gate{ingressGate(r, "ingress", value(r, "ingress"))}
	if flagOf(value(r, "iap_enabled"), no) == yes {
		f.access = exposure.AccessAuthenticated
		f.notes = append(f.notes, "Identity-Aware Proxy asks for a sign-in")
	}
	mapped, related := e.mappedDomains(r)
	f.related = related
	if flagOf(value(r, "default_uri_disabled"), no) == yes {
		f.host, f.names = "", nil
		if len(mapped) == 0 {
			f.gates = append(f.gates, closedGate("ingress", exposure.Hop{Resource: r.Address, Attribute: "default_uri_disabled",
				Summary: r.Address + " has its default URL disabled"}))
		} else {
			f.host, mapped = mapped[0], mapped[1:]
		}
	}
	f.names = append(f.names, mapped...)
	return f.candidate()
}

// mappedDomains returns the domains that are mapped to a Cloud Run service.
func (e *estate) mappedDomains(r *tfstate.Resource) (domains, related []string) {
	for _, m := range e.g.Managed("google_cloud_run_domain_mapping") {
		if o := e.objectAt(m, "spec.0.route_name", r.Type); o.to == r && o.doubt == reach.Sure {
			domains, related = append(domains, text(m, "name")), append(related, m.Address)
		}
	}
	return sortedSet(domains), related
}

func (e *estate) oldRunService(r *tfstate.Resource) reach.Candidate {
	const setting = "run.googleapis.com/ingress"
	f := front{r: r, key: "url", host: text(r, "status.0.url"), kind: "web", app: "https", ports: webPorts, shared: true, access: e.invokers(r)}
	v := reach.Attr(value(r, "metadata.0.annotations"), setting)
	if effective := attrOf(r, "metadata.0.effective_annotations", setting); tfstate.Null(v) && !tfstate.Unknown(effective) {
		v = effective
	}
	f.gates = []reach.Gate{ingressGate(r, "metadata.0.annotations", v)}
	f.names, f.related = e.mappedDomains(r)
	return f.candidate()
}

func (e *estate) oldFunction(r *tfstate.Resource) reach.Candidate {
	f := front{r: r, key: "url", host: text(r, "https_trigger_url"), kind: "web", app: "https", ports: webPorts, shared: true, access: e.invokers(r)}
	if text(r, "https_trigger_security_level") == "SECURE_OPTIONAL" {
		f.ports, f.app = []uint16{80, 443}, ""
	}
	switch flagOf(value(r, "trigger_http"), no) {
	case no:
		f.gates = []reach.Gate{closedGate("ingress", exposure.Hop{Resource: r.Address, Attribute: "trigger_http", Summary: r.Address + " has no HTTP trigger"})}
	case unknown:
		gap := afterApply(r, "trigger_http", "whether "+r.Address+" has an HTTP trigger")
		f.gates = []reach.Gate{doubtGate("ingress", reach.Pending, gap, r.Address)}
	}
	f.gates = append(f.gates, ingressGate(r, "ingress_settings", value(r, "ingress_settings")))
	return f.candidate()
}

func (e *estate) function(r *tfstate.Resource) reach.Candidate {
	f := front{r: r, key: "url", host: text(r, "service_config.0.uri"), kind: "web", app: "https", ports: webPorts, shared: true, access: e.invokers(r)}
	if host := urlHost(text(r, "url")); host != "" {
		if f.host == "" {
			f.host = host
		} else if host != urlHost(f.host) {
			f.names = append(f.names, host)
		}
	}
	f.gates = []reach.Gate{ingressGate(r, "service_config.0.ingress_settings", value(r, "service_config.0.ingress_settings"))}
	return f.candidate()
}

// application is an App Engine application with its default service.
func (e *estate) application(r *tfstate.Resource) reach.Candidate {
	f := front{r: r, key: "app", host: text(r, "default_hostname"), kind: "web", ports: []uint16{80, 443}, shared: true, access: exposure.AccessAnonymous}
	if len(tfstate.Elements(r.Attr("iap"))) > 0 && flagOf(value(r, "iap.0.enabled"), yes) == yes {
		f.access = exposure.AccessAuthenticated
		f.notes = append(f.notes, "Identity-Aware Proxy asks for a sign-in")
	}
	if status := text(r, "serving_status"); slices.Contains([]string{"USER_DISABLED", "SYSTEM_DISABLED"}, status) {
		f.gates = append(f.gates, closedGate("ingress", exposure.Hop{Resource: r.Address, Attribute: "serving_status",
			Summary: r.Address + " is disabled (serving_status " + status + ")"}))
	}
	for _, s := range e.g.Managed("google_app_engine_service_network_settings") {
		if text(s, "service") == "default" && e.sameProject(r, s) {
			f.related = append(f.related, s.Address)
			f.gates = append(f.gates, ingressGate(s, "network_settings.0.ingress_traffic_allowed", value(s, "network_settings.0.ingress_traffic_allowed")))
		}
	}
	f.gates = append(f.gates, e.appFirewall(r))
	for _, m := range e.g.Managed("google_app_engine_domain_mapping") {
		if e.sameProject(r, m) {
			f.names, f.related = append(f.names, text(m, "domain_name")), append(f.related, m.Address)
		}
	}
	return f.candidate()
}

// sameProject reports whether two resources are in one project, as far as the
// input tells.
func (e *estate) sameProject(a, b *tfstate.Resource) bool {
	return agree(projectNamed(projectOf(a)), projectNamed(projectOf(b)))
}

// appFirewall is the ordered list of rules before an application. Whom no rule
// speaks of is admitted.
func (e *estate) appFirewall(app *tfstate.Resource) reach.Gate {
	var rules []rule
	for _, r := range e.g.Managed("google_app_engine_firewall_rule") {
		if e.sameProject(app, r) {
			rules = append(rules, appRule(r))
		}
	}
	sortRules(rules)
	rest := everyone(app)
	if len(rules) == 0 {
		rest.Hop.Summary = app.Address + " has no firewall rule, which admits everyone"
	}
	rules = append(rules, rest)
	return gateOf("firewall", func(f reach.Flow) reach.Passage { return reach.FirstMatch(plainRules(rules), f) })
}

func appRule(r *tfstate.Resource) rule {
	action, known := tfstate.String(r.Attr("action"))
	out := rule{priority: 1<<31 - 1, Rule: reach.Rule{Allow: action == "ALLOW"}}
	if p, ok := tfstate.Int(r.Attr("priority")); ok {
		out.priority = p
	}
	v := r.Attr("source_range")
	readRanges(&out.Source, r, "source_range", []cty.Value{v})
	verb := " denies "
	if out.Allow {
		verb = " allows "
		out.Hop.Remedy = "Narrow source_range of " + r.Address
	}
	if !known {
		out.Source = reach.Source{Doubt: reach.Pending, Gap: afterApply(r, "action", "the action of "+r.Address)}
		verb = " may deny "
	}
	out.Hop.Resource, out.Hop.Attribute, out.Hop.Summary = r.Address, "source_range", r.Address+verb+printable(v)
	return out
}
