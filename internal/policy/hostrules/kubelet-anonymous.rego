# METADATA
# title: Kubelet lets anonymous users in
# description: >-
#   What an anonymous user may do is a matter of one role binding, which is easily made by mistake.
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/
# custom:
#   severity: low
#   fix: Set anonymous-auth to false, and let only the control plane reach the port.
#   evidence: [kubelet]
package dynamicscan.hostrules.kubelet_anonymous

found contains "refused the anonymous user by name, so that such users are let in" if input.evidence.kubelet.anonymous
