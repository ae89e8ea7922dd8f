package aws

import (
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// place is a subnet with the VPC around it, as far as the input shows them.
type place struct {
	subnet     *tfstate.Resource // nil when no input holds it
	id         string            // of the subnet, when known
	label      string            // of the subnet, for a reader
	vpc        *tfstate.Resource // nil when no input holds it
	vpcID      string            // when known
	defaultVPC bool              // evidence says that this is the default VPC
	region     string            // empty when the input does not tell
	gates      []reach.Gate      // block public access, route, NACL
}

// name returns what a reader calls the place.
func (p *place) name() string {
	switch {
	case p.subnet != nil:
		return p.subnet.Address
	case p.label != "":
		return "aws_subnet " + p.label
	}
	return "the default subnet"
}

// address returns the resource address to blame, empty when there is none.
func (p *place) address() string {
	if p.subnet != nil {
		return p.subnet.Address
	}
	return ""
}

// places is where the network interfaces of a path are: in all of certain, and
// in one of doubtful.
type places struct {
	certain, doubtful []*place
	gap               exposure.Gap // which of the doubtful it is
}

func (p places) all() []*place { return append(append([]*place{}, p.certain...), p.doubtful...) }

func (p places) pass(f reach.Flow) reach.Passage {
	ask := func(list []*place) []reach.Passage {
		var out []reach.Passage
		for _, at := range list {
			out = append(out, through(f, at.gates))
		}
		return out
	}
	certain, doubtful := ask(p.certain), ask(p.doubtful)
	out := pool(certain, doubtful)
	for i := range out.Gaps {
		if out.Gaps[i].Resource == "" { // a subnet that no input holds: its user is to blame
			out.Gaps[i].Resource, out.Gaps[i].Attribute = p.gap.Resource, p.gap.Attribute
		}
	}
	if len(doubtful) > 1 && !out.Must.Equal(out.May) {
		out.Gaps = appendNew(out.Gaps, p.gap)
	}
	return out
}

// placesOf resolves the placement of a path.
func (e *estate) placesOf(p path) places {
	out := places{gap: exposure.Gap{
		Resource:  p.owner.Address,
		Attribute: p.subnets.attribute,
		Reason:    "which of its subnets is used is not known",
		Remedy:    "Run again after apply, with the state",
	}}
	for _, link := range p.subnets.links.Links {
		at := e.placeOf(link)
		if p.subnets.oneOf || !link.Certain {
			out.doubtful = append(out.doubtful, at)
			continue
		}
		out.certain = append(out.certain, at)
	}
	switch links := p.subnets.links; {
	case p.subnets.inDefaultVPC:
		out.doubtful = append(out.doubtful, e.defaultPlace(p.owner))
	case omitted(p.owner, p.subnets.attribute, links):
		out.certain = append(out.certain, e.defaultPlace(p.owner))
	case links.Unknown:
		gap := afterApply(p.owner, p.subnets.attribute, "the subnet of "+p.owner.Address)
		out.certain = append(out.certain, &place{gates: []reach.Gate{doubtGate("route", reach.Pending, gap)}})
	case links.Unset:
		gap := notInInput(p.owner, p.subnets.attribute, "the subnet of "+p.owner.Address)
		out.certain = append(out.certain, &place{gates: []reach.Gate{doubtGate("route", reach.Unread, gap)}})
	}
	return out
}

// placeOf returns the place at the end of a link, with its gates.
func (e *estate) placeOf(link reach.Link) *place {
	key := "id:" + link.ID
	if link.To != nil {
		key = link.To.Address
	}
	if known, ok := e.places[key]; ok {
		return known
	}
	p := &place{subnet: link.To, id: link.ID, label: link.Name()}
	if p.subnet != nil {
		p.id = text(p.subnet, "id")
		p.region = regionOf(p.subnet)
		e.locate(p)
	}
	p.gates = e.placeGates(p)
	e.places[key] = p
	return p
}

// locate finds the VPC of a place.
func (e *estate) locate(p *place) {
	links := e.g.Follow(p.subnet, "vpc_id", vpcJoins...)
	for _, l := range links.Links {
		p.vpc, p.vpcID = l.To, l.ID
		if p.vpc != nil {
			p.vpcID = text(p.vpc, "id")
			break
		}
	}
	defaultForZone, _ := tfstate.Bool(p.subnet.Attr("default_for_az"))
	p.defaultVPC = p.subnet.Type == "aws_default_subnet" || defaultForZone || isDefaultVPC(p.vpc)
	if p.vpc == nil && p.defaultVPC {
		p.vpc = e.defaultVPC()
	}
}

func isDefaultVPC(vpc *tfstate.Resource) bool {
	if vpc == nil {
		return false
	}
	isDefault, _ := tfstate.Bool(vpc.Attr("default")) // of the data source
	return isDefault || vpc.Type == "aws_default_vpc"
}

// defaultVPC returns the resource or data source of the default VPC, or nil.
func (e *estate) defaultVPC() *tfstate.Resource {
	for _, vpc := range e.g.Resources("aws_default_vpc", "aws_vpc") {
		if isDefaultVPC(vpc) {
			return vpc
		}
	}
	return nil
}

// defaultPlace is a subnet of the default VPC that nothing names.
func (e *estate) defaultPlace(owner *tfstate.Resource) *place {
	p := &place{defaultVPC: true, vpc: e.defaultVPC(), region: regionOf(owner)}
	if p.vpc != nil {
		p.vpcID = text(p.vpc, "id")
	}
	p.gates = e.placeGates(p)
	return p
}

func (e *estate) placeGates(p *place) []reach.Gate {
	return []reach.Gate{reach.Remembered(e.blockGate(p)), reach.Remembered(e.routeGate(p)), reach.Remembered(e.naclGate(p))}
}

// pointing returns the resources of type from whose attribute at path refers
// to the place's subnet.
func (e *estate) pointing(p *place, from, path string) []reach.Link {
	if p.subnet != nil {
		return e.g.Referrers(p.subnet, "id", from, path)
	}
	return e.pointingAt(p.id, from, path)
}

// pointingAtVPC returns the resources of type from whose attribute at path
// refers to attr of the place's VPC.
func (e *estate) pointingAtVPC(p *place, attr, from, path string) []reach.Link {
	if p.vpc != nil {
		return e.g.Referrers(p.vpc, attr, from, path)
	}
	if attr == "id" {
		return e.pointingAt(p.vpcID, from, path)
	}
	return nil
}

// pointingAt returns the resources that hold the id of an object that no
// input holds.
func (e *estate) pointingAt(id, from, path string) []reach.Link {
	if id == "" {
		return nil
	}
	return slices.Clip(e.pointed(from, path)[id])
}

// regionOf returns the region of a resource: its own attribute from provider
// version 6 on, else the one in its ARN, else empty.
func regionOf(r *tfstate.Resource) string {
	if region := text(r, "region"); region != "" {
		return region
	}
	if parts := strings.Split(text(r, "arn"), ":"); len(parts) > 5 {
		return parts[3]
	}
	return ""
}
