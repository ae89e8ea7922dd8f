package vultr

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// cloudflare is what a rule has for a source that stands for all addresses of
// Cloudflare's.
const cloudflare = "cloudflare"

// rulesOf returns the rules of a firewall group. What no rule allows is denied.
func rulesOf(g *reach.Graph, group *tfstate.Resource) []reach.Rule {
	var out []reach.Rule
	for _, l := range g.Referrers(group, "id", "vultr_firewall_rule", "firewall_group_id") {
		rules := ruleOf(l.To)
		for i := range rules {
			if !l.Certain {
				rules[i].Doubt = reach.Pending
				rules[i].Source.Gap = flat.AfterApply(l.To, "firewall_group_id", "which group "+l.To.Address+" belongs to")
			}
		}
		out = append(out, rules...)
	}
	return flat.BothICMP(out)
}

// ruleOf reads a rule. Until version 2 of the provider its arguments were
// network, from_port and to_port.
func ruleOf(r *tfstate.Resource) []reach.Rule {
	source, shown := subnet(r)
	entry := flat.Entry{Resource: r, Protocol: r.Attr("protocol"), Ports: flat.ParsePorts(flat.Value(r, "port")), Source: source, Shown: shown, From: "subnet"}
	if tfstate.Null(flat.Value(r, "subnet")) && !tfstate.Null(flat.Value(r, "network")) {
		entry.From = "network"
		entry.Source, entry.Shown = flat.SourceAt(r, "network")
		entry.Ports = between(flat.Value(r, "from_port"), flat.Value(r, "to_port"))
	}
	switch from := flat.Text(r, "source"); {
	case strings.EqualFold(from, cloudflare):
		entry.Source, entry.Shown = reach.Source{Labels: []string{cloudflare}, Internal: []string{cloudflare}}, "addresses of Cloudflare"
	case from != "":
		entry.Source, entry.Shown = reach.Source{Internal: []string{"load balancer"}}, "a load balancer"
	case tfstate.Unknown(flat.Value(r, "source")):
		entry.Source, entry.Shown = reach.Source{Doubt: reach.Pending, Gap: flat.AfterApply(r, "source", "the source of a rule")}, "(known after apply)"
	}
	return entry.Rules()
}

// subnet reads the source that a rule writes as an address and the length of
// its prefix.
func subnet(r *tfstate.Resource) (reach.Source, string) {
	address, size := flat.Value(r, "subnet"), flat.Value(r, "subnet_size")
	text, known := tfstate.String(address)
	bits, sized := tfstate.Int(size)
	if !known || !sized {
		if tfstate.Unknown(address) || tfstate.Unknown(size) {
			return flat.SourceOf(r, "subnet", cty.DynamicVal)
		}
		return flat.SourceAt(r, "subnet")
	}
	return flat.SourceOf(r, "subnet", cty.StringVal(text+"/"+itoa(bits)).WithSameMarks(address, size))
}

// between returns the ports from one to another. Without any it is every port.
func between(from, to cty.Value) flat.Ports {
	lo, okLo := tfstate.Int(from)
	hi, okHi := tfstate.Int(to)
	switch {
	case tfstate.Unknown(from) || tfstate.Unknown(to):
		return flat.UnknownPorts()
	case !okLo:
		return flat.PortsIn(exposure.AllPorts)
	case !okHi:
		hi = lo
	}
	if lo < 0 || hi > 65535 || hi < lo {
		return flat.PortsIn()
	}
	return flat.PortsIn(exposure.PortRange{Lo: uint16(lo), Hi: uint16(hi)})
}
