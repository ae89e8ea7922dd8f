package aws

import (
	"fmt"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// The kinds of load balancer.
const (
	application = "application"
	network     = "network"
	gateway     = "gateway"
	classic     = "classic"
)

// balancer is a load balancer of any generation, as its targets see it.
type balancer struct {
	r       *tfstate.Resource
	kind    string
	subnets placement
	groups  groups
}

var balancerJoins = []reach.Join{
	{Type: "aws_lb", Attr: "arn"}, {Type: "aws_alb", Attr: "arn"},
	{Type: "aws_lb", Attr: "id"}, {Type: "aws_alb", Attr: "id"},
}

// loadBalancers returns the candidates of application, network and gateway
// load balancers.
func (e *estate) loadBalancers() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Resources("aws_lb", "aws_alb") {
		out = append(out, e.loadBalancer(r)...)
	}
	return append(out, e.strangers()...)
}

// loadBalancer returns the candidates of one load balancer. One that is only
// read as a data source belongs to another state; it counts when a listener
// declared here opens a door on it.
func (e *estate) loadBalancer(r *tfstate.Resource) []reach.Candidate {
	b := e.balancerOf(r)
	f := front{owner: r, scheme: schemeOf(b), doors: e.listenerDoors(b), notes: e.firewallNotes(r)}
	if b.kind == gateway {
		f.doors = nil
	}
	if len(f.doors) == 0 {
		if r.Mode == tfstate.Data {
			return nil
		}
		f.doors = []door{e.withoutListener(b)}
	}
	f.hosts = append(e.namedHosts(b), e.elasticHosts(b)...)
	return e.frontCandidates(f)
}

func (e *estate) balancerOf(r *tfstate.Resource) *balancer {
	b := &balancer{r: r, kind: application, subnets: e.balancerSubnets(r)}
	if kind, ok := tfstate.String(r.Attr("load_balancer_type")); ok && kind != "" {
		b.kind = kind
	}
	b.groups = e.groupsOf(r, "security_groups")
	if b.kind != application {
		// A network load balancer created without a group never gets one, and
		// then admits everyone.
		links := b.groups.links
		b.groups.omittedIsDefault = false
		b.groups.none = links.Unset || omitted(r, "security_groups", links)
	}
	return b
}

// balancerSubnets returns the subnets of r, all of which are in use.
func (e *estate) balancerSubnets(r *tfstate.Resource) placement {
	p := e.subnetsOf(r, "subnets", false)
	var mapped reach.Links
	for i := range tfstate.Elements(r.Attr("subnet_mapping")) {
		links := e.g.Follow(r, fmt.Sprintf("subnet_mapping.%d.subnet_id", i), subnetJoins...)
		mapped.Links = mergeLinks(mapped.Links, links.Links)
		mapped.Unknown = mapped.Unknown || links.Unknown
	}
	if len(mapped.Links) > 0 {
		// The provider computes either attribute from the other.
		p.links.Links = mergeLinks(p.links.Links, mapped.Links)
		p.links.Unknown, p.links.Unset = mapped.Unknown, false
	}
	return p
}

// balancerGates returns the gates from the internet to the nodes of a load
// balancer. Only a classic one may leave its subnets to the default VPC: for
// the others, a subnet that is not seen is one that nothing tells of.
func (e *estate) balancerGates(p path) []reach.Gate {
	links := p.subnets.links
	if p.owner.Type == "aws_elb" || len(links.Links) > 0 {
		return e.gates(p)
	}
	missing := doubtGate("route", reach.Unread, notInInput(p.owner, p.subnets.attribute, "the subnet of "+p.owner.Address))
	if links.Unknown {
		missing = doubtGate("route", reach.Pending, afterApply(p.owner, p.subnets.attribute, "the subnet of "+p.owner.Address))
	}
	return []reach.Gate{missing, e.groupGate(p)}
}

// mergeLinks adds the links of more that lead elsewhere than those of links.
func mergeLinks(links, more []reach.Link) []reach.Link {
	for _, m := range more {
		known := false
		for _, l := range links {
			known = known || l.To != nil && l.To == m.To || l.To == nil && m.To == nil && l.ID == m.ID
		}
		if !known {
			links = append(links, m)
		}
	}
	return links
}

