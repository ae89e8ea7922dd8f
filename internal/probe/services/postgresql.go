package services

import (
	"context"
	"fmt"
	"net"
)

// sslRequest asks whether the server would start TLS, PostgreSQL manual,
// "Message Formats", SSLRequest.
var sslRequest = []byte("\x00\x00\x00\x08\x04\xd2\x16\x2f")

// postgresql reads the one byte of the answer, 'S' for yes and 'N' for no, and
// leaves before the login. PostgreSQL manual, "Message Flow", "SSL Session
// Encryption"; nothing that follows the byte may be believed there.
func postgresql(_ context.Context, conn net.Conn) (map[string]any, error) {
	answer, err := exchange(conn, sslRequest, 1)
	if err != nil {
		return nil, err
	}
	if answer[0] != 'S' && answer[0] != 'N' {
		return nil, fmt.Errorf("ssl request: %w", errForeign)
	}
	return map[string]any{"tls": answer[0] == 'S'}, nil
}
