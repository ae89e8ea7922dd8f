# METADATA
# title: Message broker takes passwords without TLS
# description: >-
#   The password and all messages cross the internet readable for everyone on the way.
# related_resources:
#   - ref: https://www.rabbitmq.com/docs/ssl
# custom:
#   severity: medium
#   fix: Listen with TLS only (listeners.ssl, and listeners.tcp set to none).
#   evidence: [amqp]
package dynamicscan.hostrules.amqp_login_without_tls

readable := {"PLAIN", "AMQPLAIN"}

found contains sprintf("offers %s over a connection without TLS", [concat(" and ", sort(offered))]) if {
	offered := readable & {m | some m in input.evidence.amqp.mechanisms}
	count(offered) > 0
}
