package oci

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// securityGate is the union of the security lists of the subnets and of the
// network security groups.
func (e *estate) securityGate(n interfaces) reach.Gate {
	list := append([]flat.Firewall{}, n.groups...)
	assumed := false
	for _, l := range n.subnets {
		if l.To == nil {
			list = append(list, flat.Unread(n.spec, n.path, "subnet "+l.Name()))
			continue
		}
		lists, factory := e.listsOf(l.To)
		list, assumed = append(list, lists...), assumed || factory
	}
	if len(n.subnets) == 0 {
		list = append(list, flat.Unread(n.spec, n.path, "the subnet of "+n.r.Address))
	}
	gate := flat.Guard(n.r, list, flat.Undeclared{})
	if !assumed {
		return gate
	}
	return reach.Gate{Name: gate.Name, Edges: gate.Edges, Pass: func(f reach.Flow) reach.Passage {
		p := gate.Pass(f)
		p.Assumptions = append(p.Assumptions, assumeDefaultList)
		for i, h := range p.Hops {
			if strings.Contains(h.Summary, factoryName) {
				p.Hops[i].Certainty = exposure.Assumed
			}
		}
		return p
	}}
}

const factoryName = "the default security list of the network"

// listsOf returns the security lists of a subnet. factory tells that the
// default list as Oracle makes it is among them.
func (e *estate) listsOf(subnet *tfstate.Resource) (out []flat.Firewall, factory bool) {
	joins := []reach.Join{join("oci_core_security_list"), join("oci_core_default_security_list"), {Type: "oci_core_vcn", Attr: "default_security_list_id"}}
	links := reach.Links{Unset: true}
	if v := flat.Value(subnet, "security_list_ids"); !tfstate.Null(v) && (tfstate.Unknown(v) || len(tfstate.Elements(v)) > 0) {
		links = e.g.Follow(subnet, "security_list_ids", joins...)
	}
	if links.Unset {
		links = e.g.Follow(subnet, "vcn_id", join("oci_core_vcn"))
	}
	for _, l := range links.Links {
		switch {
		case l.To == nil:
			out = append(out, flat.Unread(subnet, "security_list_ids", "security list "+l.Name()))
		case l.To.Type == "oci_core_vcn":
			list, missing, assumed := e.defaultOf(l.To, "oci_core_default_security_list", "default_security_list_id")
			switch {
			case list != nil:
				out = append(out, flat.Firewall{Name: list.Address, Rules: e.listRules(list)})
			case assumed:
				out, factory = append(out, factoryList(subnet)), true
			default:
				out = append(out, flat.Unread(subnet, "security_list_ids", missing))
			}
		default:
			out = append(out, flat.Firewall{Name: l.To.Address, Rules: e.listRules(l.To)})
		}
	}
	if links.Unknown || len(out) == 0 {
		out = append(out, flat.Unread(subnet, "security_list_ids", "a security list of "+subnet.Address))
	}
	return out, factory
}

// factoryList is the default security list as Oracle makes it.
func factoryList(subnet *tfstate.Resource) flat.Firewall {
	world, _ := reach.ParseSource("0.0.0.0/0")
	return flat.Firewall{Name: factoryName, Rules: []reach.Rule{{
		Allow: true, Transport: exposure.TCP, Ports: exposure.PortRange{Lo: 22, Hi: 22}, Source: reach.Source{Set: world},
		Hop: flat.Hop(subnet, "security_list_ids", factoryName+" of "+subnet.Address+" allows 0.0.0.0/0 to tcp port 22", "Give "+subnet.Address+" a security list of its own"),
	}}}
}

// listRules returns the ingress rules of a security list.
func (e *estate) listRules(r *tfstate.Resource) []reach.Rule {
	if unlisted, ok := flat.Unlisted(r, "ingress_security_rules"); ok {
		return []reach.Rule{unlisted}
	}
	var replies []reply
	for i := range tfstate.Elements(flat.Value(r, "egress_security_rules")) {
		replies = append(replies, reply{r, "egress_security_rules." + itoa(i), ""})
	}
	var out []reach.Rule
	for i := range tfstate.Elements(flat.Value(r, "ingress_security_rules")) {
		out = append(out, ingress(r, "ingress_security_rules."+itoa(i), "", replies)...)
	}
	return out
}

// groups returns the network security groups that r names at path.
func (e *estate) groups(r *tfstate.Resource, path string) []flat.Firewall {
	if tfstate.Null(flat.Value(r, path)) {
		return nil
	}
	var out []flat.Firewall
	links := e.g.Follow(r, path, join("oci_core_network_security_group"))
	for _, l := range links.Links {
		if l.To == nil {
			out = append(out, flat.Unread(r, path, "network security group "+l.Name()))
			continue
		}
		fw := flat.Firewall{Name: l.To.Address, Rules: e.groupRules(l.To)}
		if !l.Certain {
			fw.Doubt, fw.Gap = reach.Pending, flat.AfterApply(r, path, "whether "+r.Address+" is in "+l.To.Address)
		}
		out = append(out, fw)
	}
	if links.Unknown {
		fw := flat.Unread(r, path, "a network security group of "+r.Address)
		fw.Doubt, fw.Gap = reach.Pending, flat.AfterApply(r, path, "the network security groups of "+r.Address)
		out = append(out, fw)
	}
	return out
}

