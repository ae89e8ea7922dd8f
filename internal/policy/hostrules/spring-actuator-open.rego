# METADATA
# title: Spring Boot actuator open to anyone
# description: >-
#   Through endpoints such as env and heapdump anyone reads passwords and keys from the memory of the application.
# related_resources:
#   - ref: https://docs.spring.io/spring-boot/reference/actuator/endpoints.html#actuator.endpoints.security
# custom:
#   severity: high
#   fix: Expose no endpoints but health, serve the others on a port of their own, and ask for a login.
#   evidence: [spring-actuator]
package dynamicscan.hostrules.spring_actuator_open

found contains sprintf("listed the actuator endpoints %s", [concat(", ", endpoints)]) if {
	endpoints := input.evidence["spring-actuator"].sensitive
	count(endpoints) > 0
}
