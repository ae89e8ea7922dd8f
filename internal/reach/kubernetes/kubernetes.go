package kubernetes

import (
	"slices"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// Cloud returns what this package knows of Kubernetes objects.
func Cloud() reach.Cloud {
	return reach.Cloud{
		Name:       "kubernetes",
		Prefix:     "kubernetes_",
		Covers:     func(resourceType string) bool { return slices.Contains(covered, resourceType) },
		Judges:     judges,
		Candidates: candidates,
		Assumptions: map[string]string{
			assumePublic: "The load balancer that the cloud of the cluster makes for a Service is on the internet when no annotation says otherwise.",
		},
	}
}

// assumePublic is the id of a named assumption.
const assumePublic = "kubernetes.public_load_balancer"

var covered = []string{
	"kubernetes_gateway_v1", "kubernetes_ingress", "kubernetes_ingress_v1", "kubernetes_manifest", "kubernetes_service",
	"kubernetes_service_v1",
}

// kinds are the objects that may be exposed, by resource type.
var kinds = map[string]string{
	"kubernetes_service": "Service", "kubernetes_service_v1": "Service",
	"kubernetes_ingress": "Ingress", "kubernetes_ingress_v1": "Ingress",
	"kubernetes_gateway_v1": "Gateway",
}

// judges reports whether an object is of a kind that is understood: a manifest
// may be of any.
func judges(r *tfstate.Resource) bool { return r.Type != "kubernetes_manifest" || kindOf(r) != "" }

func candidates(g *reach.Graph) []reach.Candidate {
	var services []service
	var out []reach.Candidate
	objects := objectsOf(g)
	for _, o := range objects {
		if o.kind == "Service" {
			s := service{o}
			services = append(services, s)
			out = append(out, s.candidates()...)
		}
	}
	for _, o := range objects {
		switch o.kind {
		case "Ingress":
			out = append(out, ingress{o, services}.candidates()...)
		case "Gateway":
			out = append(out, gateway{o}.candidates()...)
		}
	}
	return out
}
