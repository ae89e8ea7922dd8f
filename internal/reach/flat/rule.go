package flat

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// Entry is one rule of a list as the arguments of a resource say it.
type Entry struct {
	Resource *tfstate.Resource
	Path     string // of the rule below the resource; empty when the resource is the rule
	Deny     bool
	Protocol cty.Value // a name or number; null means every protocol
	Ports    Ports
	Source   reach.Source
	Shown    string // the source, for a reader
	From     string // name of the argument with the source
	Note     string // what a reader is told behind the rule: " (rule 3)"
}

// Rules returns the entry as rules, one for each range of its ports.
func (e Entry) Rules() []reach.Rule {
	base := reach.Rule{Allow: !e.Deny, Source: e.Source, Ports: exposure.AllPorts}
	transport, all, ok := parseProtocol(e.Protocol)
	base.Transport = transport
	switch {
	case !ok:
		base.PortDoubt = reach.Pending
		base.Source.Gap = AfterApply(e.Resource, e.Path, "the protocol of a rule")
		if _, known := tfstate.String(e.Protocol); known {
			base.Source.Gap = Unreadable(e.Resource, e.Path, "the protocol "+Printable(e.Protocol)+" is not known")
		}
		return []reach.Rule{e.tell(base, "ports that are not known")}
	case all:
		return []reach.Rule{e.tell(base, "every port and protocol")}
	case transport != exposure.TCP && transport != exposure.UDP:
		return []reach.Rule{e.tell(base, Traffic(transport, nil))}
	case e.Ports.doubt != "":
		base.PortDoubt = reach.Pending
		base.Source.Gap = AfterApply(e.Resource, e.Path, "the port range of a rule")
		if e.Ports.doubt != pending {
			base.Source.Gap = Unreadable(e.Resource, e.Path, e.Ports.doubt)
		}
		return []reach.Rule{e.tell(base, string(transport)+" ports that are not known")}
	}
	words := Traffic(transport, e.Ports.ranges)
	var out []reach.Rule
	for _, r := range e.Ports.ranges {
		base.Ports = r
		out = append(out, e.tell(base, words))
	}
	return out
}

// tell gives a rule the words for it.
func (e Entry) tell(r reach.Rule, words string) reach.Rule {
	verb := " allows "
	if e.Deny {
		verb = " denies "
	}
	r.Hop = Hop(e.Resource, Join(e.Path, e.From), e.Resource.Address+verb+e.Shown+" to "+words+e.Note, "")
	if !e.Deny {
		r.Hop.Remedy = "Narrow " + Bracketed(Join(e.Path, e.From)) + " of " + e.Resource.Address
	}
	return r
}

// Unlisted returns the rule that stands for a list of rules, the argument path
// of a firewall, of which not all can be read: it is known only after apply, or
// holds something that is no rule. ok is false when all of it can be.
func Unlisted(r *tfstate.Resource, path string) (rule reach.Rule, ok bool) {
	v, what := Value(r, path), "what "+r.Address+" allows"
	gap := AfterApply(r, path, what)
	if shown, odd := reach.NoBlocks(v); odd {
		gap, ok = reach.Misread(r, Bracketed(path), what, shown), true
	}
	return reach.Rule{Allow: true, Source: reach.Source{Doubt: reach.Pending, Gap: gap}, Hop: Hop(r, path, r.Address+" may allow everyone", "")},
		ok || tfstate.Unknown(v)
}

// BothICMP has the rules for ICMP speak of ICMPv6 as well, for clouds whose
// firewalls have no name of its own for that.
func BothICMP(rules []reach.Rule) []reach.Rule {
	for _, r := range rules {
		if r.Transport == exposure.ICMP {
			r.Transport = exposure.ICMPv6
			rules = append(rules, r)
		}
	}
	return rules
}

func parseProtocol(v cty.Value) (t exposure.Transport, all, ok bool) {
	if tfstate.Null(v) {
		return "", true, true
	}
	text, known := tfstate.String(v)
	if !known {
		return "", false, false
	}
	return reach.ParseProtocol(text)
}

// Ports are those a rule speaks of. The zero value is none.
type Ports struct {
	ranges []exposure.PortRange
	doubt  string // why they are not known
}

const pending = "after apply"

// PortsIn returns known ports.
func PortsIn(ranges ...exposure.PortRange) Ports { return Ports{ranges: ranges} }

// UnknownPorts are known only after apply.
func UnknownPorts() Ports { return Ports{doubt: pending} }

// ParsePorts reads how clouds write ports in one text: "80", "8000-9000",
// "8000:9000", several of these with commas, and "all", "any", "*", "0" or
// nothing for every port.
func ParsePorts(v cty.Value) Ports {
	text, ok := tfstate.String(v)
	switch {
	case tfstate.Unknown(v):
		return UnknownPorts()
	case !ok:
		return PortsIn(exposure.AllPorts)
	}
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "", "all", "any", "*", "0", "-":
		return PortsIn(exposure.AllPorts)
	}
	var out Ports
	for part := range strings.SplitSeq(text, ",") {
		part = strings.ReplaceAll(strings.ReplaceAll(part, " ", ""), ":", "-")
		r, err := exposure.ParsePortRange(part)
		if err != nil {
			return Ports{doubt: "the ports " + exposure.CleanLine(exposure.Cut(tfstate.Printable(v), 60)) + " cannot be read"}
		}
		out.ranges = append(out.ranges, r)
	}
	return out
}

// Traffic names ports of a transport: "tcp port 443", "udp ports 53, 8000-8100".
func Traffic(t exposure.Transport, ports []exposure.PortRange) string {
	name := strings.TrimPrefix(string(t), "other:")
	switch {
	case t == exposure.ICMP || t == exposure.ICMPv6:
		return name
	case t != exposure.TCP && t != exposure.UDP:
		return "protocol " + name
	}
	merged := exposure.MergePortRanges(ports)
	switch {
	case len(merged) == 1 && merged[0].Lo <= 1 && merged[0].Hi == exposure.AllPorts.Hi:
		return "every " + name + " port"
	case len(merged) == 1 && merged[0].Lo == merged[0].Hi:
		return name + " port " + merged[0].String()
	}
	return name + " ports " + exposure.FormatPorts(merged)
}

// All reports whether p is known to be every port that clients use.
func (p Ports) All() bool {
	merged := exposure.MergePortRanges(p.ranges)
	return p.doubt == "" && len(merged) == 1 && merged[0].Lo <= 1024 && merged[0].Hi == exposure.AllPorts.Hi
}
