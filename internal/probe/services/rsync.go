package services

import (
	"context"
	"fmt"
	"net"
	"strings"
)

// rsync asks a daemon for the list of its modules and keeps their number, rsync
// csprotocol.txt, "Daemon Connection". Modules with "list = no" are not in it.
func rsync(_ context.Context, conn net.Conn) (map[string]any, error) {
	l := newLines(conn)
	hello, err := l.next()
	if err != nil {
		return nil, err
	}
	version, found := strings.CutPrefix(hello, "@RSYNCD: ")
	if !found {
		return nil, fmt.Errorf("greeting: %w", errForeign)
	}
	version, _, _ = strings.Cut(version, " ")
	facts := map[string]any{"protocol": text(version)}
	if err := send(conn, []byte("@RSYNCD: 30.0\n#list\n")); err != nil {
		return nil, err
	}
	modules := 0
	for {
		line, err := l.next()
		if err != nil {
			return nil, err
		}
		switch {
		case strings.HasPrefix(line, "@RSYNCD: EXIT"):
			facts["modules"] = float64(modules)
			return facts, nil
		case strings.HasPrefix(line, "@ERROR"):
			facts["refused"] = true
			return facts, nil
		case strings.Contains(line, "\t"): // a name and its comment; other lines are the message of the day
			modules++
		}
	}
}
