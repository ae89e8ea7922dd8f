package s3

import (
	"fmt"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// accessPoint is another name of a bucket with a policy of its own. A stranger
// needs the leave of both.
type accessPoint struct {
	b *bucket
	r *tfstate.Resource
}

func (b *bucket) accessPoints() []reach.Candidate {
	var out []reach.Candidate
	for _, p := range b.parts["aws_s3_access_point"] {
		point := &accessPoint{b, p.resource}
		out = append(out, point.candidate())
	}
	return out
}

func (p *accessPoint) text(attribute string) string {
	s, _ := tfstate.String(p.r.Attr(attribute))
	return s
}

// carries are the condition keys that requests through the access point have,
// and others do not.
func (p *accessPoint) carries() map[string]string {
	return map[string]string{
		"s3:dataaccesspointaccount":   p.text("account_id"),
		"s3:dataaccesspointarn":       p.text("arn"),
		"s3:accesspointnetworkorigin": "Internet",
	}
}

func (p *accessPoint) candidate() reach.Candidate {
	r := request{secure: true, actions: allActions, point: p}
	e := p.b.endpoint("access_point", p.text("domain_name"))
	e.ResourceAddress, e.Identity.ID = p.r.Address, p.text("arn")
	e.Related = []string{}
	if p.b.owner != p.r {
		e.Related = []string{p.b.owner.Address}
	}
	v, own := p.b.verdict(r), p.verdict(r)
	v.anonymous, v.signed = v.anonymous.And(own.anonymous), reach.Bound{}
	v.grade(&e)
	gate := reach.Gate{Name: "access_point", Pass: func(f reach.Flow) reach.Passage {
		r.secure = f.Ports.Lo == https
		return p.verdict(r).passage()
	}}
	return reach.Candidate{Endpoint: e, Family: reach.IPv4, Slots: slots(http, https), Gates: []reach.Gate{gate, p.b.gate(r)}}
}

// verdict judges the request by the access point alone.
func (p *accessPoint) verdict(r request) verdict {
	var v verdict
	if network := p.r.Attr("vpc_configuration"); len(tfstate.Elements(network)) > 0 {
		v.blocks = []exposure.Hop{p.block("vpc_configuration", fmt.Sprintf("%s answers only inside its VPC", p.r.Address))}
		return v
	}
	documents := p.documents()
	for _, d := range documents {
		p.judge(&v, d, r)
	}
	if len(v.blocks) == 0 {
		v.blocks = []exposure.Hop{p.block("policy", fmt.Sprintf("no policy of %s grants access to strangers", p.r.Address))}
	}
	return v
}

func (p *accessPoint) judge(v *verdict, d document, r request) {
	name := p.text("name")
	arn := "arn:*:s3:*:*:accesspoint/" + name
	granted, public := d.ask(r, arnPattern{arn, arn + "/object/*"})
	if granted.May.IsEmpty() {
		return
	}
	if own := p.toggle(); public {
		granted.Bound = own.over(granted.Bound)
		if granted.May.IsEmpty() {
			v.blocks = append(v.blocks, p.block("public_access_block_configuration", fmt.Sprintf("%s restricts public access", p.r.Address)))
			return
		}
		v.assumptions = appendNew(v.assumptions, own.assumptions...)
		if own.state == unsure {
			v.gaps = append(v.gaps, own.gap)
		}
	}
	d.report(v, granted)
	v.anonymous = v.anonymous.Or(granted.Bound)
}

// toggle tells whether public access is restricted, by the access point or by
// the account.
func (p *accessPoint) toggle() toggle {
	own, account := p.ownToggle(), accountToggle(p.b.g, restrictBuckets)
	if account.state != off && own.state != on {
		return account
	}
	own.assumptions = append(own.assumptions, account.assumptions...)
	return own
}

// ownToggle reads the block of the access point, which is on unless it is told
// otherwise.
func (p *accessPoint) ownToggle() toggle {
	flag := reach.Value(p.r, "public_access_block_configuration.0."+restrictBuckets)
	if tfstate.Null(flag) {
		return toggle{state: on, from: p.r}
	}
	if set, ok := tfstate.Bool(flag); ok && !set {
		return toggle{from: p.r}
	} else if ok {
		return toggle{state: on, from: p.r}
	}
	return toggle{state: unsure, doubt: reach.Pending, gap: exposure.Gap{
		Resource: p.r.Address, Attribute: "public_access_block_configuration[0]." + restrictBuckets,
		Reason: "it is known only after apply", Remedy: "Analyse again after apply",
	}}
}

func (p *accessPoint) documents() []document {
	var out []document
	for _, l := range p.b.g.Referrers(p.r, "arn", "aws_s3control_access_point_policy", "access_point_arn") {
		if d, ok := readDocument(p.b.g, l.To, "policy"); ok {
			d.certain = l.Certain
			out = append(out, d)
		}
	}
	if len(out) > 0 {
		return out
	}
	if d, ok := readDocument(p.b.g, p.r, "policy"); ok {
		out = append(out, d)
	}
	return out
}

func (p *accessPoint) block(attribute, summary string) exposure.Hop {
	return exposure.Hop{Resource: p.r.Address, Attribute: attribute, Summary: summary, Certainty: exposure.Must}
}
