package azure

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// edges returns the endpoints of Front Door and of the content delivery
// network.
func (e *estate) edges() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed("azurerm_cdn_frontdoor_endpoint") {
		out = append(out, e.frontDoor(r))
	}
	for _, r := range e.g.Managed("azurerm_frontdoor") {
		out = append(out, classicFrontDoors(r)...)
	}
	for _, r := range e.g.Managed("azurerm_cdn_endpoint") {
		s := service{r: r, key: "endpoint", kind: "web", host: text(r, "fqdn"), shared: true, access: exposure.AccessAnonymous, slots: []reach.Slot{}}
		for i, path := range []string{"is_https_allowed", "is_http_allowed"} {
			if flagOf(r, path, yes) != no {
				s.slots = append(s.slots, web()[i])
			}
		}
		for _, l := range e.referrers(r, "azurerm_cdn_endpoint_custom_domain", "cdn_endpoint_id") {
			s.names, s.related = append(s.names, text(l.To, "host_name")), append(s.related, l.To.Address)
		}
		s.gates = []reach.Gate{openGate(exposure.Hop{Gate: "endpoint", Resource: r.Address, Summary: r.Address + " answers requests", Remedy: "Remove " + r.Address})}
		if len(s.slots) > 0 {
			out = append(out, s.candidate())
		}
	}
	return out
}

// frontDoor is an endpoint of Front Door. It answers for the protocols of its
// routes.
func (e *estate) frontDoor(r *tfstate.Resource) reach.Candidate {
	s := service{r: r, key: "endpoint", kind: "web", host: text(r, "host_name"), shared: true, access: exposure.AccessAnonymous}
	answers := map[string]reach.Gate{}
	for _, l := range e.referrers(r, "azurerm_cdn_frontdoor_route", "cdn_frontdoor_endpoint_id") {
		s.related = append(s.related, l.To.Address)
		for _, d := range e.follow(l.To, "cdn_frontdoor_custom_domain_ids", ids("azurerm_cdn_frontdoor_custom_domain")...).Links {
			if d.To != nil {
				s.names, s.related = append(s.names, text(d.To, "host_name")), append(s.related, d.To.Address)
			}
		}
		enabled := enabledGate(l.To, "route")
		protocols, _ := tfstate.Strings(l.To.Attr("supported_protocols"))
		for _, p := range protocols {
			key := strings.ToLower(p)
			if before, ok := answers[key]; ok {
				answers[key] = either("route", before, enabled)
			} else {
				answers[key] = enabled
			}
		}
	}
	for _, slot := range web() {
		if gate, ok := answers[slot.App]; ok {
			slot.Gates = []reach.Gate{gate}
			s.slots = append(s.slots, slot)
		}
	}
	s.gates = []reach.Gate{enabledGate(r, "endpoint")}
	if len(s.slots) == 0 {
		s.slots = web()
		s.gates = append(s.gates, closedGate(exposure.Hop{Gate: "route", Resource: r.Address, Summary: "no route of the input leads anywhere from " + r.Address}))
	}
	return s.candidate()
}

// either admits whom one of the gates does.
func either(name string, gates ...reach.Gate) reach.Gate {
	return reach.Gate{Name: name, Edges: edgesOf(gates), Pass: func(f reach.Flow) reach.Passage {
		var answers []reach.Passage
		for _, g := range gates {
			answers = append(answers, g.Pass(f))
		}
		return pool(answers, nil)
	}}
}

func enabledGate(r *tfstate.Resource, name string) reach.Gate {
	switch flagOf(r, "enabled", yes) {
	case yes:
		return openGate(exposure.Hop{Gate: name, Resource: r.Address, Attribute: "enabled", Summary: r.Address + " answers requests", Remedy: "Disable " + r.Address})
	case no:
		return closedGate(exposure.Hop{Gate: name, Resource: r.Address, Attribute: "enabled", Summary: r.Address + " is disabled"})
	}
	return doubtGate(name, reach.Pending, afterApply(r, "enabled", "whether "+r.Address+" is enabled"))
}

// classicFrontDoors returns the frontends of a Front Door of the old kind.
func classicFrontDoors(r *tfstate.Resource) []reach.Candidate {
	var out []reach.Candidate
	for i := range tfstate.Elements(r.Attr("frontend_endpoint")) {
		at := "frontend_endpoint." + itoa(i)
		s := service{r: r, key: "endpoint " + text(r, at+".name"), kind: "web", host: text(r, at+".host_name"), shared: true,
			access: exposure.AccessAnonymous, slots: web()}
		hop := exposure.Hop{Gate: "endpoint", Resource: r.Address, Attribute: bracketed(at), Summary: r.Address + " answers at this frontend", Remedy: "Remove " + bracketed(at) + " of " + r.Address}
		s.gates = []reach.Gate{openGate(hop)}
		if flagOf(r, "load_balancer_enabled", yes) == no {
			s.gates = []reach.Gate{closedGate(exposure.Hop{Gate: "endpoint", Resource: r.Address, Attribute: "load_balancer_enabled", Summary: r.Address + " is disabled"})}
		}
		out = append(out, s.candidate())
	}
	return out
}
