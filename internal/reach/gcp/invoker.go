package gcp

import (
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// invoking says where the invokers of a managed service are granted: the IAM
// resources, the argument that names the service, and the roles that contain
// the permission to call it.
type invoking struct {
	prefix, path string
	roles        []string
}

var runRoles = []string{"roles/run.invoker", "roles/run.admin", "roles/owner", "roles/editor"}

var invokedBy = map[string][]invoking{
	"google_cloud_run_v2_service": {
		{"google_cloud_run_v2_service_iam", "name", runRoles}, {"google_cloud_run_service_iam", "service", runRoles}},
	"google_cloud_run_service": {
		{"google_cloud_run_service_iam", "service", runRoles}, {"google_cloud_run_v2_service_iam", "name", runRoles}},
	"google_cloudfunctions2_function": {
		{"google_cloud_run_v2_service_iam", "name", runRoles}, {"google_cloud_run_service_iam", "service", runRoles}},
	"google_cloudfunctions_function": {
		{"google_cloudfunctions_function_iam", "cloud_function", []string{"roles/cloudfunctions.invoker", "roles/cloudfunctions.admin", "roles/cloudfunctions.developer"}}},
}

// invokers says who may call a managed service without further credentials.
func (e *estate) invokers(r *tfstate.Resource) exposure.Access {
	if flagOf(value(r, "invoker_iam_disabled"), no) == yes {
		return exposure.AccessAnonymous
	}
	if r.Type == "google_cloud_run_service" && annotation(r, "run.googleapis.com/invoker-iam-disabled") == "true" {
		return exposure.AccessAnonymous
	}
	access := exposure.AccessAuthenticated
	for _, from := range invokedBy[r.Type] {
		for _, g := range e.grantsOn(r, from.prefix, from.path) {
			switch {
			case g.doubt != (exposure.Gap{}), g.conditional && (g.anyone == yes || g.signedIn == yes):
				access = weaker(access, exposure.AccessUnknown)
			case !slices.Contains(from.roles, g.role) && !custom(g.role):
			case custom(g.role) && (g.anyone == yes || g.signedIn == yes):
				access = weaker(access, exposure.AccessUnknown)
			case g.anyone == yes:
				access = weaker(access, exposure.AccessAnonymous)
			case g.signedIn == yes:
				access = weaker(access, exposure.AccessAnyAuthenticated)
			}
		}
	}
	return access
}

// custom reports whether a role is one of the user's own, of which the input
// does not show what it contains.
func custom(role string) bool { return role != "" && !strings.HasPrefix(role, "roles/") }

var looseness = []exposure.Access{exposure.AccessAuthenticated, exposure.AccessUnknown, exposure.AccessAnyAuthenticated, exposure.AccessAnonymous}

// weaker returns the access that asks for less.
func weaker(a, b exposure.Access) exposure.Access {
	return looseness[max(slices.Index(looseness, a), slices.Index(looseness, b))]
}

// annotation returns an annotation of a service of the first version of Cloud
// Run.
func annotation(r *tfstate.Resource, name string) string {
	for _, path := range []string{"metadata.0.annotations", "metadata.0.effective_annotations"} {
		if s, ok := tfstate.String(attrOf(r, path, name)); ok && s != "" {
			return s
		}
	}
	return ""
}
