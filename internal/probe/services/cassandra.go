package services

import (
	"context"
	"fmt"
	"net"
)

// cqlStartup is the frame STARTUP of version 4 of the protocol with the one
// option that it must have, native_protocol_v4.spec sections 2 and 4.1.1.
var cqlStartup = []byte("\x04\x00\x00\x00\x01\x00\x00\x00\x16" +
	"\x00\x01\x00\x0bCQL_VERSION\x00\x053.0.0")

// cassandra opens the conversation as every client does. The server then
// either is READY for queries or asks the client to AUTHENTICATE, section 4.2.
func cassandra(_ context.Context, conn net.Conn) (map[string]any, error) {
	head, err := exchange(conn, cqlStartup, 9)
	if err != nil {
		return nil, err
	}
	p := packet{rest: head}
	version, _, _, opcode, size := p.byte(), p.byte(), p.be(2), p.byte(), p.be(4)
	if version&0x80 == 0 || version&0x7f < 3 || version&0x7f > 6 || size > 256<<20 {
		return nil, fmt.Errorf("startup: %w", foreign(head))
	}
	body, err := receive(conn, size)
	if err != nil {
		return nil, err
	}
	p = packet{rest: body}
	switch opcode {
	case 0x02:
		return map[string]any{"reply": "READY"}, nil
	case 0x03:
		return map[string]any{"reply": "AUTHENTICATE", "authenticator": text(p.take(p.be(2)))}, nil
	case 0x00:
		return map[string]any{"reply": "ERROR", "code": float64(p.be(4))}, nil
	}
	return nil, fmt.Errorf("startup: %w", errForeign)
}
