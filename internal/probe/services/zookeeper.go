package services

import (
	"context"
	"fmt"
	"net"
	"strings"
)

// zookeeper sends the command "srvr", ZooKeeper Administrator's Guide, "The Four
// Letter Words". Current releases answer it whatever 4lw.commands.whitelist says;
// those from before 3.5 may refuse.
func zookeeper(_ context.Context, conn net.Conn) (map[string]any, error) {
	if err := send(conn, []byte("srvr")); err != nil {
		return nil, err
	}
	l := newLines(conn)
	first, err := l.next()
	version, isVersion := strings.CutPrefix(first, "Zookeeper version: ")
	switch {
	case isVersion:
	case strings.Contains(first, "is not executed because it is not in the whitelist"):
		return map[string]any{"answered": false}, nil
	case err != nil:
		return nil, err
	case strings.Contains(first, "not currently serving requests"):
		return map[string]any{"answered": true, "serving": false}, nil
	default:
		return nil, fmt.Errorf("srvr: %w", errForeign)
	}
	version, _, _ = strings.Cut(version, ",")
	facts := map[string]any{"answered": true, "serving": true, "version": text(version)}
	for range maxLines {
		line, err := l.next()
		if err != nil {
			break // the server ends its answer by closing
		}
		if mode, found := strings.CutPrefix(line, "Mode: "); found {
			facts["mode"] = text(mode)
		}
	}
	return facts, nil
}
