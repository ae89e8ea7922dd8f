package services

import (
	"context"
	"fmt"
	"io"
	"net"
	"slices"
)

// startTLS is the extended operation for TLS, RFC 4511 section 4.14.
const startTLS = "1.3.6.1.4.1.1466.20037"

// ber is one element with a short length, X.690 section 8.1.
func ber(tag byte, content ...string) string {
	all := ""
	for _, c := range content {
		all += c
	}
	return string([]byte{tag, byte(len(all))}) + all
}

// rootDSE searches the root of the directory, RFC 4512 section 5.1, with the
// operation of RFC 4511 section 4.5.1: base "", that entry only, no
// dereferencing, one result, five seconds, (objectClass=*).
var rootDSE = []byte(ber(0x30, ber(0x02, "\x01"), ber(0x63,
	ber(0x04), ber(0x0a, "\x00"), ber(0x0a, "\x00"), ber(0x02, "\x01"), ber(0x02, "\x05"), ber(0x01, "\x00"),
	ber(0x87, "objectClass"),
	ber(0x30, ber(0x04, "supportedExtension"), ber(0x04, "supportedSASLMechanisms"), ber(0x04, "namingContexts")))))

// ldap asks without a bind, which makes it anonymous, RFC 4513 section 4. Of the
// naming contexts only the number is kept.
func ldap(_ context.Context, conn net.Conn) (map[string]any, error) {
	if err := send(conn, rootDSE); err != nil {
		return nil, err
	}
	facts := map[string]any{"entry": false, "starttls": false, "sasl_mechanisms": []string{}, "naming_contexts": 0.0}
	left := io.LimitReader(conn, maxMessage)
	for range 10 { // an entry, perhaps references, and the end
		message, err := berMessage(left)
		if err != nil {
			return nil, err
		}
		p := packet{rest: message}
		_, _ = p.element() // message ID
		kind, content := p.element()
		switch kind {
		case 0x64:
			facts["entry"] = true
			entry(content, facts)
		case 0x65:
			inner := packet{rest: content}
			if tag, code := inner.element(); tag == 0x0a && len(code) == 1 {
				facts["result_code"] = float64(code[0])
				farewell(conn, ber(0x30, ber(0x02, "\x02"), ber(0x42))) // unbind, section 4.3
				return facts, nil
			}
			return nil, fmt.Errorf("root DSE: %w", errForeign)
		case 0x73: // reference
		default:
			return nil, fmt.Errorf("root DSE: %w", errForeign)
		}
	}
	return nil, fmt.Errorf("root DSE: %w", errForeign)
}

// berMessage reads one message. Active Directory writes every length in four
// bytes, however short.
func berMessage(r io.Reader) ([]byte, error) {
	head, err := receive(r, 2)
	if err != nil {
		return nil, err
	}
	size := int(head[1])
	if head[0] != 0x30 || size == 0x80 || size > 0x84 {
		return nil, fmt.Errorf("root DSE: %w", foreign(head))
	}
	if size > 0x80 {
		long, err := receive(r, size-0x80)
		if err != nil {
			return nil, err
		}
		p := packet{rest: long}
		size = p.be(len(long))
	}
	return receive(r, size)
}

// element reads one element of BER with a definite length and a tag of one byte.
func (p *packet) element() (tag byte, content []byte) {
	tag = p.byte()
	size := int(p.byte())
	switch {
	case size == 0x80 || size > 0x84:
		p.take(-1)
		return tag, nil
	case size > 0x80:
		size = p.be(size - 0x80)
	}
	return tag, p.take(size)
}

// entry takes the facts from the attributes of the root.
func entry(content []byte, facts map[string]any) {
	p := packet{rest: content}
	_, _ = p.element() // name
	_, list := p.element()
	for attributes := (packet{rest: list}); len(attributes.rest) > 0; {
		_, attribute := attributes.element()
		inner := packet{rest: attribute}
		_, name := inner.element()
		_, set := inner.element()
		values := []string{}
		for each := (packet{rest: set}); len(each.rest) > 0; {
			if _, value := each.element(); !each.short {
				values = append(values, string(value))
			}
		}
		switch string(name) {
		case "supportedExtension":
			facts["starttls"] = slices.Contains(values, startTLS)
		case "supportedSASLMechanisms":
			facts["sasl_mechanisms"] = names(values)
		case "namingContexts":
			facts["naming_contexts"] = float64(len(values))
		}
	}
}
