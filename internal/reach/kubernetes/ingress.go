package kubernetes

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// ingress is an Ingress, with the Services of the input: that of its controller
// is what listens.
type ingress struct {
	object
	services []service
}

func (g ingress) candidates() []reach.Candidate {
	var out []reach.Candidate
	for i, p := range g.places("status.loadBalancer.ingress", "ip", "hostname") {
		m := flat.Machine{Resource: g.r, Identity: g.identity(), Kind: "lb", Access: g.access(), Slots: g.slots()}
		front, related := g.front(p)
		m.Related = related
		m.Gates = append(front, g.admitted()...)
		a := g.address(p, i)
		a.Names = g.names()
		out = append(out, m.Candidates([]flat.Address{a})...)
	}
	return out
}

// class is that of the controller that serves the Ingress.
func (g ingress) class() string {
	return strings.ToLower(cmp.Or(g.text("spec.ingressClassName"), g.says("kubernetes.io/ingress.class")))
}

// front returns the gates of what listens for the Ingress: a load balancer that
// the controller makes for it, or the Service of the controller.
func (g ingress) front(p place) (gates []reach.Gate, related []string) {
	field := g.path("metadata.annotations")
	switch class := g.class(); class {
	case "alb":
		return []reach.Gate{g.alb()}, nil
	case "gce":
		return []reach.Gate{flat.OpenGate("scheme", flat.Hop(g.r, g.path("spec.ingressClassName"), g.r.Address+" has an external load balancer, by its class gce", "Give "+g.r.Address+" the class gce-internal"))}, nil
	case "gce-internal":
		return []reach.Gate{flat.ClosedGate("scheme", flat.Hop(g.r, g.path("spec.ingressClassName"), g.r.Address+" has an internal load balancer, by its class gce-internal", ""))}, nil
	}
	if strings.EqualFold(g.says("appgw.ingress.kubernetes.io/use-private-ip"), "true") {
		return []reach.Gate{flat.ClosedGate("scheme", flat.Hop(g.r, field, g.r.Address+" uses the private address of its application gateway", ""))}, nil
	}
	if hop, internal, _ := g.byAnnotation(); internal {
		return []reach.Gate{flat.ClosedGate("scheme", hop)}, nil
	}
	for _, s := range g.services {
		for _, q := range s.places("status.loadBalancer.ingress", "ip", "hostname") {
			if p.host != "" && strings.EqualFold(p.host, q.host) && s.text("spec.type") == "LoadBalancer" {
				return s.gates(q), []string{s.r.Address}
			}
		}
	}
	if host := strings.ToLower(p.host); strings.HasPrefix(host, "internal-") && strings.Contains(host, ".elb.amazonaws.com") {
		return []reach.Gate{flat.ClosedGate("scheme", flat.Hop(g.r, p.path, g.r.Address+" has the name of an internal load balancer", ""))}, nil
	}
	return []reach.Gate{flat.DoubtfulGate("controller", reach.Unread,
		flat.NotInInput(g.r, g.path("spec.ingressClassName"), "the Service of the ingress controller for "+g.r.Address),
		flat.Hop(g.r, g.path("spec.ingressClassName"), g.r.Address+" is served by a controller that may be on the internet", ""))}, nil
}

// alb is the scheme of a load balancer by the AWS controller, which is internal
// unless it is told otherwise.
func (g ingress) alb() reach.Gate {
	const key = "alb.ingress.kubernetes.io/scheme"
	field := g.path("metadata.annotations")
	text, _, unknown := g.annotation(key)
	switch {
	case unknown:
		return flat.DoubtfulGate("scheme", reach.Pending, flat.AfterApply(g.r, field, "the scheme of "+g.r.Address), flat.Hop(g.r, field, g.r.Address+" may have a load balancer on the internet", ""))
	case strings.EqualFold(text, "internet-facing"):
		return flat.OpenGate("scheme", flat.Hop(g.r, field, g.r.Address+" is annotated "+key+" = internet-facing", "Annotate "+g.r.Address+" with "+key+" = internal"))
	case text == "":
		return flat.ClosedGate("scheme", flat.Hop(g.r, field, g.r.Address+" has an internal load balancer, which is the default of the controller", ""))
	}
	return flat.ClosedGate("scheme", flat.Hop(g.r, field, g.r.Address+" is annotated "+key+" = "+g.printable(key), ""))
}

