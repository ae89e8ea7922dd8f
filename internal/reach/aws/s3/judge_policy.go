package s3

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/aws/iam"
)

func (b *bucket) judgePolicy(v *verdict, d document, r request) {
	granted, public := d.ask(r, b.pattern())
	if granted.May.IsEmpty() {
		return
	}
	left, ok := b.underBlocks(v, granted.Bound, blocking{
		public: public, accepted: d.applied, refuse: blockPolicy, disregard: restrictBuckets, what: "policy of " + d.from.Address,
	})
	if !ok {
		return
	}
	granted.Bound = left
	v.anonymous = v.anonymous.Or(left)
	v.list = v.list || slices.Contains(granted.classes, "list")
	d.report(v, granted)
}

// report tells what the policy grants, and what of it is not known.
func (d document) report(v *verdict, g granted) {
	if d.policy == nil {
		v.gaps = append(v.gaps, d.gap)
	}
	for _, reason := range g.Gaps {
		v.gaps = append(v.gaps, d.doubtful(reason))
	}
	v.notes = append(v.notes, g.Notes...)
	v.admits = append(v.admits, exposure.Hop{
		Resource: d.from.Address, Attribute: d.attribute, Certainty: certainty(g.Bound),
		Summary: d.summary(g),
		Remedy:  fmt.Sprintf("Name the principals in the policy of %s, or switch on %s", d.from.Address, restrictBuckets),
	})
}

// doubtful is the gap that a statement leaves.
func (d document) doubtful(reason string) exposure.Gap {
	if d.sensitive {
		reason = "a statement of the policy (sensitive) cannot be judged for certain"
	}
	return exposure.Gap{Resource: d.from.Address, Attribute: d.attribute, Reason: exposure.Clean(reason), Remedy: "Judge the statement by hand"}
}

// granted is what a policy admits to, over all actions of a request.
type granted struct {
	iam.Answer
	classes []string
}

// ask asks the policy about every action. public tells that AWS calls the
// policy as a whole public, whatever the request.
func (d document) ask(r request, arn arnPattern) (out granted, public bool) {
	if d.policy == nil {
		out.May = iam.Everywhere()
		if d.doubt == reach.Unread {
			out.Likely = out.May
		}
		return out, true
	}
	for _, a := range r.actions {
		answer := d.policy.Ask(r.query(asked(a, arn), a.name))
		if answer.May.IsEmpty() {
			continue
		}
		if !out.Equal(answer.Bound) {
			out.Bound = out.Or(answer.Bound)
		}
		out.classes = appendNew(out.classes, a.class)
		out.Statements = appendNew(out.Statements, answer.Statements...)
		out.Notes = appendNew(out.Notes, answer.Notes...)
		out.Gaps = appendNew(out.Gaps, answer.Gaps...)
	}
	if !d.certain {
		out.Must, out.Likely = reach.Set{}, reach.Set{}
		out.Gaps = appendNew(out.Gaps, "whether it is the policy of this bucket is known only after apply")
	}
	return out, d.isPublic(arn)
}

// isPublic reports whether AWS calls the policy public, for any action.
func (d document) isPublic(arn arnPattern) bool {
	return slices.ContainsFunc(allActions, func(a action) bool {
		return d.policy.Ask(iam.Query{Action: a.name, Resource: asked(a, arn), Secure: true}).Public
	})
}

// arnPattern is how the ARNs of a bucket or access point look.
type arnPattern struct{ container, objects string }

// pattern covers every bucket while the name is not known yet.
func (b *bucket) pattern() arnPattern {
	arn := b.arn()
	if arn == "" {
		arn = "arn:*:s3:::*"
	}
	return arnPattern{arn, arn + "/*"}
}

// asked is the pattern of the ARNs that an action is about.
func asked(a action, arn arnPattern) string {
	if strings.Contains(a.name, "Object") || strings.HasPrefix(a.name, "s3:Replicate") || a.name == "s3:AbortMultipartUpload" {
		return arn.objects
	}
	return arn.container
}
