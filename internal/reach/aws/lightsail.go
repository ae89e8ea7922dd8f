package aws

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// lightsailTypes are the types that lightsail reads.
var lightsailTypes = []string{
	"aws_lightsail_instance", "aws_lightsail_instance_public_ports", "aws_lightsail_static_ip", "aws_lightsail_static_ip_attachment",
}

// lightsail returns the addresses of Lightsail instances. They stand in no VPC
// of the account: a list of open ports is all that is before them.
func (e *estate) lightsail() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed("aws_lightsail_instance") {
		if kind := text(r, "ip_address_type"); kind != "ipv6" {
			out = append(out, e.lightsailCandidate(r, reach.IPv4, "ipv4", e.staticIP(r)))
		}
		known, pending := tfstate.Strings(r.Attr("ipv6_addresses"))
		if kind := text(r, "ip_address_type"); pending > 0 && kind != "ipv4" {
			out = append(out, e.lightsailCandidate(r, reach.IPv6, "ipv6", ""))
		}
		for i, host := range known {
			addr, err := netip.ParseAddr(host)
			if err != nil || !reach.Public(reach.IPv6).Contains(addr) {
				continue
			}
			key := "ipv6"
			if i > 0 {
				key += " " + itoa(i+1)
			}
			out = append(out, e.lightsailCandidate(r, reach.IPv6, key, addr.String()))
		}
	}
	return out
}

// staticIP returns the IPv4 address of an instance: that which is attached to
// it, or else its own. It is empty when none is known yet.
func (e *estate) staticIP(r *tfstate.Resource) string {
	for _, attribute := range []string{"name", "id"} {
		for _, l := range e.g.Referrers(r, attribute, "aws_lightsail_static_ip_attachment", "instance_name") {
			if host := text(l.To, "ip_address"); host != "" || l.Certain {
				return host
			}
		}
	}
	return text(r, "public_ip_address")
}

func (e *estate) lightsailCandidate(r *tfstate.Resource, family reach.Family, key, host string) reach.Candidate {
	rules, assumptions := e.openPorts(r)
	address := openGate(exposure.Hop{Gate: "address", Resource: r.Address, Summary: r.Address + " has a public " + family.String() + " address"})
	ports := reach.Gate{Name: "firewall", Edges: reach.Edges(rules), Pass: func(f reach.Flow) reach.Passage {
		p := reach.AnyMatch(rules, f)
		p.Assumptions = assumptions
		if p.May.IsEmpty() && len(p.Hops) == 0 {
			p.Hops = []exposure.Hop{{Resource: r.Address, Certainty: exposure.Must, Summary: "nothing opens these ports of " + r.Address}}
		}
		return p
	}}
	return reach.Candidate{Family: family, Gates: []reach.Gate{address, ports}, Endpoint: exposure.Endpoint{
		ResourceAddress: r.Address, Key: key, Identity: identity(r), Host: host, Kind: "compute",
	}}
}

// openPorts returns the rules of an instance. A declared list replaces all that
// the blueprint opens.
func (e *estate) openPorts(r *tfstate.Resource) (rules []reach.Rule, assumptions []string) {
	var lists []reach.Link
	for _, attribute := range []string{"name", "id"} {
		lists = mergeLinks(lists, e.g.Referrers(r, attribute, "aws_lightsail_instance_public_ports", "instance_name"))
	}
	if len(lists) == 0 {
		return blueprintPorts(r), []string{assumeBlueprint}
	}
	for _, l := range lists {
		for i, block := range tfstate.Elements(l.To.Attr("port_info")) {
			rule := e.portRule(l.To, block, fmt.Sprintf("port_info.%d.", i))
			if !l.Certain {
				rule.Doubt = reach.Pending
				rule.Source.Gap = afterApply(l.To, "instance_name", "which instance "+l.To.Address+" is for")
			}
			rules = append(rules, rule)
		}
		if v := l.To.Attr("port_info"); tfstate.Unknown(v) {
			rules = append(rules, e.unreadRule(l.To, reach.Pending, afterApply(l.To, "port_info", "the list of open ports")))
		}
		if gap, odd := oddRules(l.To, "port_info"); odd {
			rules = append(rules, e.unreadRule(l.To, reach.Pending, gap))
		}
	}
	return rules, nil
}

