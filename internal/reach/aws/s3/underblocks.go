package s3

import (
	"fmt"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
)

// blocking says which switches stand over a grant.
type blocking struct {
	public    bool   // AWS calls the grant public; the switches are about no other
	accepted  bool   // S3 has let it through
	refuse    string // the switch that refuses new grants
	disregard string // the switch that disregards those there are
	what      string // "policy of aws_s3_bucket_policy.a"
}

// underBlocks limits a grant by the public access blocks over it. ok is false
// when nothing is left.
func (b *bucket) underBlocks(v *verdict, granted reach.Bound, k blocking) (left reach.Bound, ok bool) {
	if !k.public {
		return granted, true
	}
	switches := []string{k.disregard}
	if !k.accepted {
		switches = append(switches, k.refuse)
	}
	certain := !granted.Must.IsEmpty()
	var assumptions []string
	for _, name := range switches {
		t := b.toggle(name, k.accepted)
		if granted = t.over(granted); granted.May.IsEmpty() {
			v.assumptions = appendNew(v.assumptions, t.assumptions...)
			v.blocks = append(v.blocks, b.blockedBy(t, name, k.what))
			if certain && !k.accepted && b.toggle(k.refuse, false).state == on {
				v.notes = appendNew(v.notes, fmt.Sprintf("apply will be rejected: the %s is public and %s is on", k.what, k.refuse))
			}
			return granted, false
		}
		assumptions = appendNew(assumptions, t.assumptions...)
		if t.state == unsure {
			v.gaps = appendNew(v.gaps, t.gap)
		}
		if t.state == off && t.from != nil && name == k.disregard {
			v.admits = appendNew(v.admits, offHop(t, name))
		}
	}
	v.assumptions = appendNew(v.assumptions, assumptions...)
	return granted, true
}

func offHop(t toggle, name string) exposure.Hop {
	return exposure.Hop{
		Gate: "public_access_block", Resource: t.from.Address, Attribute: name, Certainty: exposure.Must,
		Summary: fmt.Sprintf("%s has %s off", t.from.Address, name),
		Remedy:  fmt.Sprintf("Set %s of %s to true", name, t.from.Address),
	}
}

func (b *bucket) blockedBy(t toggle, name, what string) exposure.Hop {
	hop := exposure.Hop{Gate: "public_access_block", Resource: b.label(), Attribute: name, Certainty: exposure.Assumed,
		Summary: fmt.Sprintf("%s is on by default for the new bucket, so that the %s grants nothing to strangers", name, what)}
	if t.from != nil {
		hop.Resource, hop.Certainty = t.from.Address, exposure.Must
		hop.Summary = fmt.Sprintf("%s has %s on, so that the %s grants nothing to strangers", t.from.Address, name, what)
	}
	return hop
}
