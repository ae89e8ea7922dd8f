package services

import (
	"context"
	"net"
	"strings"
)

// ftp reads the greeting and asks for the features, RFC 2389 section 3. A
// server with TLS lists AUTH TLS there, RFC 4217 section 6. Whether it lets
// anonymous users in is not asked: that is a login.
func ftp(_ context.Context, conn net.Conn) (map[string]any, error) {
	l := newLines(conn)
	code, banner, err := l.coded()
	if err != nil {
		return nil, err
	}
	facts := map[string]any{"greeting_code": float64(code), "banner": text(strings.Join(banner, " "))}
	if code != 220 {
		return facts, nil
	}
	if err := send(conn, []byte("FEAT\r\n")); err != nil {
		return nil, err
	}
	code, features, err := l.coded()
	if err != nil {
		return nil, err
	}
	farewell(conn, "QUIT\r\n")
	facts["feat_code"] = float64(code)
	if code != 211 {
		return facts, nil // some tell their features only after the login
	}
	facts["auth_tls"] = false
	for _, feature := range features {
		// "AUTH TLS", "AUTH SSL", "AUTH TLS;TLS-C;SSL;"
		words := strings.Fields(strings.ToUpper(feature))
		if len(words) > 1 && words[0] == "AUTH" && (strings.Contains(words[1], "TLS") || strings.Contains(words[1], "SSL")) {
			facts["auth_tls"] = true
		}
	}
	return facts, nil
}
