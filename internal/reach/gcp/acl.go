package gcp

import (
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// aclRights are the rights of the roles of ACLs, where the object's own role
// is told as "object READER".
var aclRights = map[string][]string{
	"READER": {"list"}, "WRITER": {"list", "write"}, "OWNER": {"list", "write"},
	"object READER": {"read"}, "object OWNER": {"read"},
}

// listed returns the grants of the ACLs of a bucket and of the ACL that its
// new objects get.
func (e *estate) listed(r *tfstate.Resource) []grant {
	var out []grant
	for _, list := range []struct{ t, scope string }{
		{"google_storage_bucket_acl", ""}, {"google_storage_default_object_acl", "object "},
	} {
		for _, acl := range e.onBucket(r, list.t) {
			out = append(out, roleEntities(acl, "role_entity", list.scope)...)
			out = append(out, canned(acl, "predefined_acl", list.scope)...)
			out = append(out, canned(acl, "default_acl", "object ")...)
		}
	}
	for _, list := range []struct{ t, scope string }{
		{"google_storage_bucket_access_control", ""}, {"google_storage_default_object_access_control", "object "},
	} {
		for _, entry := range e.onBucket(r, list.t) {
			g := grant{r: entry, role: list.scope + text(entry, "role")}
			g.name([]string{text(entry, "entity")})
			if tfstate.Unknown(entry.Attr("entity")) || tfstate.Unknown(entry.Attr("role")) {
				g.doubt = afterApply(entry, "entity", "whom "+entry.Address+" speaks of")
			}
			out = append(out, g)
		}
	}
	return append(out, canned(r, "predefined_acl", "")...)
}

// onBucket returns the resources of a type that speak of a bucket.
func (e *estate) onBucket(bucket *tfstate.Resource, resourceType string) []*tfstate.Resource {
	var out []*tfstate.Resource
	for _, r := range e.g.Managed(resourceType) {
		if e.objectAt(r, "bucket", bucketType).to == bucket {
			out = append(out, r)
		}
	}
	return out
}

// roleEntities reads entries such as READER:allUsers.
func roleEntities(r *tfstate.Resource, path, scope string) []grant {
	known, doubts := tfstate.Strings(value(r, path))
	var out []grant
	for _, entry := range known {
		role, entity, _ := strings.Cut(entry, ":")
		g := grant{r: r, role: scope + role}
		g.name([]string{entity})
		out = append(out, g)
	}
	if doubts > 0 {
		out = append(out, grant{r: r, doubt: afterApply(r, path, "an entry of "+r.Address)})
	}
	return out
}

// canned reads a predefined ACL.
func canned(r *tfstate.Resource, path, scope string) []grant {
	g := grant{r: r, role: scope + "READER"}
	switch name := text(r, path); {
	case slices.Contains([]string{"publicRead", "public-read"}, name):
		g.anyone = yes
	case slices.Contains([]string{"publicReadWrite", "public-read-write"}, name):
		g.anyone, g.role = yes, scope+"WRITER"
	case slices.Contains([]string{"authenticatedRead", "authenticated-read"}, name):
		g.signedIn = yes
	default:
		return nil
	}
	return []grant{g}
}
