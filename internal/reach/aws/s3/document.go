package s3

import (
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/aws/iam"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// document is a policy on a bucket or access point, as far as it is known.
type document struct {
	from      *tfstate.Resource
	attribute string
	policy    *iam.Policy // nil when it is not known; gap then tells why
	doubt     reach.Doubt
	gap       exposure.Gap
	certain   bool // false when it may belong to another bucket
	applied   bool // S3 has accepted it
	sensitive bool
}

// documents returns the policies of the bucket.
func (b *bucket) documents() []document {
	if !b.documented {
		b.policies, b.documented = b.readDocuments(), true
	}
	return b.policies
}

// readDocuments reads those of the policy resources, and without one the
// inline policy, which in a state is a copy of either.
func (b *bucket) readDocuments() []document {
	parts := b.parts["aws_s3_bucket_policy"]
	var out []document
	for _, p := range parts {
		if d, ok := readDocument(b.g, p.resource, "policy"); ok {
			d.certain = p.certain && len(parts) == 1
			out = append(out, d)
		}
	}
	if len(parts) > 0 || b.self == nil || b.policyDeleted() {
		return out
	}
	if d, ok := readDocument(b.g, b.self, "policy"); ok {
		// An update of a bucket is seldom one of its policy, and what it has
		// now was accepted.
		d.applied = d.applied || b.self.Action == tfstate.Update
		out = append(out, d)
	}
	return out
}

// policyDeleted reports whether the plan deletes the policy of which the
// bucket still shows a copy.
func (b *bucket) policyDeleted() bool {
	if set, known := b.self.Configured("policy"); set || !known {
		return false
	}
	return priorOn(b, "aws_s3_bucket_policy")
}

// priorOn reports whether before the plan a resource of the type spoke of the
// bucket.
func priorOn(b *bucket, resourceType string) bool {
	for _, r := range b.g.Prior(resourceType) {
		if s, ok := tfstate.String(r.Attr("bucket")); ok && s == b.name && s != "" {
			return true
		}
	}
	return false
}

// readDocument reads the policy in an attribute. ok is false when there is
// none.
func readDocument(g *reach.Graph, r *tfstate.Resource, attribute string) (d document, ok bool) {
	v := r.Attr(attribute)
	d = document{from: r, attribute: attribute, certain: true, applied: applied(r), sensitive: tfstate.IsSensitive(v)}
	if tfstate.Unknown(v) {
		if set, known := r.Configured(attribute); known && !set {
			return d, false // the provider computes it from what is declared elsewhere
		}
		d.resolve(g)
		return d, true
	}
	text, _ := tfstate.String(v)
	if text == "" {
		return d, false
	}
	policy, err := iam.Parse(text)
	if err != nil {
		d.doubt = reach.Unread
		d.gap = exposure.Gap{Resource: r.Address, Attribute: attribute, Reason: "the policy cannot be read: " + err.Error(), Remedy: "Correct the policy document"}
		return d, true
	}
	d.policy = policy
	return d, true
}

// resolve follows a policy that is known only after apply to the
// aws_iam_policy_document it is made by, whose statements may be known.
func (d *document) resolve(g *reach.Graph) {
	d.doubt = reach.Pending
	d.gap = exposure.Gap{
		Resource: d.from.Address, Attribute: d.attribute, Reason: "the policy is known only after apply",
		Remedy: "Analyse again after apply, or build the policy with aws_iam_policy_document",
	}
	links := g.Follow(d.from, d.attribute, reach.Join{Type: "aws_iam_policy_document", Attr: "json"}).Links
	if len(links) != 1 || links[0].To == nil || !links[0].Certain {
		return
	}
	policy, err := iam.FromDocument(links[0].To)
	if err != nil {
		d.gap.Reason = "the policy is known only after apply: " + err.Error()
		return
	}
	d.policy, d.doubt = policy, reach.Sure
}
