package digitalocean

import (
	"net/url"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/aws/iam"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/flat"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

const bucketType = "digitalocean_spaces_bucket"

var bucketJoins = []reach.Join{{Type: bucketType, Attr: "name"}, {Type: bucketType, Attr: "id"}}

// buckets returns the Spaces buckets. Their API answers everyone, so that what
// counts is who is granted something without credentials.
func buckets(g *reach.Graph) []reach.Candidate {
	var out []reach.Candidate
	for _, r := range g.Managed(bucketType) {
		granted := grantsOf(g, r)
		e := exposure.Endpoint{
			ResourceAddress: r.Address, Key: "rest", Kind: "bucket", SharedFront: true, App: "https", Identity: identity(r), Host: bucketHost(r),
			Access: exposure.AccessAuthenticated, Path: granted.path, Related: flat.Sorted(granted.related...),
		}
		verdict, _ := granted.Verdict()
		e.DirectlyExposedBucket = verdict == exposure.Exposed
		if !granted.May.IsEmpty() {
			e.Access = exposure.AccessAnonymous
		}
		out = append(out, reach.Candidate{
			Endpoint: e, Family: reach.IPv4,
			Slots: []reach.Slot{{Transport: exposure.TCP, Ports: exposure.PortRange{Lo: 443, Hi: 443}}},
			Gates: []reach.Gate{{Name: "policy", Pass: func(reach.Flow) reach.Passage { return granted.Passage }}},
		})
	}
	return out
}

// bucketHost is the name at which the objects of the bucket are, empty while
// the bucket has none.
func bucketHost(r *tfstate.Resource) string {
	if host := flat.HostOf(r.Attr("bucket_domain_name")); host != "" {
		return host
	}
	name, region := flat.Text(r, "name"), flat.Text(r, "region")
	if region == "" {
		region = "nyc3" // the provider's default
	}
	if name == "" || tfstate.Unknown(r.Attr("region")) {
		return ""
	}
	return name + "." + strings.ToLower(region) + ".digitaloceanspaces.com"
}

// grants are what strangers may do.
type grants struct {
	reach.Passage
	path    string
	related []string
	secret  bool // a policy is sensitive, so that nothing it says may be shown
}

// The actions that tell whether a bucket gives its content away or takes some.
var actions = []struct{ name, object string }{
	{"s3:ListBucket", ""}, {"s3:GetObject", "/*"}, {"s3:PutObject", "/*"}, {"s3:DeleteObject", "/*"},
}

// grantsOf joins what the policy of a bucket, its ACL and the ACLs of declared
// objects give to strangers.
func grantsOf(g *reach.Graph, r *tfstate.Resource) grants {
	var out grants
	var policies []*iam.Policy
	for _, l := range policiesOf(g, r) {
		out.related = append(out.related, l.To.Address)
		policies = append(policies, out.policy(r, l)...)
	}
	out.acl(r, r, "acl", "", policies)
	for _, l := range objectsOf(g, r) {
		out.acl(r, l, "acl", flat.Text(l, "key"), policies)
	}
	out.Hidden = out.secret
	if out.May.IsEmpty() {
		out.Gaps = nil
		out.Hops = []exposure.Hop{flat.Hop(r, "acl", "no policy and no ACL of "+r.Address+" grants access to strangers", "")}
	}
	return out
}

func policiesOf(g *reach.Graph, r *tfstate.Resource) []reach.Link {
	var out []reach.Link
	for _, join := range bucketJoins {
		for _, l := range g.Referrers(r, join.Attr, "digitalocean_spaces_bucket_policy", "bucket") {
			if !slices.ContainsFunc(out, func(o reach.Link) bool { return o.To == l.To }) {
				out = append(out, l)
			}
		}
	}
	return out
}

func objectsOf(g *reach.Graph, r *tfstate.Resource) []*tfstate.Resource {
	var out []*tfstate.Resource
	for _, join := range bucketJoins {
		for _, l := range g.Referrers(r, join.Attr, "digitalocean_spaces_bucket_object", "bucket") {
			if l.Certain && !slices.Contains(out, l.To) {
				out = append(out, l.To)
			}
		}
	}
	return out
}

// policy adds what the policy at the end of a link grants, and returns it when
// it could be read.
func (a *grants) policy(bucket *tfstate.Resource, l reach.Link) []*iam.Policy {
	from := l.To
	text, known := tfstate.String(from.Attr("policy"))
	a.secret = a.secret || tfstate.IsSensitive(from.Attr("policy"))
	policy, err := iam.Parse(text)
	if !known || err != nil {
		a.May = iam.Everywhere()
		gap, hop := flat.AfterApply(from, "policy", "the policy of "+bucket.Address), flat.Hop(from, "policy", "the policy of "+bucket.Address+" may admit anyone", "")
		switch {
		case known && a.secret:
			gap = flat.Unreadable(from, "policy", "the policy (sensitive) cannot be read")
		case known:
			gap = flat.Unreadable(from, "policy", "the policy cannot be read: "+err.Error())
		}
		hop.Certainty = exposure.May
		a.Gaps, a.Hops = append(a.Gaps, gap), append(a.Hops, hop)
		return nil
	}
	arn := "arn:aws:s3:::" + flat.Text(bucket, "name")
	for _, action := range actions {
		answer := policy.Ask(iam.Query{Who: iam.Anonymous, Action: action.name, Resource: arn + action.object, Secure: true})
		if answer.May.IsEmpty() {
			continue
		}
		if !l.Certain {
			answer.Must, answer.Likely = reach.Set{}, reach.Set{}
			answer.Gaps = append(answer.Gaps, "whether it is the policy of "+bucket.Address+" is known only after apply")
		}
		if action.name == "s3:ListBucket" {
			a.path = "/?list-type=2"
		}
		a.Bound = a.Or(answer.Bound)
		if !a.secret {
			a.Notes = append(a.Notes, answer.Notes...)
		}
		a.Hops = append(a.Hops, flat.Hop(from, "policy", from.Address+" grants "+action.name+" to strangers", "Name the principals in the policy of "+from.Address))
		for _, reason := range answer.Gaps {
			a.Gaps = append(a.Gaps, a.unclear(from, reason))
		}
	}
	return []*iam.Policy{policy}
}

// unclear is the gap that a statement of a policy leaves.
func (a *grants) unclear(r *tfstate.Resource, reason string) exposure.Gap {
	if a.secret {
		reason = "a statement of the policy (sensitive) cannot be judged for certain"
	}
	return exposure.Gap{Resource: r.Address, Attribute: "policy", Reason: exposure.Clean(reason), Remedy: "Judge the statement by hand"}
}

// acl adds what an access control list grants, less what the policies deny. A
// key is that of an object with a list of its own.
func (a *grants) acl(bucket, from *tfstate.Resource, attribute, key string, policies []*iam.Policy) {
	v := flat.Value(from, attribute)
	acl, _ := tfstate.String(v)
	bound := reach.Exactly(iam.Everywhere())
	hop := flat.Hop(from, attribute, from.Address+" has the ACL "+exposure.CleanLine(exposure.Cut(acl, 40)), "Set acl = \"private\" on "+from.Address)
	hop.Gate = "acl"
	switch {
	case tfstate.Unknown(v):
		bound.Must, bound.Likely = reach.Set{}, reach.Set{}
		a.Gaps = append(a.Gaps, flat.AfterApply(from, attribute, "the ACL of "+from.Address))
		hop.Summary, hop.Certainty = "the ACL of "+from.Address+" may be public", exposure.May
	case !strings.HasPrefix(acl, "public-"):
		return
	}
	action, resource := "s3:ListBucket", "arn:aws:s3:::"+flat.Text(bucket, "name")
	if from != bucket {
		action, resource = "s3:GetObject", resource+"/"+key
	}
	for _, p := range policies {
		var reasons []string
		bound, reasons = p.Less(iam.Query{Who: iam.Anonymous, Action: action, Resource: resource, Secure: true}, bound)
		for _, reason := range reasons {
			a.Gaps = append(a.Gaps, a.unclear(bucket, reason))
		}
	}
	if bound.May.IsEmpty() {
		return
	}
	a.Bound, a.Hops = a.Or(bound), append(a.Hops, hop)
	switch {
	case from == bucket:
		a.path = "/?list-type=2"
	case a.path == "" && key != "":
		a.path = "/" + (&url.URL{Path: key}).EscapedPath()
	}
}
