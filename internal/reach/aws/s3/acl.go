package s3

import (
	"fmt"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// grant is what an access control list gives to everybody, or to everybody
// with an AWS account.
type grant struct {
	from      *tfstate.Resource
	attribute string
	signed    bool // to those with an AWS account
	actions   map[string]bool
	says      string // "READ", "the canned ACL public-read"
	doubt     reach.Doubt
	gap       exposure.Gap
	applied   bool
	key       string // of an object, when the list is that of one
}

// The groups of grantees that hold strangers, by the last part of their URI.
const (
	allUsers           = "AllUsers"
	authenticatedUsers = "AuthenticatedUsers"
)

var (
	readsBucket  = map[string]bool{"s3:ListBucket": true}
	writesBucket = map[string]bool{"s3:PutObject": true, "s3:DeleteObject": true}
	writesACL    = map[string]bool{"s3:PutBucketAcl": true}
	readsObject  = map[string]bool{"s3:GetObject": true}
)

// permission returns the actions that a permission on a bucket stands for.
// READ_ACP shows who has access and nothing of the content.
func permission(name string) []map[string]bool {
	switch name {
	case "READ":
		return []map[string]bool{readsBucket}
	case "WRITE":
		return []map[string]bool{writesBucket}
	case "WRITE_ACP":
		return []map[string]bool{writesACL}
	case "FULL_CONTROL":
		return []map[string]bool{readsBucket, writesBucket, writesACL}
	}
	return nil
}

// grants returns what the access control lists of the bucket and of its
// declared objects give to strangers.
func (b *bucket) grants() []grant {
	var out []grant
	parts := b.parts["aws_s3_bucket_acl"]
	for _, p := range parts {
		list := listGrants(p.resource)
		for i := range list {
			if !p.certain {
				list[i].doubt = reach.Pending
				list[i].gap = exposure.Gap{Resource: p.resource.Address, Attribute: "bucket", Reason: "which bucket it is for is known only after apply", Remedy: "Analyse again after apply"}
			}
		}
		out = append(out, list...)
	}
	if len(parts) == 0 && b.self != nil {
		out = append(out, inlineGrants(b.self)...)
	}
	for _, t := range []string{"aws_s3_object", "aws_s3_bucket_object"} {
		for _, p := range b.parts[t] {
			if p.certain {
				out = append(out, objectGrants(p.resource)...)
			}
		}
	}
	return out
}

// listGrants reads an aws_s3_bucket_acl: a canned list or explicit grants.
func listGrants(r *tfstate.Resource) []grant {
	base := grant{from: r, attribute: "acl", applied: applied(r)}
	explicit := reach.Value(r, "access_control_policy.0.grant")
	if tfstate.Null(r.Attr("acl")) && tfstate.Unknown(explicit) {
		base.attribute = "access_control_policy"
		return base.pending("its grants are known only after apply")
	}
	out := canned(base, r.Attr("acl"))
	base.attribute = "access_control_policy"
	for _, g := range tfstate.Elements(explicit) {
		grantee := reach.Attr(g, "grantee")
		if blocks := tfstate.Elements(grantee); len(blocks) == 1 {
			grantee = blocks[0]
		}
		out = append(out, base.to(reach.Attr(grantee, "uri"), reach.Attr(g, "permission"))...)
	}
	return out
}

// inlineGrants reads the arguments that aws_s3_bucket had of old. In a state
// grant is a copy of the list as it is.
func inlineGrants(r *tfstate.Resource) []grant {
	base := grant{from: r, attribute: "acl", applied: applied(r) || r.Action == tfstate.Update}
	var out []grant
	if !computed(r, "acl") {
		out = canned(base, r.Attr("acl"))
	}
	base.attribute = "grant"
	if tfstate.Unknown(r.Attr("grant")) && !computed(r, "grant") {
		return append(out, base.pending("its grants are known only after apply")...)
	}
	for _, g := range tfstate.Elements(r.Attr("grant")) {
		permissions := reach.Attr(g, "permissions")
		for _, p := range tfstate.Elements(permissions) {
			out = append(out, base.to(reach.Attr(g, "uri"), p)...)
		}
		if tfstate.Unknown(permissions) {
			out = append(out, base.to(reach.Attr(g, "uri"), cty.StringVal("FULL_CONTROL"))...)
		}
	}
	return out
}

// computed reports whether an unknown attribute is one that the configuration
// leaves to the provider.
func computed(r *tfstate.Resource, attribute string) bool {
	set, known := r.Configured(attribute)
	return tfstate.Unknown(r.Attr(attribute)) && known && !set
}

// objectGrants reads the canned list of an object.
func objectGrants(r *tfstate.Resource) []grant {
	key := ""
	if !tfstate.IsSensitive(r.Attr("key")) {
		key, _ = tfstate.String(r.Attr("key"))
	}
	var out []grant
	for _, g := range canned(grant{from: r, attribute: "acl", applied: applied(r), key: key}, r.Attr("acl")) {
		if g.doubt == reach.Sure && g.actions["s3:ListBucket"] {
			g.actions = readsObject // READ on an object is reading it
			out = append(out, g)
		}
	}
	return out
}

func canned(base grant, acl cty.Value) []grant {
	if tfstate.Unknown(acl) {
		return base.pending("the ACL is known only after apply")
	}
	name, _ := tfstate.String(acl)
	base.says = "the canned ACL " + name
	if tfstate.IsSensitive(acl) {
		base.says = "a canned ACL (sensitive)"
	}
	switch name {
	case "public-read":
		return base.with(readsBucket)
	case "public-read-write":
		return base.with(readsBucket, writesBucket)
	case "authenticated-read":
		base.signed = true
		return base.with(readsBucket)
	}
	return nil
}

func (base grant) with(actions ...map[string]bool) []grant {
	var out []grant
	for _, a := range actions {
		g := base
		g.actions = a
		out = append(out, g)
	}
	return out
}

// to reads one explicit grant.
func (base grant) to(uri, permissionName cty.Value) []grant {
	if tfstate.Unknown(uri) {
		return base.pending("a grantee is known only after apply")
	}
	group, _ := tfstate.String(uri)
	group = group[strings.LastIndexByte(group, '/')+1:]
	if group != allUsers && group != authenticatedUsers {
		return nil
	}
	base.signed = group == authenticatedUsers
	name, ok := tfstate.String(permissionName)
	if !ok {
		return base.pending("a permission is known only after apply")
	}
	base.says = fmt.Sprintf("%s to the group %s", name, group)
	return base.with(permission(name)...)
}

// pending is a grant of everything that may turn out to be none.
func (base grant) pending(reason string) []grant {
	base.doubt, base.says = reach.Pending, "what is known only after apply"
	base.gap = exposure.Gap{Resource: base.from.Address, Attribute: base.attribute, Reason: reason, Remedy: "Analyse again after apply"}
	return base.with(readsBucket, writesBucket, writesACL)
}
