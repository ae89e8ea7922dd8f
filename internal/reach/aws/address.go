package aws

import (
	"net/netip"
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// location is a public address that a face has, may have, or does not have.
type location struct {
	family  reach.Family
	key     string
	host    string // empty when it is not known yet
	names   []string
	related []string
	gate    reach.Gate
}

// openGate admits everyone, for the reason given.
func openGate(hop exposure.Hop) reach.Gate {
	if hop.Certainty == "" {
		hop.Certainty = exposure.Must
	}
	return reach.Gate{Name: hop.Gate, Pass: func(f reach.Flow) reach.Passage { return reach.Open(f, hop) }}
}

// locations returns the public addresses of a face. Without any it returns one
// IPv4 location that is closed.
func (e *estate) locations(fc face) []location {
	out := e.elastic(fc)
	if len(out) == 0 {
		out = append(out, e.assigned(fc))
	}
	return append(out, e.locationsV6(fc)...)
}

// elastic returns the elastic IPs of a face. One that is there replaces the
// address that AWS gave the instance, so the instance's public_ip, which may
// be older than the elastic IP, is not an address any more.
func (e *estate) elastic(fc face) []location {
	var found []attachment
	if fc.primary {
		found = append(found, e.holds(fc.owner, instanceID(fc.owner), "instance_id", "instance")...)
		found = append(found, e.holds(fc.owner, "primary_network_interface_id", "network_interface_id", "network_interface")...)
	}
	if fc.nic != nil {
		found = append(found, e.holds(fc.nic, "id", "network_interface_id", "network_interface")...)
	}
	found = distinct(found)
	var out []location
	for _, a := range found {
		l := location{family: reach.IPv4, key: fc.key(reach.IPv4), host: a.host(), gate: openGate(a.hop(fc.name()))}
		if len(found) > 1 {
			l.key += " " + a.key()
		}
		if !a.certain {
			gap := afterApply(a.by(), "", "what "+a.by().Address+" is attached to")
			l.gate = doubtGate("address", reach.Unread, gap)
		}
		if a.eip != nil {
			e.placed[a.eip] = true
			l.related = append(l.related, a.eip.Address)
			l.names = nameList(text(a.eip, "public_dns"))
		}
		if a.association != nil {
			l.related = append(l.related, a.association.Address)
		}
		out = append(out, l)
	}
	return out
}

// instanceID is the attribute that holds the id of the instance.
func instanceID(r *tfstate.Resource) string {
	if r.Type == "aws_spot_instance_request" {
		return "spot_instance_id"
	}
	return "id"
}

// assigned is the address that AWS gives an interface by itself.
func (e *estate) assigned(fc face) location {
	l := location{family: reach.IPv4, key: fc.key(reach.IPv4)}
	v := fc.owner.Attr("public_ip")
	if host, _ := tfstate.String(v); host != "" && fc.primary {
		if taken := e.takenAway(host); taken != nil {
			l.gate = doubtGate("address", reach.Unread, exposure.Gap{Resource: fc.owner.Address, Attribute: "public_ip",
				Reason: "public_ip is the elastic IP " + taken.Address + ", which is not on " + fc.owner.Address + " any more",
				Remedy: "Refresh the state"})
			return l
		}
		l.host, l.names = host, nameList(text(fc.owner, "public_dns"))
		l.gate = openGate(exposure.Hop{Gate: "address", Resource: fc.owner.Address, Attribute: "public_ip",
			Summary: fc.owner.Address + " has the public address " + printable(v),
			Remedy:  "Launch " + fc.owner.Address + " without a public address"})
		return l
	}
	asleep := e.dormant(fc.owner) // a stopped instance has given its address back
	if fc.nic != nil || !tfstate.Unknown(v) && !asleep {
		l.gate = noAddress(fc, reach.IPv4)
		return l
	}
	l.gate = e.assigning(fc)
	return l
}

func nameList(name string) []string {
	if name == "" {
		return nil
	}
	return []string{name}
}

func noAddress(fc face, family reach.Family) reach.Gate {
	return closedGate(exposure.Hop{Gate: "address", Resource: fc.name(),
		Summary: "no public address: " + fc.name() + " has no public " + family.String() + " address"})
}

// assigning tells whether a new instance will get a public IPv4 address: it
// says so itself, or its subnet does.
func (e *estate) assigning(fc face) reach.Gate {
	const attribute = "associate_public_ip_address"
	v := fc.owner.Attr(attribute)
	where := fc.owner
	if t := e.templateOf(fc.owner); t != nil && (tfstate.Null(v) || chosenByProvider(fc.owner, attribute, v)) {
		where, v = t, reach.Value(t, "network_interfaces.0."+attribute)
	}
	if chosenByProvider(where, attribute, v) {
		v = cty.NullVal(cty.Bool)
	}
	asked, known := tfstate.Bool(v)
	switch {
	case tfstate.Unknown(v):
		return doubtGate("address", reach.Pending, afterApply(where, attribute, "whether "+fc.name()+" gets a public address"))
	case known && asked:
		return openGate(exposure.Hop{Gate: "address", Resource: where.Address, Attribute: attribute,
			Summary: where.Address + " asks for a public address", Remedy: "Set " + attribute + " of " + where.Address + " to false"})
	case known:
		return closedGate(exposure.Hop{Gate: "address", Resource: where.Address, Attribute: attribute,
			Summary: "no public address: " + where.Address + " asks for none"})
	}
	return e.bySubnet(fc, reach.IPv4, "map_public_ip_on_launch")
}

// bySubnet tells whether the subnet of a face gives it an address.
func (e *estate) bySubnet(fc face, family reach.Family, attribute string) reach.Gate {
	links := fc.subnets.links
	gap := notInInput(fc.path(family).owner, fc.subnets.attribute, "the subnet of "+fc.name())
	switch {
	case omitted(fc.path(family).owner, fc.subnets.attribute, links):
		gap.Reason = "whether the default subnet gives " + fc.name() + " a public address is in no input"
		gap.Remedy = "Run again after apply, or set associate_public_ip_address"
		return defaultSubnetGate(fc, gap)
	case links.Unknown:
		return doubtGate("address", reach.Pending, afterApply(fc.path(family).owner, fc.subnets.attribute, "the subnet of "+fc.name()))
	case links.Unset:
		return doubtGate("address", reach.Unread, gap)
	}
	var passages []reach.Passage
	f := reach.Flow{Family: family}
	for _, l := range links.Links {
		passages = append(passages, subnetAssigns(fc, l, attribute).Pass(f))
	}
	answer := pool(nil, passages)
	return reach.Gate{Name: "address", Pass: func(reach.Flow) reach.Passage { return answer }}
}

// defaultSubnetGate is the address of what is in a default subnet. AWS makes
// such subnets so that they give addresses, and many accounts have changed that.
func defaultSubnetGate(fc face, gap exposure.Gap) reach.Gate {
	hop := exposure.Hop{Gate: "address", Resource: gap.Resource, Attribute: gap.Attribute,
		Summary: "a default subnet gives " + fc.name() + " a public address", Remedy: "Set associate_public_ip_address of " + gap.Resource + " to false"}
	return reach.Gate{Name: "address", Pass: func(f reach.Flow) reach.Passage {
		p := doubt(f.Family, reach.Unread, gap)
		if f.Family == reach.IPv4 {
			p.Factory = reach.Factory{Assumption: assumeDefaultSubnet, Hop: hop}
		}
		return p
	}}
}

// subnetAssigns tells whether one subnet gives new interfaces an address.
func subnetAssigns(fc face, l reach.Link, attribute string) reach.Gate {
	if l.To == nil {
		owner := fc.path(reach.IPv4).owner
		return doubtGate("address", reach.Unread, notInInput(owner, fc.subnets.attribute, "aws_subnet "+l.Name()))
	}
	otherwise := no
	if l.To.Type == "aws_default_subnet" && attribute == "map_public_ip_on_launch" {
		otherwise = yes
	}
	v := l.To.Attr(attribute)
	if chosenByProvider(l.To, attribute, v) {
		v = cty.NullVal(cty.Bool)
	}
	switch flagOf(v, otherwise) {
	case yes:
		return openGate(exposure.Hop{Gate: "address", Resource: l.To.Address, Attribute: attribute,
			Summary: l.To.Address + " gives new interfaces a public address", Remedy: "Set " + attribute + " of " + l.To.Address + " to false"})
	case no:
		return closedGate(exposure.Hop{Gate: "address", Resource: l.To.Address, Attribute: attribute,
			Summary: "no public address: " + l.To.Address + " gives none to " + fc.name()})
	}
	return doubtGate("address", reach.Pending, afterApply(l.To, attribute, "whether "+l.To.Address+" gives public addresses"))
}

// locationsV6 returns the public IPv6 addresses of a face. Every global
// unicast address is one.
func (e *estate) locationsV6(fc face) []location {
	holder := fc.owner
	if fc.nic != nil {
		holder = fc.nic
	}
	var hosts []string
	pending := false
	for _, attribute := range []string{"ipv6_addresses", "ipv6_address_list"} {
		known, unknown := tfstate.Strings(holder.Attr(attribute))
		pending = pending || unknown > 0
		for _, host := range known {
			if addr, err := netip.ParseAddr(host); err == nil && reach.Public(reach.IPv6).Contains(addr) {
				hosts = appendNew(hosts, addr.String())
			}
		}
	}
	slices.Sort(hosts)
	var out []location
	for i, host := range hosts {
		l := location{family: reach.IPv6, key: fc.key(reach.IPv6), host: host, gate: openGate(exposure.Hop{
			Gate: "address", Resource: holder.Address, Attribute: "ipv6_addresses", Summary: holder.Address + " has the address " + host})}
		if i > 0 {
			l.key += " " + itoa(i+1)
		}
		out = append(out, l)
	}
	if len(out) == 0 && pending {
		if gate, ok := e.assigningV6(fc, holder); ok {
			out = append(out, location{family: reach.IPv6, key: fc.key(reach.IPv6), gate: gate})
		}
	}
	return out
}

// assigningV6 tells whether a new interface will get an IPv6 address.
func (e *estate) assigningV6(fc face, holder *tfstate.Resource) (reach.Gate, bool) {
	for _, attribute := range []string{"ipv6_addresses", "ipv6_address_list", "ipv6_address_count"} {
		v := holder.Attr(attribute)
		if n, ok := tfstate.Int(v); ok && attribute == "ipv6_address_count" {
			if n > 0 {
				return openGate(exposure.Hop{Gate: "address", Resource: holder.Address, Attribute: attribute,
					Summary: holder.Address + " asks for an IPv6 address"}), true
			}
			return reach.Gate{}, false
		}
		if tfstate.Unknown(v) && !chosenByProvider(holder, attribute, v) {
			return doubtGate("address", reach.Pending, afterApply(holder, attribute, "whether "+fc.name()+" gets an IPv6 address")), true
		}
	}
	if omitted(holder, fc.subnets.attribute, fc.subnets.links) {
		return reach.Gate{}, false // the default VPC has no IPv6 network
	}
	gate := e.bySubnet(fc, reach.IPv6, "assign_ipv6_address_on_creation")
	return gate, !gate.Pass(reach.Flow{Family: reach.IPv6}).May.IsEmpty()
}
