package services

import (
	"context"
	"net"
	"strings"
)

// smtp greets with EHLO and reads what the server offers before TLS: STARTTLS,
// RFC 3207 section 4, and AUTH with its mechanisms, RFC 4954 section 3. The
// name in EHLO is one that nobody can have, RFC 2606 section 2.
func smtp(_ context.Context, conn net.Conn) (map[string]any, error) {
	l := newLines(conn)
	code, banner, err := l.coded()
	if err != nil {
		return nil, err
	}
	facts := map[string]any{"greeting_code": float64(code), "banner": text(strings.Join(banner, " "))}
	if code != 220 {
		return facts, nil // 554 or 421: no service for us, RFC 5321 section 3.1
	}
	if err := send(conn, []byte("EHLO dynamicscan.invalid\r\n")); err != nil {
		return nil, err
	}
	code, offers, err := l.coded()
	if err != nil {
		return nil, err
	}
	farewell(conn, "QUIT\r\n")
	facts["ehlo_code"] = float64(code)
	if code == 250 {
		facts["starttls"], facts["auth"] = extensions(offers)
	}
	return facts, nil
}

// extensions reads the reply to EHLO, RFC 5321 section 4.1.1.1. Old servers
// write "AUTH=LOGIN".
func extensions(offers []string) (starttls bool, auth []string) {
	mechanisms := []string{}
	for _, offer := range offers {
		words := strings.Fields(strings.ToUpper(strings.Replace(offer, "=", " ", 1)))
		if len(words) == 0 {
			continue
		}
		switch words[0] {
		case "STARTTLS":
			starttls = true
		case "AUTH":
			mechanisms = append(mechanisms, words[1:]...)
		}
	}
	return starttls, names(mechanisms)
}
