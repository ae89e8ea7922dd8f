# METADATA
# title: Docker API without authentication
# description: >-
#   Anyone can start a container that mounts the disk of the host, and so owns the host.
# related_resources:
#   - ref: https://docs.docker.com/engine/security/protect-access/
# custom:
#   severity: critical
#   fix: >-
#     Turn the TCP socket off, or ask for client certificates (tlsverify), and let nobody on the internet reach
#     the port.
#   evidence: [docker-api]
package dynamicscan.hostrules.docker_api_open

found contains "told its API version without a client certificate" if input.evidence["docker-api"].recognised
