package s3

import (
	"fmt"
	"net/url"
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/aws/iam"
)

// action is an S3 action, with the class of access it belongs to.
type action struct {
	name  string
	class string // list, read, write
}

var (
	listing  = actions("list", "ListBucket", "ListBucketVersions", "ListBucketMultipartUploads")
	fetching = actions("read", "GetObject")
	reading  = actions("read", "GetObject", "GetObjectVersion", "GetObjectAcl", "GetObjectVersionAcl", "GetObjectTagging",
		"GetObjectVersionTagging", "GetObjectAttributes", "GetObjectVersionAttributes", "GetObjectTorrent")
	writing = actions("write", "PutObject", "PutObjectAcl", "PutObjectVersionAcl", "PutObjectTagging", "PutObjectVersionTagging",
		"PutObjectRetention", "PutObjectLegalHold", "DeleteObject", "DeleteObjectVersion", "DeleteObjectTagging",
		"DeleteObjectVersionTagging", "RestoreObject", "AbortMultipartUpload", "ReplicateObject", "ReplicateDelete",
		"PutBucketAcl", "PutBucketPolicy", "DeleteBucketPolicy", "PutBucketWebsite", "PutLifecycleConfiguration", "DeleteBucket")
	allActions = slices.Concat(listing, reading, writing)
)

func actions(class string, names ...string) []action {
	out := make([]action, len(names))
	for i, name := range names {
		out[i] = action{"s3:" + name, class}
	}
	return out
}

// request is what a client without any credentials of the owner tries.
type request struct {
	secure  bool
	actions []action
	point   *accessPoint // through which it comes; nil for the bucket's own names
}

func (r request) query(resource, action string) iam.Query {
	q := iam.Query{Action: action, Resource: resource, Secure: r.secure}
	if r.point != nil {
		q.Carries = r.point.carries()
	}
	return q
}

// verdict is what becomes of it.
type verdict struct {
	anonymous   reach.Bound // without credentials
	signed      reach.Bound // with those of any AWS account
	admits      []exposure.Hop
	blocks      []exposure.Hop
	gaps        []exposure.Gap
	assumptions []string
	notes       []string
	list        bool   // listing is granted
	key         string // of an object that is granted
}

// path is what to get to see the grant at work; empty when nothing is known.
func (v verdict) path() string {
	switch {
	case v.list:
		return "/?list-type=2"
	case v.key != "":
		return "/" + (&url.URL{Path: v.key}).EscapedPath()
	}
	return ""
}

// rejections are the notes of a verdict that admits nobody, which the walk
// takes from no gate.
func (v verdict) rejections() []string {
	if p := v.passage(); !p.May.IsEmpty() {
		return nil
	}
	return v.notes
}

// grade tells on the endpoint what a client that reaches it may do.
func (v verdict) grade(e *exposure.Endpoint) {
	switch {
	case exposed(v.anonymous):
		e.Access, e.DirectlyExposedBucket = exposure.AccessAnonymous, true
	case exposed(v.signed):
		e.Access = exposure.AccessAnyAuthenticated
	case !v.anonymous.May.IsEmpty():
		e.Access = exposure.AccessAnonymous
	case !v.signed.May.IsEmpty():
		e.Access = exposure.AccessAnyAuthenticated
	default:
		e.Access = exposure.AccessAuthenticated
	}
}

// overIPv6 reports whether what is granted is only granted to clients that
// come over IPv6, for which a bucket has a name of its own.
func (v verdict) overIPv6() bool {
	b := v.anonymous.Or(v.signed)
	return exposed(b) && !exposed(b.And(reach.Exactly(reach.Public(reach.IPv4))))
}

func exposed(b reach.Bound) bool {
	verdict, _ := b.Verdict()
	return verdict == exposure.Exposed
}

func (v verdict) passage() reach.Passage {
	p := reach.Passage{Bound: v.anonymous.Or(v.signed), Hops: v.admits, Gaps: v.gaps, Assumptions: v.assumptions, Notes: v.notes}
	if p.May.IsEmpty() {
		p.Hops, p.Gaps = v.blocks, nil
	}
	return p
}

// verdict judges the request by the policies and the access control lists of
// the bucket.
func (b *bucket) verdict(r request) verdict {
	var v verdict
	if b.stripped() {
		everywhere := iam.Everywhere()
		v.anonymous.May = everywhere
		v.gaps = []exposure.Gap{{Resource: b.label(), Reason: "the input shows nothing of the bucket but its id", Remedy: "Refresh the state"}}
		return v
	}
	documents := b.documents()
	for _, d := range documents {
		b.judgePolicy(&v, d, r)
	}
	for _, g := range b.grants() {
		b.judgeGrant(&v, g, documents, r)
	}
	if len(v.blocks) == 0 {
		v.blocks = []exposure.Hop{b.nothingGranted(documents)}
	}
	return v
}

// nothingGranted tells why a stranger gets nothing when no block is at work.
func (b *bucket) nothingGranted(documents []document) exposure.Hop {
	hop := exposure.Hop{
		Resource: b.label(), Certainty: exposure.Must,
		Summary: fmt.Sprintf("no policy and no ACL of %s grants access to strangers", b.label()),
	}
	if len(documents) == 1 {
		d := documents[0]
		hop.Resource, hop.Attribute = d.from.Address, d.attribute
		hop.Summary = fmt.Sprintf("the policy of %s admits only principals or networks it names, and no ACL grants access to strangers", d.from.Address)
	}
	return hop
}
