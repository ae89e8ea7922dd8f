package aws

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// sourceAttribute is where a rule names who is admitted.
type sourceAttribute struct{ name, kind string }

var (
	inlineSources = []sourceAttribute{
		{"cidr_blocks", "cidr"}, {"ipv6_cidr_blocks", "cidr"}, {"prefix_list_ids", "list"},
		{"security_groups", "group"}, {"self", "self"},
	}
	ruleSources = []sourceAttribute{
		{"cidr_blocks", "cidr"}, {"ipv6_cidr_blocks", "cidr"}, {"prefix_list_ids", "list"},
		{"source_security_group_id", "group"}, {"self", "self"},
	}
	vpcRuleSources = []sourceAttribute{
		{"cidr_ipv4", "cidr"}, {"cidr_ipv6", "cidr"}, {"prefix_list_id", "list"}, {"referenced_security_group_id", "group"},
	}
)

// elementsOf reads the rule that r holds at prefix: "" for a rule resource,
// "ingress.0." inside a group.
func (e *estate) elementsOf(r *tfstate.Resource, prefix, protocol string, sources []sourceAttribute) []element {
	base, at := element{resource: r}, blockAt(r, prefix)
	gap := readTraffic(&base, at, protocol)
	var out []element
	for _, from := range sources {
		first := len(out)
		out = e.appendSources(out, base, at, from)
		if base.doubt != reach.Sure {
			for i := first; i < len(out); i++ {
				out[i].source.Gap = gap
			}
		}
	}
	return out
}

// block is a resource, or a block of it whose attributes are read one after
// the other.
type block struct {
	r      *tfstate.Resource
	prefix string    // of its attributes: "ingress.0.", "" for the resource
	value  cty.Value // of the block
}

func blockAt(r *tfstate.Resource, prefix string) block {
	b := block{r: r, prefix: prefix}
	if prefix != "" {
		b.value = reach.Value(r, strings.TrimSuffix(prefix, "."))
	}
	return b
}

// attr returns the attribute of the block, as reach.Value does.
func (b block) attr(name string) cty.Value {
	if b.prefix == "" {
		return reach.Value(b.r, name)
	}
	return reach.Below(b.value, name)
}

// readTraffic reads protocol and ports into el, and returns the gap when they
// are not known.
func readTraffic(el *element, at block, protocol string) exposure.Gap {
	r, prefix := at.r, at.prefix
	v := at.attr(protocol)
	name, _ := tfstate.String(v)
	transport, all, ok := reach.ParseProtocol(name)
	from, to := at.attr("from_port"), at.attr("to_port")
	switch {
	case tfstate.Unknown(v):
		el.doubt = reach.Pending
		return afterApply(r, bracketed(prefix+protocol), "the protocol of a rule")
	case !ok:
		el.doubt = reach.Pending
		return exposure.Gap{Resource: r.Address, Attribute: bracketed(prefix + protocol),
			Reason: "the protocol " + printable(v) + " is not known", Remedy: "Write tcp, udp, icmp, icmpv6, -1 or a protocol number"}
	case all:
		el.all = true // whatever ports are written
		return exposure.Gap{}
	}
	el.transport = transport
	if tfstate.Unknown(from) || tfstate.Unknown(to) {
		el.doubt = reach.Pending
		return afterApply(r, bracketed(prefix+"from_port"), "the port range of a rule")
	}
	if reach.Senseless(from) || reach.Senseless(to) {
		el.doubt = reach.Pending
		return reach.Misread(r, bracketed(prefix+"from_port"), "the port range of a rule", tfstate.Printable(from)+" to "+tfstate.Printable(to))
	}
	el.ports, el.void = portsBetween(transport, from, to)
	return exposure.Gap{}
}

// appendSources appends the sources in one attribute of a rule.
func (e *estate) appendSources(out []element, base element, at block, from sourceAttribute) []element {
	r, v := at.r, at.attr(from.name)
	if tfstate.Null(v) || hasNoElement(v) {
		return out
	}
	base.attribute, base.kind = at.prefix+from.name, from.kind
	switch base.kind {
	case "self":
		if self, _ := tfstate.Bool(v); !self {
			return out
		}
		base.kind, base.value = "group", cty.StringVal("its own members")
		base.source.Internal = []string{"its own members"}
		return append(out, base)
	case "list":
		return e.appendList(out, base, r, v)
	}
	if at.prefix == "" && tfstate.Unknown(v) && chosenByProvider(r, base.attribute, v) {
		return out
	}
	if _, single := tfstate.String(v); single || tfstate.Unknown(v) {
		return e.appendSource(out, base, r, v)
	}
	for _, value := range tfstate.Elements(v) {
		out = e.appendSource(out, base, r, value)
	}
	return out
}

