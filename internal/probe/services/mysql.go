package services

import (
	"context"
	"fmt"
	"net"
	"strings"
)

// mysql reads the greeting of MySQL and MariaDB and sends nothing, MySQL
// internals, "Protocol::HandshakeV10". The server counts such a visit as an
// interrupted handshake; it blocks a visitor after max_connect_errors (100) of
// them in a row, and only that one.
func mysql(_ context.Context, conn net.Conn) (map[string]any, error) {
	head, err := receive(conn, 5)
	if err != nil {
		return nil, err
	}
	p := packet{rest: head}
	size, number, protocol := p.le(3), p.byte(), p.byte()
	if number != 0 || size < 3 || protocol != 10 && protocol != 0xff {
		return nil, fmt.Errorf("greeting: %w", foreign(head))
	}
	body, err := receive(conn, size-1)
	if err != nil {
		return nil, err
	}
	p = packet{rest: body}
	if protocol == 0xff { // ERR: this visitor may not connect at all
		return map[string]any{"error_code": float64(p.le(2))}, nil
	}
	version := p.upTo(0)
	p.take(4 + 8 + 1) // thread, the first part of the challenge, filler
	low := p.le(2)
	if p.short {
		return nil, fmt.Errorf("greeting: %w", errForeign)
	}
	const clientSSL = 1 << 11
	facts := map[string]any{"version": text(version), "tls": low&clientSSL != 0}
	p.take(1 + 2) // character set, status
	const pluginAuth = 1 << (19 - 16)
	high, challenge := p.le(2), int(p.byte())
	p.take(10 + max(13, challenge-8))
	if high&pluginAuth != 0 && !p.short {
		plugin, _, _ := strings.Cut(string(p.rest), "\x00")
		facts["auth_plugin"] = text(plugin)
	}
	return facts, nil
}
