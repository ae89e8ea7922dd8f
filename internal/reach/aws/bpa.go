package aws

import (
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// blockGate is VPC block public access: a switch for a whole account and
// region, with exclusions of a VPC or subnet.
func (e *estate) blockGate(p *place) reach.Gate {
	return reach.Gate{Name: "block_public_access", Pass: func(f reach.Flow) reach.Passage {
		options := e.blockOptions(p.region)
		if options == nil {
			out := reach.Open(f)
			out.Assumptions = []string{assumeBPAOff}
			return out
		}
		v := options.Attr("internet_gateway_block_mode")
		if tfstate.Unknown(v) {
			return doubt(f.Family, reach.Pending, afterApply(options, "internet_gateway_block_mode", "the block mode"))
		}
		mode, _ := tfstate.String(v)
		if mode != "block-ingress" && mode != "block-bidirectional" {
			return reach.Open(f)
		}
		return e.exclusion(p, options, mode, f)
	}}
}

// blockOptions returns the switch of a region. Where either side does not tell
// its region they are taken to be the same one.
func (e *estate) blockOptions(region string) *tfstate.Resource {
	for _, r := range e.g.Resources("aws_vpc_block_public_access_options") {
		own := regionOf(r)
		if own == "" {
			own = text(r, "aws_region")
		}
		if own == "" || region == "" || own == region {
			return r
		}
	}
	return nil
}

// exclusion answers for a place whose region is blocked.
func (e *estate) exclusion(p *place, options *tfstate.Resource, mode string, f reach.Flow) reach.Passage {
	const from, attribute = "aws_vpc_block_public_access_exclusion", "internet_gateway_exclusion_mode"
	links := append(e.pointing(p, from, "subnet_id"), e.pointingAtVPC(p, "id", from, "vpc_id")...)
	var pending *tfstate.Resource
	for _, l := range links {
		v := l.To.Attr(attribute)
		if mode, _ := tfstate.String(v); mode == "allow-bidirectional" && l.Certain {
			return reach.Open(f, exposure.Hop{
				Resource:  l.To.Address,
				Attribute: attribute,
				Summary:   l.To.Address + " excludes " + p.name() + " from VPC block public access",
				Remedy:    "Set " + attribute + " of " + l.To.Address + " to allow-egress",
				Certainty: exposure.Must,
			})
		} else if mode == "allow-bidirectional" || tfstate.Unknown(v) {
			pending = l.To
		}
	}
	if pending != nil {
		return doubt(f.Family, reach.Pending, afterApply(pending, attribute, "the exclusion from VPC block public access"))
	}
	return reach.Closed(exposure.Hop{
		Resource:  options.Address,
		Attribute: "internet_gateway_block_mode",
		Summary:   "VPC block public access: " + options.Address + " is set to " + exposure.CleanLine(mode),
		Certainty: exposure.Must,
	})
}
