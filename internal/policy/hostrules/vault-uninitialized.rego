# METADATA
# title: Vault that is not initialised
# description: >-
#   Whoever comes first initialises it and holds its unseal keys and root token.
# related_resources:
#   - ref: https://developer.hashicorp.com/vault/docs/commands/operator/init
# custom:
#   severity: critical
#   fix: Initialise it before anyone can reach it, or narrow who can.
#   evidence: [vault]
package dynamicscan.hostrules.vault_uninitialized

found contains "told that it is not initialised" if input.evidence.vault.initialized == false
