package services

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"strings"
)

// netBIOS puts the length before a message, MS-SMB2 section 2.1.
func netBIOS(message string) []byte {
	return []byte(string([]byte{0, byte(len(message) >> 16), byte(len(message) >> 8), byte(len(message))}) + message)
}

// smb2Negotiate is an SMB2 NEGOTIATE with all dialects from 2.0.2 to 3.1.1,
// MS-SMB2 sections 2.2.1.2 and 2.2.3. 3.1.1 needs the contexts for integrity
// (SHA-512, with a salt) and encryption, sections 2.2.3.1.1 and 2.2.3.1.2.
var smb2Negotiate = netBIOS("\xfeSMB\x40\x00" + zeros(12-6) + "\x00\x00\x01\x00" + zeros(64-16) +
	"\x24\x00\x05\x00\x01\x00\x00\x00\x00\x00\x00\x00" + "dynamicscan-0001" +
	"\x70\x00\x00\x00\x02\x00\x00\x00" + // the contexts begin at 112
	"\x02\x02\x10\x02\x00\x03\x02\x03\x11\x03" + zeros(2) +
	"\x01\x00\x26\x00\x00\x00\x00\x00" + "\x01\x00\x20\x00\x01\x00" + zeros(32) + zeros(2) +
	"\x02\x00\x06\x00\x00\x00\x00\x00" + "\x02\x00\x02\x00\x01\x00")

func zeros(n int) string { return strings.Repeat("\x00", n) }

// smb1Negotiate is an SMB_COM_NEGOTIATE with the one dialect "NT LM 0.12", so
// that a server that also speaks SMB2 cannot choose that, MS-CIFS sections
// 2.2.3.1 and 2.2.4.52.1. Its flags ask for NT status codes and Unicode.
var smb1Negotiate = netBIOS("\xffSMB\x72\x00\x00\x00\x00\x18\x01\xc8" + zeros(20) + "\x00\x0c\x00" + "\x02NT LM 0.12\x00")

// smb reads from the answer to NEGOTIATE whether the server wants messages to
// be signed, MS-SMB2 section 2.2.4.
func smb(_ context.Context, conn net.Conn) (map[string]any, error) {
	answer, err := smbAsk(conn, smb2Negotiate)
	if err != nil {
		return nil, err
	}
	if len(answer) < 64 || string(answer[:4]) != "\xfeSMB" || binary.LittleEndian.Uint16(answer[12:]) != 0 {
		return nil, fmt.Errorf("negotiate: %w", errForeign)
	}
	p := packet{rest: answer[8:]}
	if status := p.le(4); status != 0 {
		return nil, fmt.Errorf("negotiate: status %#08x", status)
	}
	p = packet{rest: answer[64:]}
	_, mode, dialect := p.le(2), p.le(2), p.le(2)
	if p.short {
		return nil, fmt.Errorf("negotiate: %w", errForeign)
	}
	version := fmt.Sprintf("%d.%d", dialect>>8, dialect>>4&0xf)
	if patch := dialect & 0xf; patch != 0 {
		version += fmt.Sprintf(".%d", patch)
	}
	return map[string]any{"dialect": version, "signing_enabled": mode&1 != 0, "signing_required": mode&2 != 0}, nil
}

// smb1 finds out whether the server still speaks SMB 1. One that does not
// chooses no dialect (0xffff) or hangs up, MS-CIFS section 2.2.4.52.2.
func smb1(_ context.Context, conn net.Conn) (map[string]any, error) {
	answer, err := smbAsk(conn, smb1Negotiate)
	if hungUp(err) {
		return map[string]any{"accepted": false}, nil
	}
	if err != nil {
		return nil, err
	}
	if len(answer) < 35 || string(answer[:5]) != "\xffSMB\x72" && string(answer[:4]) != "\xfeSMB" {
		return nil, fmt.Errorf("negotiate: %w", errForeign)
	}
	p := packet{rest: answer[32:]}
	words, dialect, mode := p.byte(), p.le(2), p.byte()
	if answer[0] == 0xfe || dialect != 0 || words < 13 {
		return map[string]any{"accepted": false}, nil
	}
	return map[string]any{"accepted": true, "signing_required": mode&8 != 0}, nil
}

// smbAsk sends one message and reads one.
func smbAsk(conn net.Conn, question []byte) ([]byte, error) {
	head, err := exchange(conn, question, 4)
	if err != nil {
		return nil, err
	}
	if head[0] != 0 {
		return nil, fmt.Errorf("negotiate: %w", foreign(head))
	}
	p := packet{rest: head}
	return receive(conn, p.be(4))
}
