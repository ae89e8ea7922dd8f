package s3

import (
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// Types lists the resource types that take part, as sources of endpoints or as
// grants and blocks.
var Types = []string{
	"aws_s3_access_point", "aws_s3_account_public_access_block", "aws_s3_bucket", "aws_s3_bucket_acl",
	"aws_s3_bucket_object", "aws_s3_bucket_ownership_controls", "aws_s3_bucket_policy",
	"aws_s3_bucket_public_access_block", "aws_s3_bucket_website_configuration", "aws_s3_object",
	"aws_s3control_access_point_policy",
}

// The ids of the named assumptions.
const (
	assumeAccountOff   = "aws.s3_account_block_off"
	assumeBlockOff     = "aws.s3_block_off"
	assumeBlockDefault = "aws.s3_bpa_default"
	assumeOwnership    = "aws.s3_ownership_default"
	assumeOldDefaults  = "aws.s3_defaults_before_2023"
)

// Doubts are the assumptions that keep somebody out.
var Doubts = map[string]reach.Doubtful{assumeBlockDefault: reach.KeepsOut, assumeOwnership: reach.KeepsOut}

// Routine are the ids of assumptions about switches that hardly anybody throws.
var Routine = []string{assumeAccountOff}

// Assumptions maps the ids of the named assumptions to their statements.
var Assumptions = map[string]string{
	assumeAccountOff:   "No public access block is switched on for the whole AWS account; none is declared.",
	assumeBlockOff:     "A bucket that already has a public policy or ACL has no public access block; none is declared, and one would have refused the grant.",
	assumeBlockDefault: "A new bucket for which no public access block is declared blocks all public access, as S3 does since April 2023.",
	assumeOwnership:    "A new bucket for which no ownership controls are declared has its ACLs disabled, as S3 does since April 2023.",
	assumeOldDefaults:  "The plan was made with an AWS provider older than version 4, and S3 treats the new bucket as it did then: no public access block, ACLs enabled.",
}

// Candidates returns the REST endpoint, and where there is one the website
// endpoint, of every bucket and access point that is declared or spoken of.
func Candidates(g *reach.Graph) []reach.Candidate {
	var out []reach.Candidate
	for _, b := range buckets(g) {
		out = append(out, b.rest())
		if b.hasWebsite() {
			out = append(out, b.website())
		}
		out = append(out, b.accessPoints()...)
	}
	return out
}

// The ports of the REST endpoint. The website endpoint knows only HTTP.
const (
	https = 443
	http  = 80
)

func slots(ports ...uint16) []reach.Slot {
	out := make([]reach.Slot, len(ports))
	for i, p := range ports {
		out[i] = reach.Slot{Transport: exposure.TCP, Ports: exposure.PortRange{Lo: p, Hi: p}}
	}
	return out
}

func (b *bucket) endpoint(key, host string) exposure.Endpoint {
	return exposure.Endpoint{
		ResourceAddress: b.owner.Address,
		Key:             key,
		Related:         b.related(),
		Identity:        exposure.Identity{Cloud: "aws", ID: b.arn(), Region: b.region()},
		Host:            host,
		Names:           []string{},
		Kind:            "bucket",
		SharedFront:     true,
	}
}

func (b *bucket) rest() reach.Candidate {
	e := b.endpoint("rest", b.host())
	v := b.verdict(request{secure: true, actions: allActions})
	v.grade(&e)
	e.Path, e.Notes = v.path(), v.rejections()
	c := reach.Candidate{Endpoint: e, Family: reach.IPv4, Slots: slots(http, https), Gates: []reach.Gate{b.gate(request{actions: allActions})}}
	if v.overIPv6() {
		c.Family, c.Endpoint.Key, c.Endpoint.Host = reach.IPv6, "dualstack", b.dualstackHost()
	}
	return c
}

// website is the endpoint of static hosting, which serves single objects and
// nothing else.
func (b *bucket) website() reach.Candidate {
	e := b.endpoint("website", b.websiteHost())
	e.App = "http"
	v := b.verdict(request{actions: fetching})
	v.grade(&e)
	e.Notes = v.rejections()
	return reach.Candidate{Endpoint: e, Family: reach.IPv4, Slots: slots(http), Gates: []reach.Gate{b.gate(request{actions: fetching})}}
}

// gate asks for what r tries, over TLS or not as the port tells.
func (b *bucket) gate(r request) reach.Gate {
	return reach.Gate{Name: "policy", Pass: func(f reach.Flow) reach.Passage {
		r.secure = f.Ports.Lo == https
		return b.verdict(r).passage()
	}}
}

// applied reports whether r is in the cloud already, as it is in the input.
func applied(r *tfstate.Resource) bool { return r.Action == "" || r.Action == tfstate.NoOp }

// created reports whether the plan makes r anew.
func created(r *tfstate.Resource) bool {
	return r.Action == tfstate.Create || r.Action == tfstate.Replace
}
