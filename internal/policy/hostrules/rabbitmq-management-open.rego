# METADATA
# title: RabbitMQ management without authentication
# description: >-
#   Anyone can read and delete queues and make users.
# related_resources:
#   - ref: https://www.rabbitmq.com/docs/management
# custom:
#   severity: critical
#   fix: Ask for a login, and let only operators reach the port.
#   evidence: [rabbitmq-management]
package dynamicscan.hostrules.rabbitmq_management_open

found contains "gave its overview without a login" if input.evidence["rabbitmq-management"].recognised
