package kubernetes

import (
	"encoding/json"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

type service struct{ object }

// nodePorts are those that a cluster gives to Services unless it is told
// otherwise.
var nodePorts = exposure.PortRange{Lo: 30000, Hi: 32767}

func (s service) candidates() []reach.Candidate {
	v := s.value("spec.type")
	var out []reach.Candidate
	switch {
	case tfstate.Unknown(v):
		gate := flat.DoubtfulGate("type", reach.Pending, flat.AfterApply(s.r, s.path("spec.type"), "the type of "+s.r.Address),
			flat.Hop(s.r, s.path("spec.type"), s.r.Address+" may have a load balancer", ""))
		out = s.balanced(gate)
	case textOf(v) == "LoadBalancer":
		out = s.balanced()
	case textOf(v) == "NodePort":
		out = s.onNodes()
	default:
		out = s.machine(s.slots("port")).Candidates(nil)
	}
	return append(out, s.external()...)
}

func (s service) machine(slots []reach.Slot, gates ...reach.Gate) flat.Machine {
	kind := s.text("spec.type")
	if kind == "" {
		kind = "ClusterIP"
	}
	return flat.Machine{
		Resource: s.r, Identity: s.identity(), Kind: "lb", Slots: slots, Gates: gates,
		NoAddress: s.r.Address + " is of type " + exposure.CleanLine(exposure.Cut(kind, 40)) + ", which nothing outside the cluster reaches",
	}
}

// balanced returns the addresses of the Service's load balancer.
func (s service) balanced(before ...reach.Gate) []reach.Candidate {
	var out []reach.Candidate
	for i, p := range s.places("status.loadBalancer.ingress", "ip", "hostname") {
		gates := append(slices.Clone(before), s.gates(p)...)
		m := s.machine(s.slots("port"), gates...)
		if s.ignoresRanges() && s.count("spec.loadBalancerSourceRanges") > 0 {
			m.Notes = []string{"load_balancer_source_ranges is ignored by the load balancers of this cloud"}
		}
		out = append(out, m.Candidates(s.families(s.address(p, i)))...)
	}
	return out
}

// families adds the IPv6 address that a load balancer known by name, or not
// known yet, may have too. It is asked only of a Service that admits sources
// of that family, for without it the answer for IPv4 holds for both.
func (s service) families(a flat.Address) []flat.Address {
	if _, err := netip.ParseAddr(a.Host); err == nil || !s.admitsIPv6() {
		return []flat.Address{a}
	}
	six := a
	six.Key, six.Family = a.Key+" ipv6", reach.IPv6
	path := s.path("spec.ipFamilies")
	if list, _ := tfstate.Strings(s.value("spec.ipFamilies")); !slices.Contains(list, "IPv6") {
		gap := flat.NotInInput(s.r, path, "whether the load balancer of "+s.r.Address+" has an IPv6 address")
		gap.Remedy = "Look at the address of the load balancer"
		six.Gate = flat.DoubtfulGate("address", reach.Unread, gap, flat.Hop(s.r, path, s.r.Address+" may get an IPv6 address from the cluster", ""))
	}
	return []flat.Address{a, six}
}

// admitsIPv6 reports whether a source range of the Service is one of IPv6.
func (s service) admitsIPv6() bool {
	list, _ := tfstate.Strings(s.value("spec.loadBalancerSourceRanges"))
	return slices.ContainsFunc(list, func(text string) bool {
		source, ok := reach.ParseSource(text)
		return ok && !source.Only(reach.IPv6).IsEmpty()
	})
}

// gates are those of the load balancer at a place.
func (s service) gates(p place) []reach.Gate {
	gates := []reach.Gate{s.scheme(p)}
	if s.ignoresRanges() {
		return append(gates, s.linode()...)
	}
	return append(gates, s.listed("source_ranges", "spec.loadBalancerSourceRanges",
		"service.beta.kubernetes.io/load-balancer-source-ranges", "service.beta.kubernetes.io/azure-allowed-ip-ranges",
		"service.beta.kubernetes.io/do-loadbalancer-allow-rules")...)
}

// ignoresRanges reports whether the Service is made for a cloud whose load
// balancers do not heed its source ranges.
func (s service) ignoresRanges() bool {
	return s.annotated("load-balancer.hetzner.cloud/") || s.annotated("service.beta.kubernetes.io/linode-loadbalancer-")
}

// linode returns the gate of the firewall that annotations give a NodeBalancer:
// a list of their own, or one that is declared elsewhere.
func (s service) linode() []reach.Gate {
	const list, id = "service.beta.kubernetes.io/linode-loadbalancer-firewall-acl", "service.beta.kubernetes.io/linode-loadbalancer-firewall-id"
	path := s.path("metadata.annotations")
	var acl struct {
		Allow, Deny struct{ IPv4, IPv6 []string }
	}
	text := strings.NewReplacer("allowList", "allow", "denyList", "deny").Replace(s.says(list))
	err := json.Unmarshal([]byte(text), &acl)
	world, _ := reach.ParseSource("*")
	switch denied := append(acl.Deny.IPv4, acl.Deny.IPv6...); {
	case s.says(id) != "" || text != "" && err != nil:
		return []reach.Gate{flat.DoubtfulGate("firewall", reach.Unread, flat.NotInInput(s.r, path, "the firewall of the load balancer of "+s.r.Address),
			flat.Hop(s.r, path, s.r.Address+" has a firewall that may admit everyone", ""))}
	case text == "":
		return nil
	case len(denied) > 0:
		source, _ := flat.SourceOf(s.r, path, s.texts(denied))
		return []reach.Gate{only(reach.Source{Set: world.Minus(source.Set), Doubt: source.Doubt, Gap: source.Gap, Hidden: source.Hidden}, flat.Hop(s.r, path, s.r.Address+" admits all but some sources", ""))}
	}
	source, shown := flat.SourceOf(s.r, path, s.texts(append(acl.Allow.IPv4, acl.Allow.IPv6...)))
	return []reach.Gate{only(source, flat.Hop(s.r, path, s.r.Address+" admits "+shown, "Narrow "+list+" of "+s.r.Address))}
}

// only is the gate of one source.
func only(source reach.Source, hop exposure.Hop) reach.Gate {
	rule := reach.Rule{Allow: true, Source: source, Hop: hop}
	return reach.Gate{Name: "firewall", Pass: func(f reach.Flow) reach.Passage { return reach.AnyMatch([]reach.Rule{rule}, f) }}
}

// texts makes a list of what annotations hold, as sensitive as they are.
func (s service) texts(list []string) cty.Value {
	if len(list) == 0 {
		return cty.EmptyTupleVal
	}
	values := make([]cty.Value, len(list))
	for i, text := range list {
		values[i] = cty.StringVal(text)
		if tfstate.IsSensitive(s.value("metadata.annotations")) {
			values[i] = values[i].Mark(tfstate.Sensitive)
		}
	}
	return cty.TupleVal(values)
}

// slots returns the ports of the Service; the field tells which: port, or
// nodePort.
func (s service) slots(field string) []reach.Slot {
	var out []reach.Slot
	for i := range s.count("spec.ports") {
		entry := "spec.ports." + strconv.Itoa(i) + "."
		transport, _, ok := reach.ParseProtocol(s.text(entry + "protocol"))
		if !ok || transport == "" {
			transport = exposure.TCP
		}
		slot := reach.Slot{Transport: transport, Ports: exposure.AllPorts, App: appOf(s.text(entry + "appProtocol"))}
		path := s.path(entry + field)
		n, known := tfstate.Int(s.value(entry + field))
		hop := flat.Hop(s.r, path, s.r.Address+" listens on "+string(transport)+" port "+strconv.Itoa(n), "Remove the port from "+s.r.Address)
		switch {
		case known && n > 0 && n < 65536:
			slot.Ports = exposure.PortRange{Lo: uint16(n), Hi: uint16(n)}
			slot.Gates = []reach.Gate{flat.OpenGate("listener", hop)}
		default:
			hop.Summary = s.r.Address + " listens on a port that is not known"
			if field == "nodePort" {
				slot.Ports = nodePorts
			}
			slot.Gates = []reach.Gate{flat.DoubtfulGate("listener", reach.Pending, flat.AfterApply(s.r, path, "a port of "+s.r.Address), hop)}
		}
		out = append(out, slot)
	}
	if len(out) == 0 {
		out = []reach.Slot{{Transport: exposure.TCP, Ports: exposure.AllPorts}}
	}
	return out
}

func appOf(protocol string) string {
	switch p := strings.ToLower(protocol[strings.LastIndex(protocol, "/")+1:]); p {
	case "http", "https":
		return p
	case "h2c", "ws":
		return "http"
	case "wss":
		return "https"
	}
	return ""
}

// onNodes is a Service with a port on every node. Which addresses the nodes
// have and who gets to them the objects of the cluster do not tell.
func (s service) onNodes() []reach.Candidate {
	path := s.path("spec.type")
	hop := flat.Hop(s.r, path, s.r.Address+" has a port on every node of the cluster", "Give "+s.r.Address+" the type ClusterIP")
	gap := flat.NotInInput(s.r, path, "who gets to the nodes of the cluster")
	gap.Remedy = "Look at the addresses and firewalls of the nodes"
	return s.machine(s.slots("nodePort")).Candidates([]flat.Address{{Key: "node", Family: reach.IPv4, Gate: flat.DoubtfulGate("node", reach.Pending, gap, hop)}})
}

// external returns the public addresses at which the nodes take traffic for
// the Service. That the network brings it there is for others to arrange.
func (s service) external() []reach.Candidate {
	var out []reach.Candidate
	for i, v := range tfstate.Elements(s.value("spec.externalIPs")) {
		addr, err := netip.ParseAddr(flat.HostOf(v))
		if err != nil || !reach.Public(reach.Of(addr)).Contains(addr) {
			continue
		}
		path := s.path("spec.externalIPs")
		hop := flat.Hop(s.r, path, "the nodes take traffic for "+s.r.Address+" at "+flat.Printable(v), "Remove the address from external_ips of "+s.r.Address)
		gap := flat.NotInInput(s.r, path, "whether the network brings traffic for "+flat.Printable(v)+" to a node")
		gap.Remedy = "Look at what routes the address to the nodes"
		a := flat.Address{Key: "external " + strconv.Itoa(i), Family: reach.Of(addr), Host: addr.String(), Gate: flat.DoubtfulGate("address", reach.Unread, gap, hop)}
		out = append(out, s.machine(s.slots("port")).Candidates([]flat.Address{a})...)
	}
	return out
}

// commaList splits a text with commas into a list. Entries may have a type
// before them: "cidr:192.0.2.0/24", "ip:192.0.2.1".
func commaList(v cty.Value) cty.Value {
	text, ok := tfstate.String(v)
	if !ok {
		return v
	}
	var out []cty.Value
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(part), "cidr:"), "ip:")
		if part != "" {
			out = append(out, cty.StringVal(part).WithSameMarks(v))
		}
	}
	if len(out) == 0 {
		return cty.EmptyTupleVal
	}
	return cty.TupleVal(out)
}
