package services

import (
	"context"
	"fmt"
	"net"
	"slices"
)

// rdpConnect is an X.224 connection request with an RDP_NEG_REQ that offers
// Standard RDP Security only, MS-RDPBCGR sections 2.2.1.1 and 2.2.1.1.1. There
// is no cookie in it, so no user is named.
var rdpConnect = []byte("\x03\x00\x00\x13" + "\x0e\xe0\x00\x00\x00\x00\x00" + "\x01\x00\x08\x00\x00\x00\x00\x00")

// rdp offers the weakest security. A server that wants more says in its
// RDP_NEG_FAILURE what, MS-RDPBCGR sections 2.2.1.2.1 and 2.2.1.2.2.
func rdp(_ context.Context, conn net.Conn) (map[string]any, error) {
	head, err := exchange(conn, rdpConnect, 11)
	if err != nil {
		return nil, err
	}
	p := packet{rest: head}
	version, _, size, _, kind := p.byte(), p.byte(), p.be(2), p.byte(), p.byte()
	if version != 3 || kind&0xf0 != 0xd0 || size < 11 {
		return nil, fmt.Errorf("connection request: %w", foreign(head))
	}
	// A server from before the negotiation confirms without a word on security.
	facts := map[string]any{"accepted": true, "protocol": 0.0}
	if size == 11 {
		return facts, nil
	}
	body, err := receive(conn, size-11)
	if err != nil {
		return nil, err
	}
	p = packet{rest: body}
	answer, _, _, value := p.byte(), p.byte(), p.le(2), p.le(4)
	switch {
	case p.short:
		return nil, fmt.Errorf("connection confirm: %w", errForeign)
	case answer == 2:
		facts["protocol"] = float64(value)
		return facts, nil
	case answer == 3:
		return map[string]any{"accepted": false, "failure_code": float64(value)}, nil
	}
	return nil, fmt.Errorf("connection confirm: %w", errForeign)
}

// vnc agrees on a version and reads which security types the server offers,
// RFC 6143 sections 7.1.1 and 7.1.2. It chooses none.
func vnc(_ context.Context, conn net.Conn) (map[string]any, error) {
	hello, err := receive(conn, 12)
	if len(hello) < 12 || string(hello[:4]) != "RFB " || hello[7] != '.' || hello[11] != '\n' {
		if err == nil || len(hello) > 0 {
			err = foreign(hello)
		}
		return nil, fmt.Errorf("protocol version: %w", err)
	}
	// Other versions than 3.3, 3.7 and 3.8 are to be taken for 3.3, but Apple's
	// 3.889 and the 4.x and 5.x of RealVNC speak 3.8.
	reply := "RFB 003.008\n"
	if version := string(hello[4:11]); version < "003.007" {
		reply = "RFB 003.003\n"
	} else if version == "003.007" {
		reply = "RFB 003.007\n"
	}
	facts := map[string]any{"version": text(hello[4:11])}
	if reply == "RFB 003.003\n" {
		// The server decides, in four bytes.
		answer, err := exchange(conn, []byte(reply), 4)
		p := packet{rest: answer}
		facts["security_types"] = securityTypes([]byte{byte(p.be(4))})
		return facts, err
	}
	count, err := exchange(conn, []byte(reply), 1)
	if err != nil {
		return nil, err
	}
	types, err := receive(conn, int(count[0]))
	facts["security_types"] = securityTypes(types)
	return facts, err
}

// securityTypes sorts the types and leaves out 0, which stands for a refusal.
func securityTypes(raw []byte) []float64 {
	types := []float64{}
	for _, kind := range raw {
		if kind != 0 {
			types = append(types, float64(kind))
		}
	}
	slices.Sort(types)
	return slices.Compact(types)
}
