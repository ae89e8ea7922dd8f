# METADATA
# title: etcd answers clients without a certificate
# description: >-
#   Whoever reaches the port can talk to the store, and where its own authentication is off read and change every
#   key, among them the secrets of a Kubernetes cluster.
# related_resources:
#   - ref: https://etcd.io/docs/latest/op-guide/security/
# custom:
#   severity: high
#   fix: Ask for client certificates (client-cert-auth), and let only the API servers reach the port.
#   evidence: [etcd]
package dynamicscan.hostrules.etcd_no_client_certificate

found contains "told its version to a client without a certificate" if input.evidence.etcd.recognised
