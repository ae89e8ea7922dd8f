package services

import (
	"context"
	"fmt"
	"net"
	"strings"
)

// memcached asks for the version, memcached doc/protocol.txt, "Other commands".
// A server that wants a login answers CLIENT_ERROR to everything before it
// ("Authentication", same document).
func memcached(_ context.Context, conn net.Conn) (map[string]any, error) {
	if err := send(conn, []byte("version\r\n")); err != nil {
		return nil, err
	}
	line, err := newLines(conn).next()
	if err != nil {
		return nil, err
	}
	switch word, rest, _ := strings.Cut(line, " "); word {
	case "VERSION":
		return map[string]any{"reply": word, "version": text(rest)}, nil
	case "CLIENT_ERROR", "SERVER_ERROR", "ERROR":
		return map[string]any{"reply": word}, nil
	}
	return nil, fmt.Errorf("version: %w", errForeign)
}
