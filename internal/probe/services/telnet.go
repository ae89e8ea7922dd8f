package services

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
)

// maxBanner is how much of the first words of a server is read.
const maxBanner = 1024

// telnet reads what the server says first: commands that begin with IAC, RFC
// 854 "TELNET command structure", or a prompt. It answers nothing.
func telnet(_ context.Context, conn net.Conn) (map[string]any, error) {
	buffer := make([]byte, maxBanner)
	n, err := conn.Read(buffer)
	if n == 0 {
		if err == nil {
			err = io.ErrNoProgress
		}
		return nil, fmt.Errorf("read the banner: %w", err)
	}
	shown, negotiates := withoutCommands(buffer[:n])
	if err := foreign(buffer[:n]); errors.Is(err, errTLS) {
		return nil, err
	}
	return map[string]any{"negotiates": negotiates, "banner": text(shown)}, nil
}

// withoutCommands returns the text between the commands, and whether there was
// an offer of an option (WILL, WONT, DO, DONT).
func withoutCommands(raw []byte) (shown []byte, negotiates bool) {
	const iac, sb, se, will, dont = 255, 250, 240, 251, 254
	p := packet{rest: raw}
	for len(p.rest) > 0 {
		b := p.byte()
		if b != iac {
			shown = append(shown, b)
			continue
		}
		switch command := p.byte(); {
		case command >= will && command <= dont:
			p.byte()
			negotiates = negotiates || !p.short
		case command == sb:
			if end := bytes.Index(p.rest, []byte{iac, se}); end < 0 {
				p.rest = nil // cut
			} else {
				p.take(end + 2)
			}
		case command == iac:
			shown = append(shown, iac)
		}
	}
	return shown, negotiates
}
