# METADATA
# title: Kafka without authentication
# description: >-
#   Anyone can learn of the topics, and read and write them where no access list forbids it.
# related_resources:
#   - ref: https://kafka.apache.org/documentation/#security
# custom:
#   severity: critical
#   fix: Use listeners with SASL_SSL or with TLS client certificates, and set an authorizer.
#   evidence: [kafka]
package dynamicscan.hostrules.kafka_no_authentication

found contains clause if {
	seen := input.evidence.kafka
	seen.metadata
	clause := sprintf("told of %d brokers and %d topics without a login", [seen.brokers, seen.topics])
}
