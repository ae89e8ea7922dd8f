package aws

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

var listJoins = []reach.Join{
	{Type: "aws_ec2_managed_prefix_list", Attr: "id"},
	{Type: "aws_prefix_list", Attr: "id"}, {Type: "aws_prefix_list", Attr: "prefix_list_id"},
}

// prefixList resolves the prefix lists that an attribute of r names. The lists
// of AWS itself, such as that of CloudFront's origin-facing addresses, become
// labels: their prefixes belong to AWS and change.
func (e *estate) prefixList(r *tfstate.Resource, path string) reach.Source {
	var out reach.Source
	links := e.g.Follow(r, path, listJoins...)
	for _, l := range links.Links {
		one := e.entriesOf(r, path, l)
		if !l.Certain {
			one = reach.Source{Doubt: reach.Unread, Gap: afterApply(r, bracketed(path), "which prefix list a rule names")}
		}
		out.Set = out.Set.Union(one.Set)
		out.Labels = append(out.Labels, one.Labels...)
		if one.Doubt != reach.Sure {
			out.Doubt, out.Gap = one.Doubt, one.Gap
		}
	}
	if links.Unknown {
		out.Doubt, out.Gap = reach.Pending, afterApply(r, bracketed(path), "a prefix list")
	}
	return out
}

// listNames returns the addresses of the prefix lists that an attribute names,
// empty when the value itself tells more.
func (e *estate) listNames(r *tfstate.Resource, path string) []cty.Value {
	if tfstate.IsSensitive(reach.Value(r, path)) {
		return nil
	}
	var out []cty.Value
	for _, l := range e.g.Follow(r, path, listJoins...).Links {
		if l.To == nil {
			return nil
		}
		out = append(out, cty.StringVal(l.To.Address))
	}
	return out
}

// entriesOf resolves one prefix list.
func (e *estate) entriesOf(r *tfstate.Resource, path string, l reach.Link) reach.Source {
	if l.To == nil {
		return reach.Source{Doubt: reach.Unread, Gap: notInInput(r, bracketed(path), "prefix list "+l.Name())}
	}
	if name := text(l.To, "name"); strings.HasPrefix(name, "com.amazonaws.") {
		return reach.Source{Labels: []string{exposure.CleanLine(name)}}
	}
	var out reach.Source
	pending := func(where *tfstate.Resource, attribute string) {
		out.Doubt, out.Gap = reach.Pending, afterApply(where, attribute, "an entry of the prefix list "+l.To.Address)
	}
	add := func(where *tfstate.Resource, attribute string) {
		v := reach.Value(where, attribute)
		cidr, known := tfstate.String(v)
		switch set, ok := reach.ParseSource(cidr); {
		case tfstate.Unknown(v):
			pending(where, bracketed(attribute))
		case known && ok:
			out.Set = out.Set.Union(set)
		case known:
			out.Doubt, out.Gap = reach.Pending, noRange(where, bracketed(attribute), printable(v))
		}
	}
	for _, list := range []string{"entry", "entries"} { // the data source has entries
		v := l.To.Attr(list)
		if tfstate.Unknown(v) && !chosenByProvider(l.To, list, v) {
			pending(l.To, list)
		}
		for i := range tfstate.Elements(v) {
			add(l.To, list+"."+itoa(i)+".cidr")
		}
	}
	cidrs, unknown := tfstate.Strings(l.To.Attr("cidr_blocks")) // of data.aws_prefix_list
	if unknown > 0 {
		pending(l.To, "cidr_blocks")
	}
	for _, cidr := range cidrs {
		if set, ok := reach.ParseSource(cidr); ok {
			out.Set = out.Set.Union(set)
		}
	}
	for _, entry := range e.g.Referrers(l.To, "id", "aws_ec2_managed_prefix_list_entry", "prefix_list_id") {
		add(entry.To, "cidr")
	}
	return out
}

// noRange returns the gap of a source that cannot be read.
func noRange(r *tfstate.Resource, attribute, shown string) exposure.Gap {
	return exposure.Gap{Resource: r.Address, Attribute: attribute,
		Reason: "the source " + shown + " is no address range", Remedy: "Write it as a CIDR block"}
}
