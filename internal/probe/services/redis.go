package services

import (
	"context"
	"fmt"
	"net"
	"strings"
)

// redis sends PING, to which Redis, Valkey and Sentinel answer anyone whom they
// would let do anything else, https://redis.io/docs/latest/commands/ping/.
// Errors begin with a word in capitals ("NOAUTH", "DENIED"), and the error of a
// missing login comes before every other, RESP specification, "Simple errors".
func redis(_ context.Context, conn net.Conn) (map[string]any, error) {
	if err := send(conn, []byte("*1\r\n$4\r\nPING\r\n")); err != nil {
		return nil, err
	}
	line, err := newLines(conn).next()
	if err != nil {
		return nil, err
	}
	word, _, _ := strings.Cut(strings.TrimLeft(line, "+-"), " ")
	isReply := strings.HasPrefix(line, "+PONG") || strings.HasPrefix(line, "-")
	if !isReply || word == "" || strings.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return nil, fmt.Errorf("ping: %w", errForeign)
	}
	return map[string]any{"reply": text(word)}, nil
}
