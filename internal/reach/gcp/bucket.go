package gcp

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

const bucketType = "google_storage_bucket"

// readable are the roles that let their members list, read or write objects.
var readable = map[string][]string{
	"roles/storage.objectViewer":       {"list", "read"},
	"roles/storage.legacyObjectReader": {"read"},
	"roles/storage.legacyObjectOwner":  {"read"},
	"roles/storage.legacyBucketReader": {"list"},
	"roles/storage.legacyBucketWriter": {"list", "write"},
	"roles/storage.legacyBucketOwner":  {"list", "write"},
	"roles/storage.objectCreator":      {"write"},
	"roles/storage.objectUser":         {"list", "read", "write"},
	"roles/storage.objectAdmin":        {"list", "read", "write"},
	"roles/storage.admin":              {"list", "read", "write"},
}

// buckets returns the buckets of Cloud Storage. The service itself is always
// reachable, so a bucket counts as exposed by what it grants to strangers.
func (e *estate) buckets() []reach.Candidate {
	var out []reach.Candidate
	for _, r := range e.g.Managed(bucketType) {
		out = append(out, e.bucket(r))
	}
	return append(out, e.bucketsElsewhere()...)
}

// bucketsElsewhere returns the buckets that no input holds and of which a
// grant in the input opens them to strangers. The grant is told as the
// resource.
func (e *estate) bucketsElsewhere() []reach.Candidate {
	var out []reach.Candidate
	for _, kind := range []string{"_member", "_binding", "_policy"} {
		for _, r := range e.g.Managed("google_storage_bucket_iam" + kind) {
			bucket := e.objectAt(r, "bucket", bucketType)
			if bucket.to != nil && bucket.to.Mode == tfstate.Managed || bucket.label == "" {
				continue
			}
			o := opening{r: r}
			for _, g := range readGrants(r, kind, true) {
				o.add(g, readable[g.role], custom(g.role))
			}
			if !o.anyone.Or(o.signedIn).May.IsEmpty() {
				if r.Action != "" && r.Action != tfstate.NoOp {
					o.doubted(notInInput(r, "bucket", "whether the bucket "+exposure.CleanLine(bucket.ref.name)+" prevents public access"))
				}
				out = append(out, bucketCandidate(r, bucket.ref.name, o))
			}
		}
	}
	return out
}

// doubted takes back what is certain, since public access may be prevented. A
// grant that is in place already shows that it is not: it would have been
// refused.
func (o *opening) doubted(gap exposure.Gap) {
	o.gaps = appendNew(o.gaps, gap)
	o.anyone.Must, o.signedIn.Must = reach.Set{}, reach.Set{}
}

func (e *estate) bucket(r *tfstate.Resource) reach.Candidate {
	return bucketCandidate(r, text(r, "name"), e.opening(r))
}

func bucketCandidate(r *tfstate.Resource, name string, o opening) reach.Candidate {
	f := front{r: r, key: "bucket", kind: "bucket", ports: []uint16{80, 443}, shared: true, access: o.access()}
	if name != "" {
		f.host = name + ".storage.googleapis.com"
	}
	f.gates = []reach.Gate{gateOf("policy", o.pass)}
	c := f.candidate()
	c.Endpoint.DirectlyExposedBucket = !o.anyone.Must.IsEmpty()
	if strings.Contains(name, ".") {
		// A name with dots does not fit the certificate of the service.
		c.Endpoint.Host, c.Endpoint.Path = "storage.googleapis.com", "/"+name+"/"
	}
	return c
}

// opening is what a bucket grants to strangers.
type opening struct {
	r                *tfstate.Resource
	anyone, signedIn reach.Bound
	hops             []exposure.Hop
	gaps             []exposure.Gap
	prevented        []exposure.Hop
}

