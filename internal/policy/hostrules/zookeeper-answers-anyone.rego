# METADATA
# title: ZooKeeper answers anyone
# description: >-
#   ZooKeeper asks for no login: every node without an access list can be read and changed, and with it what
#   depends on it.
# related_resources:
#   - ref: https://zookeeper.apache.org/doc/current/zookeeperAdmin.html#sc_authOptions
# custom:
#   severity: high
#   fix: >-
#     Keep the client port in a private network, require SASL or TLS client certificates, and set access lists.
#   evidence: [zookeeper]
package dynamicscan.hostrules.zookeeper_answers_anyone

found contains "told its state to anyone" if input.evidence.zookeeper.answered
