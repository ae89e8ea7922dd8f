package services

import (
	"context"
	"fmt"
	"net"
)

// mqttConnect is a CONNECT of MQTT 3.1.1 (section 3.1) with a clean session, no
// user, no password, no will, and the empty client identifier: the server then
// makes one up, so nobody else's session is taken over (section 3.1.3.1).
var mqttConnect = []byte("\x10\x0c\x00\x04MQTT\x04\x02\x00\x0a\x00\x00")

// mqtt connects without credentials and leaves at once. The code of CONNACK
// says whether that is enough, section 3.2.2.3.
func mqtt(_ context.Context, conn net.Conn) (map[string]any, error) {
	answer, err := exchange(conn, mqttConnect, 4)
	if len(answer) > 0 && answer[0] != 0x20 {
		return nil, fmt.Errorf("connect: %w", foreign(answer))
	}
	if err != nil {
		return nil, err
	}
	if answer[3] == 0 {
		farewell(conn, "\xe0\x00") // DISCONNECT, section 3.14
	}
	return map[string]any{"return_code": float64(answer[3])}, nil
}
