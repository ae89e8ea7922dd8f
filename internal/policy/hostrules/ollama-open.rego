# METADATA
# title: Ollama without authentication
# description: >-
#   Anyone can use, delete and replace the models.
# related_resources:
#   - ref: https://docs.ollama.com/faq
# custom:
#   severity: high
#   fix: Bind it to this host alone (OLLAMA_HOST), and put a proxy that asks for a login in front.
#   evidence: [ollama]
package dynamicscan.hostrules.ollama_open

found contains "listed its models without a login" if input.evidence.ollama.recognised
