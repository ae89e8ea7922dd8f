# METADATA
# title: Environment file in a web folder
# description: >-
#   Such files hold the passwords and keys of the application.
# related_resources:
#   - ref: https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html
# custom:
#   severity: critical
#   fix: >-
#     Keep the file out of the folder that is served, refuse paths that begin with a dot, and replace every secret
#     in it.
#   evidence: [env-file]
package dynamicscan.hostrules.environment_file

found contains sprintf("handed out /.env, which sets %d variables", [input.evidence["env-file"].variables]) if {
	input.evidence["env-file"].recognised
}
