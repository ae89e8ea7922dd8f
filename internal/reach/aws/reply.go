package aws

import (
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// Ports that clients use: all that a system may be set to, and those that
// Linux takes when nothing is set.
var (
	clientPorts = exposure.PortRange{Lo: 1024, Hi: 65535}
	linuxPorts  = exposure.PortRange{Lo: 32768, Hi: 60999}
)

// icmpTypeMatches reports whether an ICMP rule speaks of echo: of the request
// on the way in, of the reply on the way out.
func icmpTypeMatches(t exposure.Transport, v cty.Value, egress bool) bool {
	number, ok := tfstate.Int(v)
	if !ok || number == -1 {
		return true
	}
	echo := map[exposure.Transport][2]int{exposure.ICMP: {8, 0}, exposure.ICMPv6: {128, 129}}[t]
	if egress {
		return number == echo[1]
	}
	return number == echo[0]
}

// pass is the answer of a network ACL: who is let in, and gets a reply.
func (l aclRules) pass(f reach.Flow) reach.Passage {
	if l.doubt != reach.Sure {
		return doubt(f.Family, l.doubt, l.gap)
	}
	in := reach.FirstMatch(l.in, f)
	in.Assumptions = l.assume
	if l.assume != nil {
		in.Hops = slices.DeleteFunc(in.Hops, func(h exposure.Hop) bool { return h.Summary == "" })
	}
	if in.May.IsEmpty() {
		if len(in.Hops) == 0 {
			in.Hops = []exposure.Hop{{Resource: l.resource, Attribute: "ingress", Certainty: exposure.Must,
				Summary: l.name + " has no rule that admits the internet to these ports"}}
		}
		return in
	}
	reply, full := l.reply(f)
	bound := in.And(reply.Bound)
	if bound.May.IsEmpty() {
		return reach.Passage{Assumptions: l.assume, Hops: []exposure.Hop{{
			Resource: l.resource, Attribute: "egress", Certainty: exposure.Must,
			Summary: "NACL drops replies: " + l.name + " lets none out to client ports " + clientPorts.String(),
		}}}
	}
	in.Bound = bound
	in.Gaps = appendNew(in.Gaps, reply.Gaps...)
	switch {
	case reply.Must.IsEmpty() && len(reply.Gaps) == 0:
		in.Gaps = appendNew(in.Gaps, exposure.Gap{Resource: l.resource, Attribute: "egress",
			Reason: l.name + " lets replies out to a part of the client ports only",
			Remedy: "Allow egress to " + clientPorts.String() + " or to none of it"})
	case !full:
		in.Notes = appendNew(in.Notes, "narrow ephemeral range: "+l.name+" does not let replies out to every client port")
	}
	return in
}

// reply tells which clients get replies. full says that they get them at every
// client port. Those that get them at the ports Linux uses count for certain,
// those that get them at some ports count as likely.
func (l aclRules) reply(f reach.Flow) (p reach.Passage, full bool) {
	out := reach.Flow{Family: f.Family, Transport: f.Transport}
	if f.Transport != exposure.TCP && f.Transport != exposure.UDP {
		p = reach.FirstMatch(l.out, out)
		return p, true
	}
	everywhere, usual := reach.Public(f.Family), reach.Exactly(reach.Public(f.Family))
	var anywhere reach.Bound
	for _, ports := range l.replyIntervals(f.Transport) {
		out.Ports = ports
		one := reach.FirstMatch(l.out, out)
		p.Gaps = appendNew(p.Gaps, one.Gaps...)
		anywhere = anywhere.Or(one.Bound)
		everywhere = everywhere.Intersect(one.Must)
		if linuxPorts.Lo <= ports.Lo && ports.Hi <= linuxPorts.Hi {
			usual = usual.And(one.Bound)
		}
	}
	p.Bound = reach.Bound{Must: usual.Must, Likely: anywhere.Likely, May: anywhere.May}
	return p, everywhere.Equal(usual.Must)
}

// replyIntervals cuts the client ports where the egress rules change.
func (l aclRules) replyIntervals(t exposure.Transport) []exposure.PortRange {
	cuts := []int{int(clientPorts.Lo), int(linuxPorts.Lo), int(linuxPorts.Hi) + 1, int(clientPorts.Hi) + 1}
	for _, r := range reach.Edges(l.out)(t) {
		for _, cut := range []int{int(r.Lo), int(r.Hi) + 1} {
			if cut > int(clientPorts.Lo) && cut <= int(clientPorts.Hi) {
				cuts = append(cuts, cut)
			}
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var out []exposure.PortRange
	for i := 0; i+1 < len(cuts); i++ {
		out = append(out, exposure.PortRange{Lo: uint16(cuts[i]), Hi: uint16(cuts[i+1] - 1)})
	}
	return out
}
