# METADATA
# title: Kibana without authentication
# description: >-
#   Anyone can search and, with its developer tools, change the data behind it.
# related_resources:
#   - ref: https://www.elastic.co/guide/en/kibana/current/using-kibana-with-security.html
# custom:
#   severity: high
#   fix: Turn the security features of Elasticsearch on, or put a proxy that asks for a login in front.
#   evidence: [kibana]
package dynamicscan.hostrules.kibana_open

found contains "gave its whole status without a login" if input.evidence.kibana.recognised
