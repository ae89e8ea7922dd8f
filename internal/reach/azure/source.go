package azure

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// insideTags are the service tags that stand for no address on the internet.
var insideTags = map[string]bool{"virtualnetwork": true, "azureloadbalancer": true}

// source reads who a rule speaks of.
func (e *estate) source(r *tfstate.Resource, prefix string, w wording) reach.Source {
	var out reach.Source
	for _, path := range w.sources {
		for i, v := range listed(r, prefix+path) {
			at := prefix + path
			if _, single := tfstate.String(reach.Value(r, at)); !single && !tfstate.Unknown(reach.Value(r, at)) {
				at += "." + itoa(i)
			}
			e.addSource(&out, r, at, v)
		}
	}
	if w.groups != "" && len(listed(r, prefix+w.groups)) > 0 {
		out.Internal = append(out.Internal, "members of application security groups")
	}
	return out
}

// addSource adds one value: addresses, a word for everyone, or a service tag.
func (e *estate) addSource(out *reach.Source, r *tfstate.Resource, path string, v cty.Value) {
	written, known := tfstate.String(v)
	if !known {
		e.addUnknown(out, r, path)
		return
	}
	set, ok := reach.ParseSource(written)
	switch {
	case ok:
		out.Set, out.Hidden = out.Set.Union(set), out.Hidden || tfstate.IsSensitive(v)
	case insideTags[strings.ToLower(written)]:
		out.Internal = append(out.Internal, written)
	case isTag(written):
		label := exposure.CleanLine(written)
		if tfstate.IsSensitive(v) {
			label = "(sensitive)"
		}
		out.Labels = append(out.Labels, label)
	default:
		out.Doubt, out.Gap = reach.Pending, exposure.Gap{Resource: r.Address, Attribute: bracketed(path),
			Reason: "the source " + printable(v) + " is no address range", Remedy: "Write a prefix, an address or a service tag"}
	}
}

// addUnknown adds a value that is known only after apply. What it refers to
// may still tell that it is no wide range.
func (e *estate) addUnknown(out *reach.Source, r *tfstate.Resource, path string) {
	for _, ref := range r.References(path) {
		to := e.g.At(ref.Address)
		if to == nil {
			continue
		}
		switch to.Type {
		case "azurerm_public_ip", "azurerm_public_ip_prefix":
			out.Labels = append(out.Labels, to.Address)
			return
		case "azurerm_subnet", "azurerm_virtual_network", "azurerm_network_interface":
			out.Internal = append(out.Internal, to.Address)
			return
		}
	}
	out.Doubt, out.Gap = reach.Pending, afterApply(r, bracketed(path), "the source of a rule")
}

// isTag reports whether a value has the form of a service tag, such as
// "AzureCloud.WestEurope".
func isTag(s string) bool {
	if s == "" || strings.ContainsAny(s, "/:,- ") {
		return false
	}
	c := s[0] | 0x20
	return c >= 'a' && c <= 'z'
}
