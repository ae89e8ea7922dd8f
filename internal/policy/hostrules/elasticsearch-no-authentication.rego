# METADATA
# title: Elasticsearch without authentication
# description: >-
#   Anyone can read, change and delete the indexes.
# related_resources:
#   - ref: https://www.elastic.co/guide/en/elasticsearch/reference/current/security-minimal-setup.html
# custom:
#   severity: critical
#   fix: Turn the security features on, with TLS and users, and let only the applications reach the port.
#   evidence: [elasticsearch]
package dynamicscan.hostrules.elasticsearch_no_authentication

found contains "told its cluster name without a login" if input.evidence.elasticsearch.recognised