// blueprintPorts are those that Lightsail opens by itself.
func blueprintPorts(r *tfstate.Resource) []reach.Rule {
	ports := []uint16{22, 80}
	if strings.HasPrefix(text(r, "blueprint_id"), "windows") {
		ports = []uint16{3389}
	}
	var rules []reach.Rule
	for _, port := range ports {
		rules = append(rules, reach.Rule{Allow: true, Transport: exposure.TCP, Ports: exposure.PortRange{Lo: port, Hi: port},
			Source: reach.Source{Set: everyone}, Hop: exposure.Hop{Resource: r.Address, Attribute: "blueprint_id",
				Summary: fmt.Sprintf("the blueprint of %s opens tcp port %d to everyone", r.Address, port),
				Remedy:  "Declare an aws_lightsail_instance_public_ports for " + r.Address}})
	}
	return rules
}

// portRule reads one entry of a list of open ports.
func (e *estate) portRule(r *tfstate.Resource, block cty.Value, prefix string) reach.Rule {
	el := element{resource: r}
	gap := readTraffic(&el, blockAt(r, prefix), "protocol")
	rule := reach.Rule{Allow: true, Transport: el.transport, Ports: el.ports, PortDoubt: el.doubt, Source: openTo(r, block, prefix)}
	if el.doubt != reach.Sure {
		rule.Source.Gap = gap
	}
	if el.all {
		rule.Transport, rule.Ports = "", exposure.AllPorts
	}
	if skipICMP(&el) || el.void != "" {
		rule.Source = reach.Source{}
	}
	at := bracketed(strings.TrimSuffix(prefix, "."))
	whom := "everyone"
	if listed := append(tfstate.Elements(reach.Attr(block, "cidrs")), tfstate.Elements(reach.Attr(block, "ipv6_cidrs"))...); len(listed) > 0 {
		whom = printable(listed...)
	} else if len(rule.Source.Labels) > 0 {
		whom = enumerate(rule.Source.Labels)
	} else if rule.Source.Doubt != reach.Sure {
		whom = "sources that are known after apply"
	}
	rule.Hop = exposure.Hop{Resource: r.Address, Attribute: at, Summary: r.Address + " opens " + trafficOf(&el) + " to " + whom,
		Remedy: "Narrow " + at + " of " + r.Address}
	return rule
}

// openTo returns who is let in by an entry. One that names nobody lets in
// everyone; the provider then fills in the networks that stand for that.
func openTo(r *tfstate.Resource, block cty.Value, prefix string) reach.Source {
	var out reach.Source
	labels, _ := tfstate.Strings(reach.Attr(block, "cidr_list_aliases"))
	out.Labels = append(out.Labels, labels...)
	named := len(labels) > 0
	for _, attribute := range []string{"cidrs", "ipv6_cidrs"} {
		v := reach.Attr(block, attribute)
		known, unknown := tfstate.Strings(v)
		if unknown > 0 && !chosenByProvider(r, prefix+attribute, v) {
			named = true
			out.Doubt, out.Gap = reach.Pending, afterApply(r, prefix+attribute, "whom an entry lets in")
		}
		out.Hidden = out.Hidden || tfstate.IsSensitive(v)
		for _, written := range known {
			named = true
			set, ok := reach.ParseSource(written)
			if !ok {
				out.Doubt, out.Gap = reach.Pending, noRange(r, bracketed(prefix+attribute), printable(v))
			}
			out.Set = out.Set.Union(set)
		}
	}
	if !named {
		out.Set = everyone
	}
	return out
}
