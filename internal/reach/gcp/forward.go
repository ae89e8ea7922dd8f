package gcp

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

var forwardingTypes = []string{"google_compute_forwarding_rule", "google_compute_global_forwarding_rule"}

// target kinds, by the type of the resource and by the part of a self link
// that names them.
type targetKind int

const (
	targetOther targetKind = iota
	targetPool
	targetInstance
	targetProxy
	targetVPN
)

var targetKinds = map[string]struct {
	kind targetKind
	app  string
	part string
}{
	"google_compute_target_pool":               {targetPool, "", "targetPools"},
	"google_compute_target_instance":           {targetInstance, "", "targetInstances"},
	"google_compute_target_http_proxy":         {targetProxy, "http", "targetHttpProxies"},
	"google_compute_region_target_http_proxy":  {targetProxy, "http", "targetHttpProxies"},
	"google_compute_target_https_proxy":        {targetProxy, "https", "targetHttpsProxies"},
	"google_compute_region_target_https_proxy": {targetProxy, "https", "targetHttpsProxies"},
	"google_compute_target_grpc_proxy":         {targetProxy, "", "targetGrpcProxies"},
	"google_compute_target_tcp_proxy":          {targetProxy, "", "targetTcpProxies"},
	"google_compute_region_target_tcp_proxy":   {targetProxy, "", "targetTcpProxies"},
	"google_compute_target_ssl_proxy":          {targetProxy, "", "targetSslProxies"},
	"google_compute_vpn_gateway":               {targetVPN, "", "targetVpnGateways"},
}

var (
	targetTypes  = sortedKeys(targetKinds)
	serviceTypes = []string{"google_compute_backend_service", "google_compute_region_backend_service"}
	bucketTypes  = []string{"google_compute_backend_bucket"}
	mapTypes     = []string{"google_compute_url_map", "google_compute_region_url_map"}
)

func sortedKeys[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// forwardingRules returns the front ends of load balancers and the addresses
// of protocol forwarding. Those of VPN gateways are told with the gateway.
func (e *estate) forwardingRules() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed(forwardingTypes...) {
		b := e.behind(r)
		if b.kind == targetVPN {
			continue
		}
		c := e.forwardingRule(r, b)
		if len(c.Slots) > 0 {
			out = append(out, c)
		}
	}
	return out
}

func (e *estate) forwardingRule(r *tfstate.Resource, b backend) reach.Candidate {
	address := e.addressAt(r, "ip_address")
	family := familyOf(r, address.host)
	c := reach.Candidate{
		Family: family,
		Gates:  []reach.Gate{schemeGate(r)},
		Endpoint: exposure.Endpoint{
			ResourceAddress: r.Address, Key: strings.ToLower(family.String()), Kind: "lb", Identity: identity(r),
			Host: hostOnly(address.host), App: b.app, Related: sortedSet(append(address.related, b.related...)), Access: b.access, Notes: b.notes,
		},
	}
	for _, slot := range slotsOfRule(r) {
		slot.App, slot.Gates = b.app, append([]reach.Gate{listens(r, b, slot), steering(r)}, b.gates...)
		c.Slots = append(c.Slots, slot)
	}
	return c
}

// familyOf returns the address family of a forwarding rule.
func familyOf(r *tfstate.Resource, host string) reach.Family {
	if strings.Contains(host, ":") || text(r, "ip_version") == "IPV6" {
		return reach.IPv6
	}
	return reach.IPv4
}

// hostOnly drops the length of a range: a regional rule has a whole range of
// IPv6 addresses, of which the first is as good as any.
func hostOnly(host string) string {
	if prefix, err := netip.ParsePrefix(host); err == nil {
		return prefix.Addr().String()
	}
	return host
}

