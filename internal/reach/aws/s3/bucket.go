package s3

import (
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// part is a resource that says something about a bucket.
type part struct {
	resource *tfstate.Resource
	certain  bool // false when it may belong to another bucket
}

// bucket is a bucket with all that the input says about it.
type bucket struct {
	g     *reach.Graph
	owner *tfstate.Resource // whose endpoints they are
	self  *tfstate.Resource // the aws_s3_bucket, managed or data; nil when no input has it
	name  string            // empty when not known yet
	parts map[string][]part // by type, in address order

	policies   []document // once they were read
	documented bool
}

// attachments are the types that name their bucket, in the order in which one
// of them stands in for a bucket that is not in the input.
var attachments = []string{
	"aws_s3_bucket_policy", "aws_s3_bucket_acl", "aws_s3_bucket_website_configuration", "aws_s3_access_point",
	"aws_s3_bucket_public_access_block", "aws_s3_bucket_ownership_controls", "aws_s3_object", "aws_s3_bucket_object",
}

// buckets returns the declared buckets, and those that something declared
// speaks of, in the order of first mention.
func buckets(g *reach.Graph) []*bucket {
	c := collector{g: g, byKey: map[any]*bucket{}}
	for _, r := range g.Managed("aws_s3_bucket") {
		c.at(r, r).self = r
	}
	for _, t := range attachments {
		for _, r := range g.Managed(t) {
			c.attach(r)
		}
	}
	for _, b := range c.list {
		b.name = b.findName()
	}
	return c.list
}

type collector struct {
	g     *reach.Graph
	byKey map[any]*bucket // by the bucket resource, else by name, else by the resource that speaks of it
	list  []*bucket
}

func (c *collector) at(key any, owner *tfstate.Resource) *bucket {
	b, ok := c.byKey[key]
	if !ok {
		b = &bucket{g: c.g, owner: owner, parts: map[string][]part{}}
		c.byKey[key] = b
		c.list = append(c.list, b)
	}
	return b
}

func (c *collector) attach(r *tfstate.Resource) {
	links := c.g.Follow(r, "bucket", reach.Join{Type: "aws_s3_bucket", Attr: "bucket"}, reach.Join{Type: "aws_s3_bucket", Attr: "id"})
	if len(links.Links) == 0 && opens(r) {
		b := c.at(r, r)
		b.parts[r.Type] = append(b.parts[r.Type], part{r, true})
	}
	for _, l := range links.Links {
		var b *bucket
		switch {
		case l.To != nil && l.To.Mode == tfstate.Managed:
			b = c.at(l.To, l.To)
		case !opens(r) && c.byKey[keyOf(l)] == nil:
			continue // a block or an object on a bucket of which nothing else is known
		default:
			b = c.at(keyOf(l), r)
			b.self = l.To
		}
		b.parts[r.Type] = append(b.parts[r.Type], part{r, l.Certain})
	}
}

func keyOf(l reach.Link) any {
	if l.To != nil {
		return l.To
	}
	return l.ID
}

// opens reports whether r can open a bucket that is declared elsewhere.
func opens(r *tfstate.Resource) bool {
	switch r.Type {
	case "aws_s3_bucket_policy", "aws_s3_bucket_acl", "aws_s3_bucket_website_configuration", "aws_s3_access_point":
		return true
	}
	return false
}

func (b *bucket) findName() string {
	if b.self != nil {
		for _, attribute := range []string{"bucket", "id"} {
			if s, ok := tfstate.String(b.self.Attr(attribute)); ok && s != "" {
				return s
			}
		}
		return ""
	}
	s, _ := tfstate.String(b.owner.Attr("bucket"))
	return s
}

// label is how hops call the bucket.
func (b *bucket) label() string {
	if b.self != nil {
		return b.self.Address
	}
	return b.owner.Address
}

// fresh reports whether the plan creates the bucket, so that S3's defaults for
// new buckets apply.
func (b *bucket) fresh() bool {
	return b.self != nil && b.self.Mode == tfstate.Managed && created(b.self)
}

// old reports whether the bucket has the shape that the AWS provider gave it
// before version 4: of those, no release came after S3 changed its defaults in
// April 2023. object_lock_enabled is the sign; that another attribute of the
// full schema is there tells it from an input cut down to a few attributes.
func (b *bucket) old() bool {
	return b.self != nil && has(b.self, "acceleration_status") && !has(b.self, "object_lock_enabled")
}

func has(r *tfstate.Resource, attribute string) bool { return r.Has(attribute) }

// stripped reports whether the input shows nothing of the bucket but its id.
func (b *bucket) stripped() bool {
	return b.self != nil && len(b.parts) == 0 && !has(b.self, "bucket") && !has(b.self, "arn")
}

// related returns the addresses of the resources that take part, sorted.
func (b *bucket) related() []string {
	out := []string{}
	for t, parts := range b.parts {
		if strings.HasSuffix(t, "_object") || t == "aws_s3_access_point" {
			continue // there may be thousands; those that matter are hops
		}
		for _, p := range parts {
			if p.resource != b.owner {
				out = append(out, p.resource.Address)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (b *bucket) hasWebsite() bool {
	if len(b.parts["aws_s3_bucket_website_configuration"]) > 0 {
		return true
	}
	if b.self == nil || b.self.Mode != tfstate.Managed {
		return false
	}
	blocks := b.self.Attr("website")
	if !tfstate.Unknown(blocks) {
		return len(tfstate.Elements(blocks)) > 0
	}
	// Computed: unknown without a website block means that there is none.
	set, known := b.self.Configured("website")
	return set || !known
}
