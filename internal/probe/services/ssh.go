package services

import (
	"context"
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
	id, err := sshIdentification(conn)
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
	head, err := receive(conn, 6)
	if err != nil {
		return nil, err
	}
	p := packet{rest: head}
	length, padding, kind := p.be(4), int(p.byte()), p.byte()
	if kind != 20 || length < 2+padding || length > maxPacket {
		return nil, fmt.Errorf("key exchange: %w", errForeign)
	}
	payload, err := receive(conn, length-2-padding)
	if err != nil {
		return nil, err
	}
	return facts, kexInit(payload, facts)
}

// sshIdentification returns the identification string, before which a server
// may send other lines. It reads not a byte more: what a server sends before it
// hears from us is the banner of the port, and many send their KEXINIT at once.
func sshIdentification(conn net.Conn) (string, error) {
	line, one := []byte{}, make([]byte, 1)
	for range maxLine {
		_, err := io.ReadFull(conn, one)
		switch {
		case err != nil && len(line) > 0:
			return "", fmt.Errorf("identification: %w", foreign(line))
		case err != nil:
			return "", fmt.Errorf("identification: %w", err)
		case one[0] != '\n':
			line = append(line, one[0])
		case strings.HasPrefix(string(line), "SSH-"):
			return exposure.Clean(strings.TrimRight(string(line), "\r")), nil
		default:
			line = line[:0]
		}
	}
	return "", fmt.Errorf("identification: %w", foreign(line))
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