// admitted returns the gates of the sources that the controller lets through.
func (g ingress) admitted() []reach.Gate {
	if g.class() == "alb" {
		return g.listed("source_ranges", "", "alb.ingress.kubernetes.io/inbound-cidrs")
	}
	return g.listed("source_ranges", "",
		"nginx.ingress.kubernetes.io/whitelist-source-range", "nginx.ingress.kubernetes.io/allowlist-source-range")
}

// access tells whether the controller asks who is there.
func (g ingress) access() exposure.Access {
	for _, key := range []string{"nginx.ingress.kubernetes.io/auth-type", "nginx.ingress.kubernetes.io/auth-url", "nginx.ingress.kubernetes.io/auth-tls-secret"} {
		if g.says(key) != "" {
			return exposure.AccessAuthenticated
		}
	}
	if slices.Contains([]string{"cognito", "oidc"}, strings.ToLower(g.says("alb.ingress.kubernetes.io/auth-type"))) {
		return exposure.AccessAuthenticated
	}
	return exposure.AccessUnknown
}

// names are the hosts of the rules. A wildcard is no name to ask at.
func (g ingress) names() []string {
	var out []string
	for i := range g.count("spec.rules") {
		if name := flat.HostOf(g.value("spec.rules." + strconv.Itoa(i) + ".host")); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// slots returns the ports of the Ingress: 80, and 443 with TLS. The AWS
// controller takes a list of ports instead.
func (g ingress) slots() []reach.Slot {
	ports := map[uint16]string{80: "http"}
	if g.count("spec.tls") > 0 || tfstate.Unknown(g.value("spec.tls")) {
		ports[443] = "https"
	}
	switch {
	case g.class() == "alb":
		ports = g.albPorts()
	case strings.HasPrefix(g.class(), "gce") && strings.EqualFold(g.says("kubernetes.io/ingress.allow-http"), "false"):
		delete(ports, 80)
	case g.says("ingress.gcp.kubernetes.io/pre-shared-cert") != "", g.says("networking.gke.io/managed-certificates") != "":
		ports[443] = "https"
	}
	var out []reach.Slot
	for _, port := range slices.Sorted(maps.Keys(ports)) {
		hop := flat.Hop(g.r, g.path("spec"), g.r.Address+" takes "+ports[port]+" requests on port "+strconv.Itoa(int(port)), "")
		out = append(out, reach.Slot{Transport: exposure.TCP, Ports: exposure.PortRange{Lo: port, Hi: port}, App: ports[port], Gates: []reach.Gate{flat.OpenGate("listener", hop)}})
	}
	return out
}

// albPorts reads listen-ports, [{"HTTP": 80}, {"HTTPS": 443}]. Without it the
// controller listens on 80, or on 443 when there is a certificate.
func (g ingress) albPorts() map[uint16]string {
	out := map[uint16]string{}
	var list []map[string]uint16
	if err := json.Unmarshal([]byte(g.says("alb.ingress.kubernetes.io/listen-ports")), &list); err == nil {
		for _, entry := range list {
			for protocol, port := range entry {
				out[port] = appOf(protocol)
			}
		}
	}
	switch {
	case len(out) > 0:
		return out
	case g.says("alb.ingress.kubernetes.io/certificate-arn") != "", g.count("spec.tls") > 0:
		return map[uint16]string{443: "https"}
	}
	return map[uint16]string{80: "http"}
}
