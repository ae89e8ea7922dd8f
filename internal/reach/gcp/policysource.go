package gcp

import (
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// unlisted are the sources of policy rules that have no prefixes.
var unlisted = map[string]string{
	"src_fqdns": "domain names", "src_region_codes": "countries", "src_threat_intelligences": "threat intelligence lists",
}

// policySource reads who a policy rule speaks of: everyone whom one of its
// sources names.
func (e *estate) policySource(r *tfstate.Resource, prefix string) (reach.Source, string) {
	var out reach.Source
	var shown []string
	ranges := value(r, prefix+"src_ip_ranges")
	if elements := tfstate.Elements(ranges); len(elements) > 0 {
		readRanges(&out, r, prefix+"src_ip_ranges", elements)
		shown = append(shown, printable(elements...))
	} else if tfstate.Unknown(ranges) {
		out.Doubt, out.Gap = reach.Pending, afterApply(r, prefix+"src_ip_ranges", "the source of "+r.Address)
		shown = append(shown, "(known after apply)")
	}
	shown = append(shown, e.addressGroups(&out, r, prefix+"src_address_groups")...)
	for _, name := range []string{"src_fqdns", "src_region_codes", "src_threat_intelligences"} {
		if v := value(r, prefix+name); tfstate.Unknown(v) || len(tfstate.Elements(v)) > 0 {
			out.Doubt = max(out.Doubt, reach.Unread)
			out.Gap = exposure.Gap{Resource: r.Address, Attribute: bracketed(prefix + name),
				Reason: "which addresses the " + unlisted[name] + " of " + r.Address + " stand for is not known", Remedy: "Scan to see who gets through"}
			shown = append(shown, unlisted[name]+" "+printable(tfstate.Elements(v)...))
		}
	}
	for _, name := range []string{"src_secure_tags", "src_secure_tag"} {
		if v := value(r, prefix+name); len(tfstate.Elements(v)) > 0 {
			out.Internal = append(out.Internal, "instances with secure tags")
			shown = append(shown, "instances with secure tags")
		}
	}
	if inside := e.insideOnly(r, prefix); inside != "" {
		return reach.Source{Internal: []string{inside}}, inside
	}
	if len(shown) == 0 {
		out.Set, _ = reach.ParseSource("*")
		shown = []string{"everyone"}
	}
	return out, enumerate(shown)
}

// insideOnly names the networks to which a rule limits its sources, empty when
// it limits them to none or to the internet.
func (e *estate) insideOnly(r *tfstate.Resource, prefix string) string {
	for _, name := range []string{"src_network_scope", "src_network_type", "src_network_context"} {
		switch scope := text(r, prefix+name); scope {
		case "NON_INTERNET", "VPC_NETWORKS", "INTRA_VPC":
			return "sources of the scope " + scope
		}
	}
	return ""
}

// addressGroups adds the addresses of the groups that a rule names.
func (e *estate) addressGroups(out *reach.Source, r *tfstate.Resource, path string) []string {
	if leftOut(r, path, reach.Value(r, path)) {
		return nil
	}
	var shown []string
	links := e.follow(r, path, "google_network_security_address_group")
	for _, l := range links.Links {
		shown = append(shown, l.Name())
		if l.To == nil || !l.Certain || tfstate.Unknown(l.To.Attr("items")) {
			out.Doubt, out.Gap = max(out.Doubt, reach.Unread), notInInput(r, path, "the address group "+l.Name())
			continue
		}
		readRanges(out, l.To, "items", tfstate.Elements(l.To.Attr("items")))
	}
	if links.Unknown {
		out.Doubt, out.Gap = reach.Pending, afterApply(r, path, "an address group")
		shown = append(shown, "an address group")
	}
	return shown
}