func schemeOf(b *balancer) scheme {
	if b.kind == gateway {
		return scheme{closed: true, hop: exposure.Hop{
			Resource: b.r.Address, Attribute: "load_balancer_type", Certainty: exposure.Must,
			Summary: fmt.Sprintf("%s is a gateway load balancer, which has no public address", b.r.Address),
		}}
	}
	return internalScheme(b.r)
}

// internalScheme reads the attribute internal, which is false when omitted.
func internalScheme(r *tfstate.Resource) scheme {
	value := r.Attr("internal")
	s := scheme{hop: exposure.Hop{
		Resource: r.Address, Attribute: "internal",
		Summary: fmt.Sprintf("%s is internet-facing", r.Address),
		Remedy:  fmt.Sprintf("Set internal = true on %s", r.Address),
	}}
	if internal, _ := tfstate.Bool(value); internal {
		s.closed, s.hop.Certainty, s.hop.Remedy = true, exposure.Must, ""
		s.hop.Summary = fmt.Sprintf("%s is internal", r.Address)
		return s
	}
	if !tfstate.Unknown(value) || chosenByProvider(r, "internal", value) {
		return s
	}
	s.doubt, s.gap = reach.Pending, afterApply(r, "internal", "whether "+r.Address+" is internal")
	if _, known := r.Configured("internal"); !known {
		s.doubt = reach.Unread // no configuration to tell; omitted is the usual case
	}
	return s
}

// namedHosts returns the DNS name, once for each family that it resolves in.
func (e *estate) namedHosts(b *balancer) []frontHost {
	var families []reach.Family
	addressType := text(b.r, "ip_address_type")
	if addressType != "dualstack-without-public-ipv4" {
		families = append(families, reach.IPv4)
	}
	if strings.HasPrefix(addressType, "dualstack") {
		families = append(families, reach.IPv6)
	}
	name := text(b.r, "dns_name")
	var hosts []frontHost
	for _, family := range families {
		hosts = append(hosts, frontHost{
			key: "dns", host: name, family: family,
			path: path{owner: b.r, family: family, subnets: b.subnets, groups: b.groups},
		})
	}
	return hosts
}

// elasticHosts returns the Elastic IPs of a network load balancer, each with
// the one subnet that it stands in.
func (e *estate) elasticHosts(b *balancer) []frontHost {
	if b.kind != network {
		return nil
	}
	name := text(b.r, "dns_name")
	joins := []reach.Join{{Type: "aws_eip", Attr: "allocation_id"}, {Type: "aws_eip", Attr: "id"}}
	var hosts []frontHost
	for i := range tfstate.Elements(b.r.Attr("subnet_mapping")) {
		block := fmt.Sprintf("subnet_mapping.%d.", i)
		for _, l := range e.g.Follow(b.r, block+"allocation_id", joins...).Links {
			if l.To == nil {
				continue // its address is in no input; the name leads to it
			}
			hosts = append(hosts, frontHost{
				key: l.To.Address, host: text(l.To, "public_ip"), names: []string{name}, family: reach.IPv4,
				path: path{owner: b.r, family: reach.IPv4, groups: b.groups, subnets: e.subnetsOf(b.r, block+"subnet_id", true)},
			})
		}
	}
	return hosts
}

// firewallNotes names the web ACLs in front of r. They look at requests: the
// port stays open.
func (e *estate) firewallNotes(r *tfstate.Resource) []string {
	var notes []string
	for _, l := range e.referring(r, "resource_arn", "aws_wafv2_web_acl_association", "aws_wafregional_web_acl_association") {
		notes = append(notes, fmt.Sprintf("requests are filtered by a web ACL (%s)", l.To.Address))
	}
	return sortedSet(notes)
}

// referring returns the resources of the types whose value at path is the ARN
// or id of r.
func (e *estate) referring(r *tfstate.Resource, path string, types ...string) []reach.Link {
	var links []reach.Link
	for _, t := range types {
		for _, attr := range []string{"arn", "id"} {
			links = mergeLinks(links, e.g.Referrers(r, attr, t, path))
		}
	}
	return links
}
