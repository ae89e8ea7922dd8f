# METADATA
# title: Kubernetes API lets anonymous users in
# description: >-
#   What an anonymous user may do is a matter of one role binding, which is easily made by mistake.
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-requests
# custom:
#   severity: low
#   fix: Set anonymous-auth to false, or let only known networks reach the API.
#   evidence: [kubernetes-api]
package dynamicscan.hostrules.kubernetes_api_anonymous

found contains "refused the anonymous user by name, so that such users are let in" if input.evidence["kubernetes-api"].anonymous