// opening works out what a bucket grants, in the order in which it decides:
// public access prevention, IAM, and ACLs unless access is uniform.
func (e *estate) opening(r *tfstate.Resource) opening {
	o := opening{r: r}
	if text(r, "public_access_prevention") == "enforced" {
		o.prevented = []exposure.Hop{{Resource: r.Address, Attribute: "public_access_prevention", Certainty: exposure.Must,
			Summary: r.Address + " has public access prevention enforced"}}
		return o
	}
	for _, g := range e.grantsOn(r, "google_storage_bucket_iam", "bucket") {
		o.add(g, readable[g.role], custom(g.role))
	}
	uniform := flagOf(value(r, "uniform_bucket_level_access"), flagOf(value(r, "bucket_policy_only"), no))
	if uniform != yes {
		for _, g := range e.listed(r) {
			if uniform == unknown && g.doubt == (exposure.Gap{}) {
				g.doubt = afterApply(r, "uniform_bucket_level_access", "whether ACLs of "+r.Address+" count")
			}
			o.add(g, aclRights[g.role], false)
		}
	}
	if tfstate.Unknown(value(r, "public_access_prevention")) {
		o.gaps = append(o.gaps, afterApply(r, "public_access_prevention", "whether public access to "+r.Address+" is prevented"))
		o.anyone, o.signedIn = reach.Bound{May: o.anyone.May}, reach.Bound{May: o.signedIn.May}
	}
	return o
}

// add takes a grant into account. rights are those that its role gives; with
// doubtful the role is one of which the input does not tell.
func (o *opening) add(g grant, rights []string, doubtful bool) {
	if len(rights) == 0 && !doubtful && g.role != "" {
		return
	}
	world := reach.Public(reach.IPv4)
	gap := g.gap()
	if doubtful && gap == (exposure.Gap{}) {
		gap = exposure.Gap{Resource: g.r.Address, Attribute: "role", Reason: "what the role " + exposure.CleanLine(g.role) + " allows is in no input",
			Remedy: "Use a predefined role, or scan to see what is open"}
	}
	b := reach.Exactly(world)
	switch {
	case g.doubt != (exposure.Gap{}):
		b = reach.Bound{May: world}
	case gap != (exposure.Gap{}):
		b = reach.Bound{Likely: world, May: world}
	}
	var who string
	switch {
	case g.doubt != (exposure.Gap{}) && g.anyone != yes && g.signedIn != yes:
		o.anyone, who = o.anyone.Or(b), "may let everyone"
	case g.anyone == yes:
		o.anyone, who = o.anyone.Or(b), "lets everyone"
	case g.signedIn == yes:
		o.signedIn, who = o.signedIn.Or(b), "lets every Google account"
	default:
		return
	}
	hop := exposure.Hop{Resource: g.r.Address, Certainty: certainty(!b.Must.IsEmpty()), Remedy: "Remove the grant of " + g.r.Address,
		Summary: g.r.Address + " " + who + " " + enumerate(rights) + " objects (" + exposure.CleanLine(g.role) + ")"}
	if len(rights) == 0 {
		hop.Summary = g.r.Address + " " + who + " use the bucket"
	}
	o.hops = appendNew(o.hops, hop)
	if gap != (exposure.Gap{}) {
		o.gaps = appendNew(o.gaps, gap)
	}
}

// access says what a client without credentials of its own may do.
func (o opening) access() exposure.Access {
	switch {
	case !o.anyone.Must.IsEmpty():
		return exposure.AccessAnonymous
	case !o.signedIn.Must.IsEmpty():
		return exposure.AccessAnyAuthenticated
	case !o.anyone.May.IsEmpty():
		return exposure.AccessUnknown
	case !o.signedIn.May.IsEmpty():
		return exposure.AccessAnyAuthenticated
	}
	return exposure.AccessAuthenticated
}

func (o opening) pass(f reach.Flow) reach.Passage {
	if len(o.prevented) > 0 {
		return reach.Closed(o.prevented...)
	}
	p := reach.Passage{Bound: o.anyone.Or(o.signedIn), Hops: o.hops, Gaps: o.gaps, Assumptions: []string{assumeNoPrevention}}
	if p.May.IsEmpty() {
		return reach.Closed(exposure.Hop{Resource: o.r.Address, Certainty: exposure.Must, Summary: "nothing grants strangers access to " + o.r.Address})
	}
	if p.Must.Equal(p.May) {
		p.Gaps = nil
	}
	return p
}
