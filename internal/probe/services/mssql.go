package services

import (
	"context"
	"fmt"
	"net"
)

// tdsPrelogin is a PRELOGIN with a version and the wish for no more encryption
// than that of the login (ENCRYPT_OFF), MS-TDS sections 2.2.3.1 and 2.2.6.5.
var tdsPrelogin = []byte("\x12\x01\x00\x1a\x00\x00\x01\x00" +
	"\x00\x00\x0b\x00\x06" + "\x01\x00\x11\x00\x01" + "\xff" +
	"\x00\x00\x00\x00\x00\x00" + "\x00")

// mssql reads what the server says to that: ENCRYPT_OFF (0) encrypts the login
// only, ENCRYPT_ON (1) and ENCRYPT_REQ (3) all, ENCRYPT_NOT_SUP (2) nothing, not
// even the login. MS-TDS section 2.2.6.5, table of the client's and the
// server's values.
func mssql(_ context.Context, conn net.Conn) (map[string]any, error) {
	head, err := exchange(conn, tdsPrelogin, 8)
	if err != nil {
		return nil, err
	}
	p := packet{rest: head}
	kind, _, size := p.byte(), p.byte(), p.be(2)
	if kind != 0x04 || size < 8 {
		return nil, fmt.Errorf("prelogin: %w", foreign(head))
	}
	body, err := receive(conn, size-8)
	if err != nil {
		return nil, err
	}
	facts := map[string]any{}
	for p = (packet{rest: body}); !p.short; {
		token := p.byte()
		if token == 0xff {
			break
		}
		at, n := p.be(2), p.be(2)
		data := packet{rest: body[min(at, len(body)):]}
		value := packet{rest: data.take(n)}
		switch {
		case token == 0 && n >= 4:
			facts["version"] = fmt.Sprintf("%d.%d.%d", value.byte(), value.byte(), value.be(2))
		case token == 1 && n >= 1 && !data.short:
			facts["encryption"] = float64(value.byte())
		}
	}
	if _, told := facts["encryption"]; !told {
		return nil, fmt.Errorf("prelogin: %w", errForeign)
	}
	return facts, nil
}
