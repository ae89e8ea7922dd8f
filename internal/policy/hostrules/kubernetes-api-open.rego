# METADATA
# title: Kubernetes API without authentication
# description: >-
#   Anyone can read, and mostly change, what runs in the cluster.
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests
# custom:
#   severity: critical
#   fix: >-
#     Remove the role bindings of system:anonymous and system:unauthenticated, and let only known networks reach
#     the API.
#   evidence: [kubernetes-api]
package dynamicscan.hostrules.kubernetes_api_open

found contains "listed its namespaces without a login" if {
	input.evidence["kubernetes-api"].recognised
	input.evidence["kubernetes-api"].status == 200
}
