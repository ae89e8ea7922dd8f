package s3

import (
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// ownership tells whether access control lists are disabled on the bucket.
func (b *bucket) ownership(accepted bool) toggle {
	var declared []toggle
	for _, p := range b.parts["aws_s3_bucket_ownership_controls"] {
		declared = append(declared, readOwnership(p))
	}
	switch {
	case len(declared) > 0:
		return strictest(declared)
	case b.fresh() && b.old():
		return toggle{assumptions: []string{assumeOldDefaults}}
	case b.fresh():
		return toggle{state: on, assumptions: []string{assumeOwnership}}
	case accepted:
		return toggle{}
	}
	return toggle{state: unsure, doubt: reach.Unread, gap: exposure.Gap{
		Resource: b.label(), Reason: "no ownership controls of the bucket are declared, and ACLs may be disabled on it",
		Remedy: "Declare an aws_s3_bucket_ownership_controls for it",
	}}
}

func readOwnership(p part) toggle {
	v := reach.Value(p.resource, "rule.0.object_ownership")
	name, ok := tfstate.String(v)
	if !ok && !tfstate.Null(v) || !p.certain {
		return toggle{state: unsure, doubt: reach.Pending, gap: exposure.Gap{
			Resource: p.resource.Address, Attribute: "rule[0].object_ownership", Reason: "whether ACLs are disabled is known only after apply",
			Remedy: "Analyse again after apply",
		}}
	}
	if name == "BucketOwnerEnforced" {
		return toggle{state: on, from: p.resource}
	}
	return toggle{from: p.resource}
}