// groupRules returns the ingress rules of a network security group.
func (e *estate) groupRules(group *tfstate.Resource) []reach.Rule {
	const destination = "destination_port_range.0"
	links := e.g.Referrers(group, "id", "oci_core_network_security_group_security_rule", "network_security_group_id")
	var replies []reply
	for _, l := range links {
		if !strings.EqualFold(flat.Text(l.To, "direction"), "INGRESS") {
			replies = append(replies, reply{l.To, "", destination})
		}
	}
	var out []reach.Rule
	for _, l := range links {
		if strings.EqualFold(flat.Text(l.To, "direction"), "EGRESS") {
			continue
		}
		rules := ingress(l.To, "", destination, replies)
		for i := range rules {
			if !l.Certain {
				rules[i].Doubt = reach.Pending
				rules[i].Source.Gap = flat.AfterApply(l.To, "network_security_group_id", "whether "+l.To.Address+" belongs to "+group.Address)
			}
		}
		out = append(out, rules...)
	}
	return out
}

// ingress reads one ingress rule. below is where the options hold the
// destination ports; replies are the rules that let answers to a stateless rule
// out again.
func ingress(r *tfstate.Resource, path, below string, replies []reply) []reach.Rule {
	protocol := reach.Value(r, flat.Join(path, "protocol"))
	ports, icmp := portsOf(r, path, protocol, below)
	if !icmp {
		return nil
	}
	source, shown := sourceOf(r, path)
	entry := flat.Entry{Resource: r, Path: path, Protocol: protocol, Ports: ports, Source: source, Shown: shown, From: "source"}
	switch flat.FlagAt(r, flat.Join(path, "stateless"), false) {
	case flat.Yes:
		var answered reach.Set
		for _, p := range replies {
			answered = answered.Union(p.to(protocol))
		}
		entry.Source.Set = source.Set.Intersect(answered)
		entry.Note = " without state, as far as answers may leave"
	case flat.Unsure:
		entry.Source.Doubt, entry.Source.Gap = reach.Pending, flat.AfterApply(r, flat.Join(path, "stateless"), "whether a rule is stateless")
		entry.Source.Set = reach.Set{}
	}
	return entry.Rules()
}

// sourceOf reads the source of a rule. Services and groups are no internet
// hosts.
func sourceOf(r *tfstate.Resource, path string) (reach.Source, string) {
	kind := flat.Text(r, flat.Join(path, "source_type"))
	if kind == "" || kind == "CIDR_BLOCK" {
		return flat.SourceAt(r, flat.Join(path, "source"))
	}
	shown := "services " + flat.Printable(reach.Value(r, flat.Join(path, "source")))
	if kind == "NETWORK_SECURITY_GROUP" {
		shown = "members of another group"
	}
	return reach.Source{Internal: []string{shown}}, shown
}

// portsOf reads the destination ports of a rule. icmp is false for rules that
// leave echo requests out.
func portsOf(r *tfstate.Resource, path string, protocol cty.Value, below string) (ports flat.Ports, icmp bool) {
	name, _ := tfstate.String(protocol)
	switch name {
	case "1", "58":
		v := reach.Value(r, flat.Join(path, "icmp_options.0.type"))
		n, ok := tfstate.Int(v)
		return flat.PortsIn(exposure.AllPorts), !ok || n == 8 || n == 128
	case "6", "17":
		options := map[string]string{"6": "tcp_options.0", "17": "udp_options.0"}[name]
		return rangeAt(r, flat.Join(flat.Join(path, options), below)), true
	}
	return flat.PortsIn(exposure.AllPorts), true
}

// rangeAt reads min and max below a path; without them every port.
func rangeAt(r *tfstate.Resource, path string) flat.Ports {
	path = strings.TrimSuffix(path, ".")
	lo, hi := reach.Value(r, path+".min"), reach.Value(r, path+".max")
	from, okLo := tfstate.Int(lo)
	to, okHi := tfstate.Int(hi)
	switch {
	case tfstate.Unknown(lo) || tfstate.Unknown(hi):
		return flat.UnknownPorts()
	case !okLo || !okHi || from == 0 && to == 0:
		return flat.PortsIn(exposure.AllPorts)
	case from < 0 || to > 65535 || from > to:
		return flat.PortsIn()
	}
	return flat.PortsIn(exposure.PortRange{Lo: uint16(from), Hi: uint16(to)})
}

// reply is an egress rule, asked for the way back of a stateless rule.
type reply struct {
	r     *tfstate.Resource
	path  string
	below string
}

// to returns where answers may go: the destination of a rule for the protocol
// that does not narrow the ports of clients.
func (p reply) to(protocol cty.Value) reach.Set {
	asked, _ := tfstate.String(protocol)
	own := flat.Text(p.r, flat.Join(p.path, "protocol"))
	if own != asked && !strings.EqualFold(own, "all") {
		return reach.Set{}
	}
	if ports, _ := portsOf(p.r, p.path, reach.Value(p.r, flat.Join(p.path, "protocol")), p.below); !ports.All() {
		return reach.Set{}
	}
	set, _ := reach.ParseSource(flat.Text(p.r, flat.Join(p.path, "destination")))
	return set
}