// schemeGate says whether a forwarding rule has a public address. Without a
// scheme it is EXTERNAL; an empty one is that of Private Service Connect.
func schemeGate(r *tfstate.Resource) reach.Gate {
	v := value(r, "load_balancing_scheme")
	scheme, known := tfstate.String(v)
	hop := exposure.Hop{Resource: r.Address, Attribute: "load_balancing_scheme", Certainty: exposure.Must}
	switch {
	case tfstate.Unknown(v):
		gap := afterApply(r, "load_balancing_scheme", "the load balancing scheme of "+r.Address)
		hop.Summary = r.Address + " may be external"
		return gateOf("address", func(f reach.Flow) reach.Passage { return believed(f, reach.Pending, gap, hop) })
	case !known || strings.HasPrefix(scheme, "EXTERNAL"):
		hop.Summary = r.Address + " has a public address (load_balancing_scheme " + strings.TrimSpace("EXTERNAL"+strings.TrimPrefix(scheme, "EXTERNAL")) + ")"
		return openGate("address", hop)
	case scheme == "":
		hop.Summary = r.Address + " is a private connection to a service"
	default:
		hop.Summary = r.Address + " has an internal address (load_balancing_scheme " + exposure.CleanLine(scheme) + ")"
	}
	return closedGate("address", hop)
}

// slotsOfRule returns the ports that a forwarding rule takes. Protocols
// without ports, such as ESP, are left out: nothing could be asked there.
func slotsOfRule(r *tfstate.Resource) []reach.Slot {
	var transports []exposure.Transport
	switch strings.ToUpper(text(r, "ip_protocol")) {
	case "", "TCP":
		transports = []exposure.Transport{exposure.TCP}
	case "UDP":
		transports = []exposure.Transport{exposure.UDP}
	case "L3_DEFAULT":
		transports = []exposure.Transport{exposure.TCP, exposure.UDP}
	}
	var slots []reach.Slot
	for _, t := range transports {
		for _, ports := range portsOfRule(r) {
			slots = append(slots, reach.Slot{Transport: t, Ports: ports})
		}
	}
	return slots
}

// portsOfRule returns the ports of a forwarding rule: all of them where it
// names none, and where those it names are known only after apply.
func portsOfRule(r *tfstate.Resource) []exposure.PortRange {
	var out []exposure.PortRange
	written, _ := tfstate.Strings(value(r, "ports"))
	if single := text(r, "port_range"); single != "" {
		written = append(written, single)
	}
	for _, w := range written {
		if ports, err := exposure.ParsePortRange(strings.TrimSpace(w)); err == nil {
			out = append(out, ports)
		}
	}
	if len(out) == 0 {
		return []exposure.PortRange{exposure.AllPorts}
	}
	return exposure.MergePortRanges(out)
}

// listens is the gate of the forwarding rule itself.
func listens(r *tfstate.Resource, b backend, slot reach.Slot) reach.Gate {
	hop := exposure.Hop{Resource: r.Address, Attribute: b.attribute, Certainty: exposure.Must,
		Summary: r.Address + " sends " + traffic(slot.Transport, []exposure.PortRange{slot.Ports}) + " to " + b.name,
		Remedy:  "Remove " + r.Address + " or make it internal"}
	gap, doubtful := portGap(r)
	if !doubtful {
		return openGate("listener", hop)
	}
	return gateOf("listener", func(f reach.Flow) reach.Passage { return believed(f, reach.Pending, gap, hop) })
}

// steering is the list of sources that a forwarding rule takes packets from.
// Without one it takes them from everyone.
func steering(r *tfstate.Resource) reach.Gate {
	const path = "source_ip_ranges"
	v := value(r, path)
	if len(tfstate.Elements(v)) == 0 && !tfstate.Unknown(v) {
		return gateOf("steering", func(f reach.Flow) reach.Passage { return reach.Open(f) })
	}
	only := reach.Rule{Allow: true, Hop: exposure.Hop{Resource: r.Address, Attribute: path,
		Summary: r.Address + " takes packets from " + printable(tfstate.Elements(v)...) + " only"}}
	if tfstate.Unknown(v) {
		only.Source.Doubt, only.Source.Gap = reach.Pending, afterApply(r, path, "whom "+r.Address+" takes packets from")
	}
	readRanges(&only.Source, r, path, tfstate.Elements(v))
	return gateOf("steering", func(f reach.Flow) reach.Passage { return reach.AnyMatch([]reach.Rule{only}, f) })
}

// portGap tells that the ports of a rule are known only after apply.
func portGap(r *tfstate.Resource) (exposure.Gap, bool) {
	for _, name := range []string{"port_range", "ports", "ip_protocol"} {
		if tfstate.Unknown(value(r, name)) {
			return afterApply(r, name, "what "+r.Address+" listens on"), true
		}
	}
	return exposure.Gap{}, false
}
