# METADATA
# title: Directory answers without a login
# description: >-
#   Whoever asks learns how the directory is set up, and what its access lists leave open.
# related_resources:
#   - ref: https://www.rfc-editor.org/rfc/rfc4513#section-6.2
# custom:
#   severity: low
#   fix: >-
#     Require a login for searches (in OpenLDAP, olcRequires authc), and keep the directory in a private network.
#   evidence: [ldap]
package dynamicscan.hostrules.ldap_anonymous

found contains sprintf("answered a search without a login and named %d naming contexts", [seen.naming_contexts]) if {
	seen := input.evidence.ldap
	seen.entry
	seen.naming_contexts > 0
}
