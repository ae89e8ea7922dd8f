package probetest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"testing"
	"time"
)

// HTTP starts a plain HTTP server.
func HTTP(t testing.TB, h http.Handler) *Listener {
	t.Helper()
	l := listen(t)
	serveHTTP(t, l, acceptor{l}, h)
	return l
}

// HTTPS starts an HTTP server over TLS with a self-signed certificate for
// "web.test" and 127.0.0.1. configure, when given, changes its TLS settings.
func HTTPS(t testing.TB, h http.Handler, configure ...func(*tls.Config)) *Listener {
	t.Helper()
	l := listen(t)
	cfg := &tls.Config{Certificates: []tls.Certificate{certificate()}, NextProtos: []string{"http/1.1"}}
	for _, c := range configure {
		c(cfg)
	}
	serveHTTP(t, l, tls.NewListener(acceptor{l}, cfg), h)
	return l
}

func serveHTTP(t testing.TB, l *Listener, on net.Listener, h http.Handler) {
	server := &http.Server{Handler: h, ErrorLog: log.New(io.Discard, "", 0)}
	var running sync.WaitGroup
	running.Go(func() { server.Serve(on) })
	t.Cleanup(func() {
		server.Close()
		l.close()
		running.Wait()
	})
}

// certificate is made once: every test that wants TLS can share it.
var certificate = sync.OnceValue(func() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "web.test"},
		DNSNames:     []string{"web.test"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
})

// Silent starts a server that completes the handshake, reads what comes and
// never answers.
func Silent(t testing.TB) *Listener {
	t.Helper()
	return Listen(t, func(conn net.Conn) { io.Copy(io.Discard, conn) })
}

// Banner starts a server that speaks first, as SSH and SMTP do, and then only
// reads.
func Banner(t testing.TB, banner string) *Listener {
	t.Helper()
	return Listen(t, func(conn net.Conn) {
		io.WriteString(conn, banner)
		io.Copy(io.Discard, conn)
	})
}

// Raw starts a server that reads the head of a request and answers with
// exactly these pieces, pause apart, then closes. Any request gets the same.
func Raw(t testing.TB, pause time.Duration, pieces ...string) *Listener {
	t.Helper()
	return Listen(t, func(conn net.Conn) {
		ReadHead(conn)
		for i, piece := range pieces {
			if i > 0 {
				time.Sleep(pause)
			}
			if _, err := io.WriteString(conn, piece); err != nil {
				return
			}
		}
	})
}

// ReadHead reads up to the empty line that ends the head of a request, or one
// TLS record, and returns it. It gives up after a second and returns what is
// there.
func ReadHead(conn net.Conn) string {
	conn.SetReadDeadline(time.Now().Add(time.Second))
	defer conn.SetReadDeadline(time.Time{})
	var head []byte
	for b := make([]byte, 1); !wholeHead(head); {
		if _, err := conn.Read(b); err != nil {
			break
		}
		head = append(head, b[0])
	}
	return string(head)
}

func wholeHead(head []byte) bool {
	if len(head) >= 5 && head[0] == 0x16 {
		return len(head) >= 5+int(head[3])<<8+int(head[4])
	}
	return bytes.HasSuffix(head, []byte("\r\n\r\n"))
}

// Reset closes a connection of these servers with a reset instead of a FIN.
func Reset(conn net.Conn) {
	if c, ok := conn.(*counted); ok {
		if tcp, ok := c.Conn.(*net.TCPConn); ok {
			tcp.SetLinger(0)
		}
	}
	conn.Close()
}

// HalfClose ends the sending side of a connection of these servers.
func HalfClose(conn net.Conn) {
	if c, ok := conn.(*counted); ok {
		if tcp, ok := c.Conn.(*net.TCPConn); ok {
			tcp.CloseWrite()
		}
	}
}

// Refusing returns a port that refuses connections for as long as the test
// runs.
//
// An outgoing connection holds the port, so that no other process can begin to
// listen on it meanwhile.
func Refusing(t testing.TB) netip.AddrPort {
	t.Helper()
	other := Silent(t)
	conn, err := net.Dial("tcp4", other.Addr.String())
	if err != nil {
		t.Fatalf("hold a port: %v", err)
	}
	t.Cleanup(func() { conn.Close() })
	return addrPort(conn.LocalAddr())
}