// appendSource appends one source.
func (e *estate) appendSource(out []element, el element, r *tfstate.Resource, value cty.Value) []element {
	el.value = value
	written, known := tfstate.String(value)
	set, ok := reach.ParseSource(written)
	switch {
	case known && strings.TrimSpace(written) == "", tfstate.Null(value):
		return out
	case el.kind == "group":
		el.value = e.groupName(r, el.attribute, value)
		el.source.Internal = []string{printable(el.value)}
	case !known:
		el.source.Doubt, el.source.Gap = reach.Pending, afterApply(r, bracketed(el.attribute), "the source of a rule")
	case ok:
		el.source.Set, el.source.Hidden = set, tfstate.IsSensitive(value)
	default:
		el.source.Doubt, el.source.Gap = reach.Pending, noRange(r, bracketed(el.attribute), printable(value))
	}
	return append(out, el)
}

// appendList appends the prefix lists of a rule, which are the value v.
func (e *estate) appendList(out []element, base element, r *tfstate.Resource, v cty.Value) []element {
	if chosenByProvider(r, base.attribute, v) {
		return out
	}
	base.value, base.shown = v, e.listNames(r, base.attribute)
	base.source = e.prefixList(r, base.attribute)
	if base.source.Doubt == reach.Sure && base.source.Set.IsEmpty() && len(base.source.Labels) == 0 && emptyList(v) {
		return out
	}
	return append(out, base)
}

// hasNoElement reports whether v is a list that is known to be empty, as most
// lists of sources are.
func hasNoElement(v cty.Value) bool {
	bare, _ := v.Unmark()
	return bare.Type().IsTupleType() && bare.Type().Length() == 0 && bare.IsKnown() && !bare.IsNull()
}

func emptyList(v cty.Value) bool {
	known, unknown := tfstate.Strings(v)
	return unknown == 0 && strings.Join(known, "") == ""
}

// groupName returns the address of a group that a rule admits, or its id.
func (e *estate) groupName(r *tfstate.Resource, path string, value cty.Value) cty.Value {
	id, known := tfstate.String(value)
	for _, join := range groupJoins {
		for _, group := range e.g.Find(join, id) {
			return cty.StringVal(group.Address).WithSameMarks(value)
		}
	}
	if known {
		return value
	}
	for _, l := range e.g.Follow(r, path, groupJoins...).Links {
		if l.To != nil {
			return cty.StringVal(l.To.Address)
		}
	}
	return cty.StringVal("a group known after apply")
}

// skipICMP reports whether an ICMP rule leaves echo requests out.
func skipICMP(el *element) bool {
	return (el.transport == exposure.ICMP || el.transport == exposure.ICMPv6) && el.ports.Lo != 0
}

// portsBetween reads a port range. For ICMP the fields are type and code; the
// range is 0 when echo requests are among them and 1 when not. void tells why
// the range holds no port.
func portsBetween(t exposure.Transport, from, to cty.Value) (ports exposure.PortRange, void string) {
	lo, okLo := tfstate.Int(from)
	hi, okHi := tfstate.Int(to)
	switch t {
	case exposure.ICMP, exposure.ICMPv6:
		if !okLo || lo == -1 || t == exposure.ICMP && lo == 8 || t == exposure.ICMPv6 && lo == 128 {
			return exposure.PortRange{}, ""
		}
		return exposure.PortRange{Lo: 1, Hi: 1}, ""
	case exposure.TCP, exposure.UDP:
	default:
		return exposure.AllPorts, "" // no ports
	}
	switch {
	case !okLo && !okHi, lo == -1 && hi == -1:
		return exposure.AllPorts, ""
	case !okLo:
		lo = hi
	case !okHi:
		hi = lo
	}
	if lo > hi || lo > 65535 || hi < 0 {
		return exposure.PortRange{}, "a range that holds no port: it goes from " + itoa(lo) + " to " + itoa(hi)
	}
	return exposure.PortRange{Lo: uint16(max(lo, 0)), Hi: uint16(min(hi, 65535))}, ""
}

// trafficOf tells what an element speaks of: "tcp port 443".
func trafficOf(el *element) string {
	if el.all {
		return "every port and protocol"
	}
	if el.doubt != reach.Sure {
		return "ports that are not known"
	}
	return traffic(el.transport, el.ports, el.void)
}

// traffic names ports of a transport: "tcp port 443", "udp ports 8000-8100".
func traffic(t exposure.Transport, ports exposure.PortRange, void string) string {
	name := strings.TrimPrefix(string(t), "other:")
	switch {
	case t == exposure.ICMP || t == exposure.ICMPv6:
		return name
	case t != exposure.TCP && t != exposure.UDP:
		return "protocol " + name
	case void != "":
		return name + " ports"
	case ports == exposure.AllPorts:
		return "every " + name + " port"
	case ports.Lo == ports.Hi:
		return name + " port " + ports.String()
	}
	return name + " ports " + ports.String()
}
