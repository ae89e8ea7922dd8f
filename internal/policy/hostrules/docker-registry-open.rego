# METADATA
# title: Docker registry without authentication
# description: >-
#   Anyone can pull the images, with the code and often the secrets in them, and mostly push others in their
#   place.
# related_resources:
#   - ref: https://distribution.github.io/distribution/about/configuration/#auth
# custom:
#   severity: high
#   fix: Ask for a login (auth), and let only builders and hosts reach the registry.
#   evidence: [docker-registry]
package dynamicscan.hostrules.docker_registry_open

found contains "listed its repositories without a login" if input.evidence["docker-registry"].recognised
