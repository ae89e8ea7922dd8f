package services

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// maxPacket is the size of packet that every implementation must accept, RFC
// 4253 section 6.1. A KEXINIT is a small part of that.
const maxPacket = 35000

// ssh exchanges identification strings and reads the server's KEXINIT, RFC 4253
// sections 4.2 and 7.1. It sends neither a KEXINIT nor a login.
func ssh(_ context.Context, conn net.Conn) (map[string]any, error) {
	// The server speaks first, and all that it says is read through one buffer.
	r := bufio.NewReaderSize(io.LimitReader(conn, maxMessage), maxLine)
	id, err := sshIdentification(r)
	if err != nil {
		return nil, err
	}
	protocol, software, _ := strings.Cut(strings.TrimPrefix(id, "SSH-"), "-")
	facts := map[string]any{"protocol": text(protocol), "software": text(software)}
	if protocol != "2.0" && protocol != "1.99" {
		return facts, nil
	}
	if err := send(conn, []byte("SSH-2.0-dynamicscan\r\n")); err != nil {
		return nil, err
	}
	head, err := receive(r, 6)
	if err != nil {
		return nil, err
	}
	p := packet{rest: head}
	length, padding, kind := p.be(4), int(p.byte()), p.byte()
	if kind != 20 || length < 2+padding || length > maxPacket {
		return nil, fmt.Errorf("key exchange: %w", errForeign)
	}
	payload, err := receive(r, length-2-padding)
	if err != nil {
		return nil, err
	}
	return facts, kexInit(payload, facts)
}

// sshIdentification returns the identification string, before which a server
// may send other lines.
func sshIdentification(r *bufio.Reader) (string, error) {
	for range maxLines {
		raw, err := r.ReadSlice('\n')
		line := exposure.Clean(strings.TrimRight(string(raw), "\r\n"))
		switch {
		case strings.HasPrefix(line, "SSH-") && (err == nil || errors.Is(err, io.EOF)):
			return line, nil
		case err != nil && len(raw) > 0:
			return "", fmt.Errorf("identification: %w", foreign(raw))
		case err != nil:
			return "", fmt.Errorf("identification: %w", err)
		}
	}
	return "", fmt.Errorf("identification: %w", errForeign)
}

// kexInit reads the ten lists of names that follow the cookie. Both directions
// of a list become one.
func kexInit(payload []byte, facts map[string]any) error {
	p := packet{rest: payload}
	p.take(16)
	lists := make([][]string, 10)
	for i := range lists {
		lists[i] = strings.Split(string(p.take(p.be(4))), ",")
	}
	if p.short {
		return fmt.Errorf("key exchange: %w", errForeign)
	}
	facts["kex"] = names(lists[0])
	facts["host_keys"] = names(lists[1])
	facts["ciphers"] = names(append(lists[2], lists[3]...))
	facts["macs"] = names(append(lists[4], lists[5]...))
	return nil
}
