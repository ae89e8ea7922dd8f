package kubernetes

import (
	"strconv"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// gateway is a Gateway of the Gateway API.
type gateway struct{ object }

func (g gateway) candidates() []reach.Candidate {
	m := flat.Machine{Resource: g.r, Identity: g.identity(), Kind: "lb", Gates: []reach.Gate{g.class()}}
	var names []string
	for i := range g.count("spec.listeners") {
		entry := "spec.listeners." + strconv.Itoa(i) + "."
		protocol := strings.ToLower(g.text(entry + "protocol"))
		path := g.path(strings.TrimSuffix(entry, "."))
		m.Slots = append(m.Slots, flat.Listener{On: g.r, Declared: g.r, Path: path, Port: "port", Protocol: protocol}.Slots()...)
		if name := flat.HostOf(g.value(entry + "hostname")); name != "" {
			names = append(names, name)
		}
	}
	if len(m.Slots) == 0 {
		m.Gates = append(m.Gates, flat.DoubtfulGate("listener", reach.Pending, flat.AfterApply(g.r, g.path("spec.listeners"), "what "+g.r.Address+" listens on"),
			flat.Hop(g.r, g.path("spec.listeners"), g.r.Address+" may have listeners", "")))
	}
	var out []reach.Candidate
	for i, p := range g.places("status.addresses", "value") {
		a := g.address(p, i)
		a.Names = names
		out = append(out, m.Candidates([]flat.Address{a})...)
	}
	return out
}

// class is the gate of the GatewayClass: those of Google Kubernetes Engine say
// by their names whether they are on the internet, others leave it to the load
// balancer that they make.
func (g gateway) class() reach.Gate {
	path := g.path("spec.gatewayClassName")
	class := strings.ToLower(g.text("spec.gatewayClassName"))
	if hop, internal, _ := g.byAnnotation(); internal {
		return flat.ClosedGate("scheme", hop)
	}
	for _, t := range inside {
		v := reach.Attr(g.value("spec.infrastructure.annotations"), t.key)
		if text, ok := tfstate.String(v); ok && t.on(text) {
			return flat.ClosedGate("scheme", flat.Hop(g.r, g.path("spec.infrastructure.annotations"), g.r.Address+" has its load balancer annotated "+t.key+": it is internal", ""))
		}
	}
	switch {
	case strings.HasPrefix(class, "gke-l7-") && strings.Contains(class, "external"), class == "gke-l7-gxlb", class == "gke-l7-gxlb-mc":
		return flat.OpenGate("scheme", flat.Hop(g.r, path, g.r.Address+" is on the internet, by its class "+class, "Give "+g.r.Address+" the class gke-l7-rilb"))
	case strings.HasPrefix(class, "gke-l7-rilb"), strings.HasPrefix(class, "gke-l7-") && strings.Contains(class, "internal"):
		return flat.ClosedGate("scheme", flat.Hop(g.r, path, g.r.Address+" is internal, by its class "+class, ""))
	}
	return flat.DoubtfulGate("scheme", reach.Unread, flat.NotInInput(g.r, path, "the load balancer that the class of "+g.r.Address+" makes"),
		flat.Hop(g.r, path, g.r.Address+" may be on the internet, as its class decides", ""))
}
