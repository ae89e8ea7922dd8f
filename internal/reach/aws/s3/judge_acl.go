package s3

import (
	"cmp"
	"fmt"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/aws/iam"
)

func (b *bucket) judgeGrant(v *verdict, g grant, documents []document, r request) {
	bound, gaps := b.granted(g, documents, r)
	if bound.May.IsEmpty() {
		return
	}
	what := "ACL of " + g.from.Address
	owned := b.ownership(g.applied)
	v.assumptions = appendNew(v.assumptions, owned.assumptions...)
	if bound = owned.over(bound); bound.May.IsEmpty() {
		v.blocks = append(v.blocks, b.disabledBy(owned, what))
		if !g.applied {
			v.notes = appendNew(v.notes, fmt.Sprintf("apply will be rejected: the %s is public and ACLs are disabled", what))
		}
		return
	}
	if owned.state == unsure {
		v.gaps = appendNew(v.gaps, owned.gap)
	}
	bound, ok := b.underBlocks(v, bound, blocking{public: true, accepted: g.applied, refuse: blockACLs, disregard: ignoreACLs, what: what})
	if !ok {
		return
	}
	if g.doubt != reach.Sure {
		gaps = append(gaps, g.gap)
	}
	v.gaps = appendNew(v.gaps, gaps...)
	if g.signed {
		v.signed = v.signed.Or(bound)
	} else {
		v.anonymous = v.anonymous.Or(bound)
		v.list = v.list || g.actions["s3:ListBucket"]
		v.key = cmp.Or(v.key, g.key)
	}
	v.notes = appendNew(v.notes, "ACLs are enabled: objects may have ACLs of their own that are not declared")
	v.admits = appendNew(v.admits, exposure.Hop{
		Gate: "acl", Resource: g.from.Address, Attribute: g.attribute, Certainty: certainty(bound),
		Summary: fmt.Sprintf("%s grants %s", g.from.Address, g.says),
		Remedy:  fmt.Sprintf("Make the ACL of %s private, or switch on %s", g.from.Address, ignoreACLs),
	})
}

// granted is what the deny statements of the policies leave of a grant. A
// policy that is not known may deny everything.
func (b *bucket) granted(g grant, documents []document, r request) (out reach.Bound, gaps []exposure.Gap) {
	for _, a := range r.actions {
		if !g.actions[a.name] {
			continue
		}
		left := reach.Exactly(iam.Everywhere())
		for _, d := range documents {
			if d.policy == nil || !d.certain {
				left = toggle{state: unsure, doubt: d.doubt}.over(left)
				gaps = appendNew(gaps, d.gap)
				continue
			}
			var reasons []string
			left, reasons = d.policy.Less(r.query(asked(a, b.pattern()), a.name), left)
			for _, reason := range reasons {
				gaps = appendNew(gaps, d.doubtful(reason))
			}
		}
		out = out.Or(left)
	}
	if g.doubt != reach.Sure {
		out = toggle{state: unsure, doubt: g.doubt}.over(out)
	}
	return out, gaps
}

func (b *bucket) disabledBy(t toggle, what string) exposure.Hop {
	hop := exposure.Hop{Gate: "ownership", Resource: b.label(), Certainty: exposure.Assumed,
		Summary: fmt.Sprintf("ACLs are disabled by default on the new bucket, so that the %s grants nothing", what)}
	if t.from != nil {
		hop.Resource, hop.Attribute, hop.Certainty = t.from.Address, "rule[0].object_ownership", exposure.Must
		hop.Summary = fmt.Sprintf("%s disables ACLs (BucketOwnerEnforced), so that the %s grants nothing", t.from.Address, what)
	}
	return hop
}
