# METADATA
# title: Jupyter without authentication
# description: >-
#   Anyone can run code on the server.
# related_resources:
#   - ref: https://jupyter-server.readthedocs.io/en/latest/operators/security.html
# custom:
#   severity: critical
#   fix: Set a token or a password, and narrow who can reach it.
#   evidence: [jupyter]
package dynamicscan.hostrules.jupyter_open

found contains "listed its files without a token" if input.evidence.jupyter.recognised
