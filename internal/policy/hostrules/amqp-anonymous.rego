# METADATA
# title: Message broker offers anonymous login
# description: >-
#   Whoever connects gets the rights of the anonymous user, who may often read and send messages.
# related_resources:
#   - ref: https://www.rabbitmq.com/docs/access-control#mechanisms
# custom:
#   severity: high
#   fix: Take ANONYMOUS off the mechanisms (auth_mechanisms), and set anonymous_login_user to none.
#   evidence: [amqp]
package dynamicscan.hostrules.amqp_anonymous

found contains "offers the mechanism ANONYMOUS" if "ANONYMOUS" in input.evidence.amqp.mechanisms
