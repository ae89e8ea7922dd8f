# METADATA
# title: MQTT broker without authentication
# description: >-
#   Anyone can connect, and listen to and send messages on every topic that no access list forbids.
# related_resources:
#   - ref: https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html#_Toc398718111
# custom:
#   severity: high
#   fix: Ask for a login or client certificates (in Mosquitto, allow_anonymous false), over TLS.
#   evidence: [mqtt]
package dynamicscan.hostrules.mqtt_no_authentication

found contains "accepted a connection without a login" if input.evidence.mqtt.return_code == 0
