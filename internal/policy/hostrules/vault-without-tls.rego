# METADATA
# title: Vault without TLS
# description: >-
#   Tokens and secrets cross the network in the clear.
# related_resources:
#   - ref: https://developer.hashicorp.com/vault/docs/configuration/listener/tcp
# custom:
#   severity: high
#   fix: Give its listener a certificate, and leave tls_disable out.
#   evidence: [vault]
package dynamicscan.hostrules.vault_without_tls

found contains "told its seal status over plain HTTP" if input.evidence.vault.tls == false
