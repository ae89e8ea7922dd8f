package gallery_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
)

// helloHead begins the answer of a TLS server: a handshake record, of which
// the rest is to follow.
const helloHead = "\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03"

func hello(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<title>secure</title>hello") }

// tlsPieces are servers whose TLS is not as it should be.
func tlsPieces() []piece {
	return []piece{
		{name: "tls-stalls", does: "begins a TLS handshake and stalls", want: closed("no TLS answer within 3s"),
			serve: raw(func(conn net.Conn) { io.WriteString(conn, helloHead); drained(conn) })},
		{name: "tls-drips", does: "TLS, a byte every 200 ms", want: closed("no TLS answer within 3s"),
			serve: raw(func(conn net.Conn) { io.WriteString(conn, helloHead); forever("", "\x00", 200*time.Millisecond)(conn) })},
		{name: "tls-alert", does: "a fatal alert to everything", serve: says("\x15\x03\x01\x00\x02\x02\x28"), want: closed("handshake failure")},
		{name: "tls-long-record", does: "a TLS record of 64 KB", serve: raw(forever("\x16\x03\x03\xff\xff", "\x02", 0)), want: closed()},
		{name: "tls-noise", does: "TLS records of noise without end", serve: raw(forever("", "\x16\x03\x03\x00\x01\x63", 0)), want: closed()},
		{name: "tls-only-closes", does: "TLS that closes on plain text without a byte", serve: muteTLS("http/1.1"), want: answered("200", "https:", "title \"secure\"")},
		{name: "tls-http-2-only", does: "TLS, and by ALPN a draft of HTTP/2 only", serve: muteTLS("h2-14"), want: closed("no application protocol")},
		{name: "tls-http-2-frames", does: "TLS, then HTTP/2 frames unasked", want: closed("looks like HTTP/2"),
			serve: overTLS(func(conn net.Conn) { io.WriteString(conn, "\x00\x00\x00\x04\x00\x00\x00\x00\x00") })},
		{name: "tls-chain", does: "a chain of 120 certificates", want: answered("400"), // which is what it says in plain text
			serve: secure(hello, func(c *tls.Config) { c.Certificates[0] = chainOf(c.Certificates[0], 120) })},
		{name: "tls-names", does: "a certificate with terminal escapes for names", want: answered("200", "title \"secure\""),
			serve: secure(hello, func(c *tls.Config) { c.Certificates = []tls.Certificate{named("\x1b[2J\u202Eevil<script>")} })},
		{name: "tls-resets", does: "resets in the body, over TLS", want: answered("200", "5 bytes"),
			serve: overTLS(func(conn net.Conn) { io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello") })},
		{name: "tls-endless", does: "a body without end, over TLS", want: answered("200", "1048576 bytes"), serve: overTLS(forever(plainHead, "<p>hello ", 0))},
	}
}

// overTLS is a server that does as it likes within TLS, and closes without a
// byte on anything else.
func overTLS(then func(net.Conn)) server {
	return tlsServer(&tls.Config{NextProtos: []string{"http/1.1"}}, then)
}

// muteTLS speaks one application protocol, and answers a GET when it is HTTP/1.1.
func muteTLS(protocol string) server {
	page := "<title>secure</title>hello"
	return tlsServer(&tls.Config{NextProtos: []string{protocol}}, func(conn net.Conn) {
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s", len(page), page)
	})
}

func tlsServer(config *tls.Config, then func(net.Conn)) server {
	return func(t *testing.T) netip.AddrPort {
		config.Certificates = []tls.Certificate{named("web.test")}
		return probetest.Listen(t, func(conn net.Conn) {
			over := tls.Server(conn, config)
			conn.SetDeadline(time.Now().Add(10 * time.Second))
			if over.Handshake() != nil {
				return
			}
			probetest.ReadHead(over)
			then(over)
			over.Close()
		}).Addr
	}
}

// named returns a certificate for a name.
func named(name string) tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name, Organization: []string{strings.Repeat(name, 50)}},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// chainOf repeats the certificate.
func chainOf(c tls.Certificate, n int) tls.Certificate {
	long := tls.Certificate{PrivateKey: c.PrivateKey}
	for range n {
		long.Certificate = append(long.Certificate, named(strings.Repeat("x", 60)).Certificate[0])
	}
	long.Certificate[0] = c.Certificate[0]
	return long
}
