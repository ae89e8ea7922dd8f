package azure

import (
	"cmp"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// containers returns the endpoints of container apps and container groups.
func (e *estate) containers() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed("azurerm_container_app") {
		if len(tfstate.Elements(r.Attr("ingress"))) > 0 || pending(r, "ingress") {
			out = append(out, e.containerApp(r))
		}
	}
	for _, r := range e.g.Managed("azurerm_container_group") {
		out = append(out, containerGroup(r))
	}
	return out
}

func (e *estate) containerApp(r *tfstate.Resource) reach.Candidate {
	const ingress = "ingress.0."
	s := service{r: r, key: "app", kind: "web", host: cmp.Or(text(r, ingress+"fqdn"), text(r, "latest_revision_fqdn")), shared: true,
		slots: web()[:1], access: exposure.AccessUnknown}
	if flagOf(r, ingress+"allow_insecure_connections", no) == yes {
		s.slots = web()
	}
	if strings.EqualFold(text(r, ingress+"client_certificate_mode"), "require") {
		s.access = exposure.AccessAuthenticated
	}
	if strings.EqualFold(text(r, ingress+"transport"), "tcp") {
		n, ok := number(r, ingress+"exposed_port")
		if !ok || n <= 0 || n > 65535 {
			n, _ = number(r, ingress+"target_port")
		}
		s.slots, s.shared = []reach.Slot{port(exposure.TCP, n, "")}, false
	}
	for _, l := range e.referrers(r, "azurerm_container_app_custom_domain", "container_app_id") {
		s.names = append(s.names, text(l.To, "name"))
		s.related = append(s.related, l.To.Address)
	}
	s.gates = append(s.gates, ingressGate(r, ingress+"external_enabled"))
	s.gates = append(s.gates, e.appEnvironment(r)...)
	s.gates = append(s.gates, ingressRestrictions(r, ingress+"ip_security_restriction"))
	return s.candidate()
}

func ingressGate(r *tfstate.Resource, path string) reach.Gate {
	at := bracketed(path)
	switch flagOf(r, path, no) {
	case yes:
		return openGate(exposure.Hop{Gate: "ingress", Resource: r.Address, Attribute: at,
			Summary: r.Address + " takes traffic from outside its environment", Remedy: "Set " + at + " of " + r.Address + " to false"})
	case no:
		return closedGate(exposure.Hop{Gate: "ingress", Resource: r.Address, Attribute: at, Summary: r.Address + " takes traffic from its environment only"})
	}
	return doubtGate("ingress", reach.Pending, afterApply(r, at, "whether "+r.Address+" takes traffic from outside"))
}

// appEnvironment closes an app whose environment has no public address.
func (e *estate) appEnvironment(r *tfstate.Resource) []reach.Gate {
	const path, internal, public = "container_app_environment_id", "internal_load_balancer_enabled", "public_network_access"
	var out []reach.Gate
	for _, l := range e.follow(r, path, ids("azurerm_container_app_environment")...).Links {
		switch {
		case l.To == nil:
			out = append(out, doubtGate("environment", reach.Unread, notInInput(r, path, "azurerm_container_app_environment "+l.Name())))
		case flagOf(l.To, internal, no) == yes:
			out = append(out, closedGate(exposure.Hop{Gate: "environment", Resource: l.To.Address, Attribute: internal, Summary: l.To.Address + " has an internal load balancer"}))
		case flagOf(l.To, internal, no) == unknown:
			out = append(out, doubtGate("environment", reach.Pending, afterApply(l.To, internal, "whether "+l.To.Address+" is internal")))
		default:
			out = append(out, publicSwitch(l.To, public))
		}
	}
	if len(out) == 0 {
		out = append(out, doubtGate("environment", reach.Unread, notInInput(r, path, "the environment of "+r.Address)))
	}
	return out
}

