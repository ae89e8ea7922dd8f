package services

import (
	"context"
	"fmt"
	"net"
	"strings"
)

// imap asks for the capabilities before TLS: STARTTLS and LOGINDISABLED,
// RFC 9051 sections 6.1.1, 6.2.1 and 11.3.
func imap(_ context.Context, conn net.Conn) (map[string]any, error) {
	l := newLines(conn)
	greeting, err := l.next()
	if err != nil {
		return nil, err
	}
	kind, found := strings.CutPrefix(greeting, "* ")
	kind, banner, _ := strings.Cut(kind, " ")
	if kind = strings.ToUpper(kind); !found || kind != "OK" && kind != "PREAUTH" && kind != "BYE" {
		return nil, fmt.Errorf("greeting: %w", errForeign)
	}
	facts := map[string]any{"greeting": kind, "banner": text(banner)}
	if kind == "BYE" {
		return facts, nil
	}
	if err := send(conn, []byte("a CAPABILITY\r\n")); err != nil {
		return nil, err
	}
	words := []string{}
	for range maxLines {
		line, err := l.next()
		if err != nil {
			return nil, err
		}
		upper := strings.ToUpper(line)
		if offers, found := strings.CutPrefix(upper, "* CAPABILITY "); found {
			words = append(words, strings.Fields(offers)...)
		}
		if strings.HasPrefix(upper, "A ") {
			farewell(conn, "b LOGOUT\r\n")
			facts["capabilities"] = names(words)
			return facts, nil
		}
	}
	return nil, fmt.Errorf("capability: more than %d lines", maxLines)
}

// pop3 asks for the capabilities before TLS: STLS, USER and SASL, RFC 2449
// sections 5 and 6 and RFC 2595 section 4.
func pop3(_ context.Context, conn net.Conn) (map[string]any, error) {
	l := newLines(conn)
	greeting, err := l.next()
	if err != nil {
		return nil, err
	}
	banner, found := strings.CutPrefix(greeting, "+OK")
	if !found {
		return nil, fmt.Errorf("greeting: %w", errForeign)
	}
	if err := send(conn, []byte("CAPA\r\n")); err != nil {
		return nil, err
	}
	facts := map[string]any{"banner": text(banner), "capa": true}
	status, err := l.next()
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(status, "-ERR") {
		farewell(conn, "QUIT\r\n")
		facts["capa"] = false // from before RFC 2449; what it offers is not told
		return facts, nil
	}
	offers := []string{}
	for range maxLines {
		line, err := l.next()
		if err != nil {
			return nil, err
		}
		if line == "." {
			farewell(conn, "QUIT\r\n")
			facts["capabilities"] = names(offers)
			return facts, nil
		}
		offers = append(offers, strings.ToUpper(line))
	}
	return nil, fmt.Errorf("capa: more than %d lines", maxLines)
}
