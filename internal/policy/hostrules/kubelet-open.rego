# METADATA
# title: Kubelet without authentication
# description: >-
#   Anyone can read the pods of the node and run commands in their containers.
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/
# custom:
#   severity: critical
#   fix: >-
#     Set anonymous-auth to false and authorization-mode to Webhook, and let only the control plane reach the
#     port.
#   evidence: [kubelet]
package dynamicscan.hostrules.kubelet_open

found contains "listed its pods without a login" if {
	input.evidence.kubelet.recognised
	input.evidence.kubelet.status == 200
}
