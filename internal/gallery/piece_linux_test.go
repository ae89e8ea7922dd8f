package gallery_test

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
)

// A piece is one server of the gallery and what a scan has to say of it.
type piece struct {
	name  string
	does  string
	serve server
	names []string // addresses that the name of the piece has, one answer after the other; empty: no name is used
	ports int      // so many in a row, on an address of their own; 0 means one

	service uint16 // a service that gets no GET: its usual port, on an address of its own; 1 means any
	want    want
}

// want is what a scan has to say. Every text of says is in the last column of
// the table.
type want struct {
	port string // port result, or port status when there is none
	http string // status code or http status; "" when there was no GET
	says []string
}

func closed(says ...string) want                { return want{"open", "client_error", says} }
func answered(code string, says ...string) want { return want{"open", code, says} }
func greeted(says ...string) want               { return want{"open", "", says} }

// A server starts on loopback and returns its address.
type server func(t *testing.T) netip.AddrPort

// raw is a server that reads the head of a request, or a TLS hello, and then
// does as it likes.
func raw(then func(net.Conn)) server {
	return func(t *testing.T) netip.AddrPort {
		return probetest.Listen(t, func(conn net.Conn) {
			probetest.ReadHead(conn)
			then(conn)
		}).Addr
	}
}

// unasked is a server that does as it likes at once.
func unasked(then func(net.Conn)) server {
	return func(t *testing.T) netip.AddrPort { return probetest.Listen(t, then).Addr }
}

// says is a server that answers with exactly this and closes.
func says(answer string) server {
	return raw(func(conn net.Conn) { io.WriteString(conn, answer) })
}

// forever repeats pieces after a beginning until the other side has enough, a
// hundred megabytes have gone or half a minute is over.
func forever(beginning, again string, pause time.Duration) func(net.Conn) {
	return func(conn net.Conn) {
		conn.SetWriteDeadline(time.Now().Add(30 * time.Second))
		if pause == 0 {
			again = strings.Repeat(again, 1+(32<<10)/len(again))
		}
		_, err := io.WriteString(conn, beginning)
		for sent := 0; err == nil && sent < 100<<20; sent += len(again) {
			_, err = io.WriteString(conn, again)
			time.Sleep(pause)
		}
	}
}

// ok is a plain answer with a body.
func ok(headers, body string) server {
	return says(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n%s\r\n%s", len(body), headers, body))
}

// html is a page.
func html(body string) server { return ok("Content-Type: text/html; charset=utf-8\r\n", body) }

// web is a server of net/http.
func web(h http.HandlerFunc) server {
	return func(t *testing.T) netip.AddrPort { return probetest.HTTP(t, h).Addr }
}

// secure is one over TLS.
func secure(h http.HandlerFunc, configure ...func(*tls.Config)) server {
	return func(t *testing.T) netip.AddrPort { return probetest.HTTPS(t, h, configure...).Addr }
}

// drained reads what comes until the other side ends, for half a minute.
func drained(conn net.Conn) {
	conn.SetReadDeadline(time.Now().Add(30 * time.Second))
	io.Copy(io.Discard, conn)
}

// halfClosed ends the sending side only.
func halfClosed(conn net.Conn) {
	probetest.HalfClose(conn)
	drained(conn)
}

func repeat(s string, bytesLong int) string { return strings.Repeat(s, bytesLong/len(s)) }

func compressed(w func(io.Writer) io.WriteCloser, text string, n int) string {
	var b bytes.Buffer
	z := w(&b)
	for range n {
		io.WriteString(z, text)
	}
	z.Close()
	return b.String()
}