// ingressRestrictions is a list in which every rule has one action: a list of
// allows denies all others, and a list of denies admits them.
func ingressRestrictions(r *tfstate.Resource, path string) reach.Gate {
	if pending(r, path) {
		return doubtGate("restriction", reach.Pending, afterApply(r, bracketed(path), "the restrictions of "+r.Address))
	}
	var rules []reach.Rule
	allows := false
	for i := range tfstate.Elements(reach.Value(r, path)) {
		at := path + "." + itoa(i) + "."
		deny := strings.EqualFold(text(r, at+"action"), "Deny")
		verb := " allows "
		if deny {
			verb = " denies "
		}
		v := reach.Value(r, at+"ip_address_range")
		rule := reach.Rule{Allow: !deny, Hop: exposure.Hop{Resource: r.Address, Attribute: bracketed(at), Summary: r.Address + verb + printable(v)}}
		written, known := tfstate.String(v)
		set, ok := reach.ParseSource(written)
		rule.Source = reach.Source{Set: set, Hidden: tfstate.IsSensitive(v)}
		if !known || !ok {
			rule.Source.Doubt, rule.Source.Gap = reach.Pending, afterApply(r, bracketed(at+"ip_address_range"), "the source of a rule")
		}
		allows = allows || !deny
		rules = append(rules, rule)
	}
	if !allows {
		rules = append(rules, everyoneRule(true, exposure.Hop{Resource: r.Address, Attribute: bracketed(path),
			Summary: r.Address + " allows everyone no restriction speaks of", Remedy: "Add " + bracketed(path) + " to " + r.Address}))
	}
	return firstOf("restriction", r, rules, "admits only what a restriction allows")
}

// containerGroup is a group of containers with an address of its own, which
// nothing filters.
func containerGroup(r *tfstate.Resource) reach.Candidate {
	const path = "ip_address_type"
	s := service{r: r, key: "ipv4", kind: "compute", host: text(r, "ip_address"), names: nameList(text(r, "fqdn")), access: exposure.AccessUnknown, slots: groupPorts(r)}
	if s.host == "" {
		s.host, s.names = text(r, "fqdn"), nil
	}
	switch kind := text(r, path); {
	case pending(r, path):
		s.gates = []reach.Gate{doubtGate("address", reach.Pending, afterApply(r, path, "whether "+r.Address+" gets a public address"))}
	case kind != "" && !strings.EqualFold(kind, "Public"):
		s.gates = []reach.Gate{closedGate(exposure.Hop{Gate: "address", Resource: r.Address, Attribute: path,
			Summary: "no public address: " + r.Address + " has the address type " + exposure.CleanLine(kind)})}
	default:
		s.gates = []reach.Gate{openGate(exposure.Hop{Gate: "address", Resource: r.Address, Attribute: path,
			Summary: r.Address + " has a public address, which nothing filters", Remedy: "Set " + path + " of " + r.Address + " to Private"})}
	}
	if len(s.slots) == 0 {
		s.slots = []reach.Slot{port(exposure.TCP, 0, "")}
		s.slots[0].Ports = exposure.AllPorts
		s.gates = append(s.gates, closedGate(exposure.Hop{Gate: "ports", Resource: r.Address, Attribute: "exposed_port", Summary: r.Address + " exposes no port"}))
	}
	return s.candidate()
}

// groupPorts are the ports that a group exposes: its own list, or that of its
// containers.
func groupPorts(r *tfstate.Resource) []reach.Slot {
	var out []reach.Slot
	for _, path := range []string{"exposed_port", "container.*.ports", "container.*.port"} {
		for _, at := range expand(r, path) {
			for i := range tfstate.Elements(reach.Value(r, at)) {
				n, ok := number(r, at+"."+itoa(i)+".port")
				if !ok || n <= 0 || n > 65535 {
					continue
				}
				t := exposure.TCP
				if strings.EqualFold(text(r, at+"."+itoa(i)+".protocol"), "UDP") {
					t = exposure.UDP
				}
				out = append(out, port(t, n, ""))
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return out
}
