# METADATA
# title: Read-only port of a kubelet
# description: >-
#   Anyone can read the pods of the node with their environment, which often holds secrets.
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
# custom:
#   severity: high
#   fix: Set read-only-port to 0.
#   evidence: [kubelet-read-only]
package dynamicscan.hostrules.kubelet_read_only_port

found contains "listed its pods without a login" if input.evidence["kubelet-read-only"].recognised
