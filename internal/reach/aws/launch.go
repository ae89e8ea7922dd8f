package aws

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// launch is a way in which a resource starts instances that no input holds.
type launch struct {
	maker   *tfstate.Resource
	from    *tfstate.Resource // the template that describes the instances, or maker itself; nil when no input holds it
	named   string            // path of maker that names the template
	network string            // path of from with the network settings, with a last dot unless it is empty
	subnets placement         // of which each instance is in one
	groups  groups
	label   string // tells several launches of one maker apart
}

func (l launch) path(family reach.Family) path {
	return path{owner: l.maker, family: family, subnets: l.subnets, groups: l.groups}
}

// face is the network interface of an instance, as far as subnets go.
func (l launch) face() face { return face{owner: l.maker, primary: true, subnets: l.subnets} }

// launches returns the instances of Auto Scaling groups and fleets. Their
// addresses come and go, so that the hosts are never known.
func (e *estate) launches() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed("aws_autoscaling_group") {
		for _, l := range e.scaling(r) {
			size, sized := tfstate.Int(r.Attr("max_size"))
			out = append(out, e.launchCandidates(l, sized && size == 0)...)
		}
	}
	for _, r := range e.g.Managed("aws_spot_fleet_request", "aws_ec2_fleet") {
		for _, l := range e.fleet(r) {
			out = append(out, e.launchCandidates(l, false)...)
		}
	}
	return out
}

func (e *estate) launchCandidates(l launch, dormant bool) []reach.Candidate {
	var out []reach.Candidate
	add := func(family reach.Family, address reach.Gate) {
		c := l.candidate(family, dormant)
		c.Gates = append([]reach.Gate{address}, e.gates(l.path(family))...)
		out = append(out, c)
	}
	add(reach.IPv4, e.launchAddress(l))
	if gate, ok := e.launchAddressV6(l); ok {
		add(reach.IPv6, gate)
	}
	return out
}

func (l launch) candidate(family reach.Family, dormant bool) reach.Candidate {
	key := strings.ToLower(family.String())
	if l.label != "" {
		key += " " + l.label
	}
	related := []string{}
	if l.from != nil && l.from != l.maker {
		related = append(related, l.from.Address)
	}
	return reach.Candidate{Family: family, Endpoint: exposure.Endpoint{
		ResourceAddress: l.maker.Address, Key: key, Related: related, Identity: identity(l.maker), Kind: "compute", Dormant: dormant,
	}}
}

// launchAddress tells whether instances get a public IPv4 address.
func (e *estate) launchAddress(l launch) reach.Gate {
	if l.from == nil {
		return doubtGate("address", reach.Unread, notInInput(l.maker, l.named, "what "+l.maker.Address+" launches"))
	}
	attribute := l.network + "associate_public_ip_address"
	v := reach.Value(l.from, attribute)
	if chosenByProvider(l.from, attribute, v) {
		v = cty.NullVal(cty.Bool)
	}
	asked, known := tfstate.Bool(v)
	at := bracketed(attribute)
	switch {
	case tfstate.Unknown(v):
		return doubtGate("address", reach.Pending, afterApply(l.from, at, "whether instances of "+l.maker.Address+" get a public address"))
	case known && asked:
		return openGate(exposure.Hop{Gate: "address", Resource: l.from.Address, Attribute: at,
			Summary: l.from.Address + " asks for a public address for every instance", Remedy: "Set " + at + " of " + l.from.Address + " to false"})
	case known:
		return closedGate(exposure.Hop{Gate: "address", Resource: l.from.Address, Attribute: at,
			Summary: "no public address: " + l.from.Address + " asks for none"})
	}
	return e.bySubnet(l.face(), reach.IPv4, "map_public_ip_on_launch")
}

// launchAddressV6 tells whether instances get an IPv6 address. ok is false
// when none can have one.
func (e *estate) launchAddressV6(l launch) (gate reach.Gate, ok bool) {
	if l.from == nil {
		return reach.Gate{}, false
	}
	for _, name := range []string{"ipv6_address_count", "ipv6_addresses"} {
		v := reach.Value(l.from, l.network+name)
		n, _ := tfstate.Int(v)
		if known, _ := tfstate.Strings(v); n > 0 || name == "ipv6_addresses" && len(known) > 0 {
			at := bracketed(l.network + name)
			return openGate(exposure.Hop{Gate: "address", Resource: l.from.Address, Attribute: at,
				Summary: l.from.Address + " asks for an IPv6 address for every instance"}), true
		}
	}
	if links := l.subnets.links; len(links.Links) == 0 {
		return reach.Gate{}, false // the default VPC has no IPv6 network
	}
	gate = e.bySubnet(l.face(), reach.IPv6, "assign_ipv6_address_on_creation")
	return gate, !gate.Pass(reach.Flow{Family: reach.IPv6}).May.IsEmpty()
}

var (
	templateJoins = []reach.Join{{Type: "aws_launch_template", Attr: "id"}, {Type: "aws_launch_template", Attr: "name"}}
	launchJoins   = []reach.Join{{Type: "aws_launch_configuration", Attr: "name"}, {Type: "aws_launch_configuration", Attr: "id"}}
)

// scaling returns what an Auto Scaling group launches: with a mixed instances
// policy, that of each template it names.
func (e *estate) scaling(r *tfstate.Resource) []launch {
	base := launch{maker: r, subnets: e.subnetsOf(r, "vpc_zone_identifier", true)}
	const mixed = "mixed_instances_policy.0.launch_template.0."
	out := e.fromTemplate(base, "launch_template.0.", "id", "name")
	out = append(out, e.fromTemplate(base, mixed+"launch_template_specification.0.", "launch_template_id", "launch_template_name")...)
	for i := range tfstate.Elements(reach.Value(r, mixed+"override")) {
		at := fmt.Sprintf("%soverride.%d.launch_template_specification.0.", mixed, i)
		out = append(out, e.fromTemplate(base, at, "launch_template_id", "launch_template_name")...)
	}
	for _, to := range e.g.Follow(r, "launch_configuration", launchJoins...).Links {
		l := base
		l.named, l.from = "launch_configuration", to.To
		l.groups = e.elsewhere(l.named, to)
		if to.To != nil {
			l.groups = e.groupsOf(to.To, "security_groups")
		}
		out = append(out, l)
	}
	if len(out) == 0 {
		base.named = "launch_template"
		base.groups = groups{links: reach.Links{Unknown: true}, attribute: base.named, owner: r}
		out = append(out, base)
	}
	return told(out)
}

// fromTemplate returns the launches of the launch template that maker names at
// a path, by the first of the attributes that tells.
func (e *estate) fromTemplate(base launch, at string, attributes ...string) []launch {
	var out []launch
	for _, attribute := range attributes {
		for _, to := range e.g.Follow(base.maker, at+attribute, templateJoins...).Links {
			l := base
			l.named, l.from = at+attribute, to.To
			if to.To == nil {
				l.groups = e.elsewhere(l.named, to)
				out = append(out, l)
				continue
			}
			l.network = networkOf(to.To)
			l.groups = e.groupsOfTemplate(to.To)
			if len(l.subnets.links.Links) == 0 {
				if found := e.subnetsOf(to.To, l.network+"subnet_id", true); len(found.links.Links) > 0 {
					l.subnets = found
				}
			}
			out = append(out, l)
		}
		if len(out) > 0 {
			return out
		}
	}
	return out
}

// elsewhere stands for the groups of a template that no input holds.
func (e *estate) elsewhere(attribute string, template reach.Link) groups {
	return groups{attribute: attribute, links: reach.Links{Links: []reach.Link{
		{ID: "of the launch template " + template.Name(), Certain: true}}}}
}

// networkOf returns the path of the first network interface of a launch
// template, and of the template itself when it describes none.
func networkOf(template *tfstate.Resource) string {
	first := -1
	for i, block := range tfstate.Elements(template.Attr("network_interfaces")) {
		if index, ok := tfstate.Int(reach.Attr(block, "device_index")); first < 0 || ok && index == 0 {
			first = i
		}
	}
	if first < 0 && !tfstate.Unknown(template.Attr("network_interfaces")) {
		return ""
	}
	return fmt.Sprintf("network_interfaces.%d.", max(first, 0))
}

// groupsOfTemplate returns the groups of a launch template: those of its first
// network interface when it has any, or else of the instance.
func (e *estate) groupsOfTemplate(r *tfstate.Resource) groups {
	if at := networkOf(r); at != "" {
		if g := e.groupsOf(r, at+"security_groups"); len(g.links.Links) > 0 {
			return g
		}
	}
	return e.groupsOf(r, "vpc_security_group_ids")
}

// fleet returns what a fleet launches, by each of its specifications.
func (e *estate) fleet(r *tfstate.Resource) []launch {
	var out []launch
	for i := range tfstate.Elements(r.Attr("launch_specification")) {
		at := fmt.Sprintf("launch_specification.%d.", i)
		out = append(out, launch{maker: r, from: r, network: at, label: bracketed(strings.TrimSuffix(at, ".")),
			subnets: e.subnetsOf(r, at+"subnet_id", true), groups: e.groupsOf(r, at+"vpc_security_group_ids")})
	}
	for i, block := range tfstate.Elements(r.Attr("launch_template_config")) {
		at := fmt.Sprintf("launch_template_config.%d.", i)
		base := launch{maker: r, subnets: placement{attribute: at + "override", oneOf: true}}
		for _, list := range []string{"override", "overrides"} { // of an EC2 fleet, of a spot fleet
			for j := range tfstate.Elements(reach.Attr(block, list)) {
				found := e.g.Follow(r, fmt.Sprintf("%s%s.%d.subnet_id", at, list, j), subnetJoins...)
				base.subnets.links.Links = mergeLinks(base.subnets.links.Links, found.Links)
				base.subnets.links.Unknown = base.subnets.links.Unknown || found.Unknown
			}
		}
		base.subnets.links.Unset = len(base.subnets.links.Links) == 0 && !base.subnets.links.Unknown
		out = append(out, e.fromTemplate(base, at+"launch_template_specification.0.", "id", "name", "launch_template_id", "launch_template_name")...)
	}
	return told(out)
}

// told names the launches of one maker apart, when there are several, and drops
// those that come of one template twice.
func told(list []launch) []launch {
	var out []launch
	for _, l := range list {
		same := func(o launch) bool {
			return o.from == l.from && l.from != nil && l.from != l.maker && slices.Equal(o.subnets.links.Links, l.subnets.links.Links)
		}
		if !slices.ContainsFunc(out, same) {
			out = append(out, l)
		}
	}
	for i := range out {
		switch l := &out[i]; {
		case len(out) == 1:
			l.label = ""
		case l.label == "" && l.from != nil:
			l.label = l.from.Address
		case l.label == "":
			l.label = bracketed(l.named)
		}
	}
	return out
}
