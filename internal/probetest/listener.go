package probetest

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Loopback returns the allowed networks of a test that dials these servers.
func Loopback() []netip.Prefix { return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} }

// Listener is a server on 127.0.0.1 that counts the connections made to it.
type Listener struct {
	Addr netip.AddrPort

	inner net.Listener
	count atomic.Int64

	mu    sync.Mutex
	conns map[net.Conn]struct{}
	over  bool

	latest string // peer of the last connection accepted
}

// Count returns the number of connections accepted so far. A connection is
// counted shortly after its handshake, see Settle.
func (l *Listener) Count() int { return int(l.count.Load()) }

// Settle returns Count after everything that was dialled before the call has
// been counted: it dials once itself, and connections are accepted in order.
// Its own connection is not counted.
func (l *Listener) Settle(t testing.TB) int {
	t.Helper()
	conn, err := net.Dial("tcp4", l.Addr.String())
	if err != nil {
		t.Fatalf("dial %s: %v", l.Addr, err)
	}
	defer conn.Close()
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if l.met(conn.LocalAddr().String()) {
			return int(l.count.Add(-1))
		}
	}
	t.Fatalf("connection to %s not accepted within 5s", l.Addr)
	return 0
}

// met reports whether the latest connection came from peer.
func (l *Listener) met(peer string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.latest == peer
}

// Listen starts a server that runs serve for each connection, in its own
// goroutine. The connection closes when serve returns and when the test ends.
func Listen(t testing.TB, serve func(net.Conn)) *Listener {
	t.Helper()
	l := listen(t)
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := l.accept()
			if err != nil {
				return
			}
			running.Go(func() {
				defer conn.Close()
				serve(conn)
			})
		}
	})
	t.Cleanup(func() {
		l.close()
		running.Wait()
	})
	return l
}

// listen returns a listener that nobody accepts from yet.
func listen(t testing.TB) *Listener {
	t.Helper()
	inner, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("listen on loopback: %v", err)
	}
	return &Listener{Addr: addrPort(inner.Addr()), inner: inner, conns: map[net.Conn]struct{}{}}
}

func (l *Listener) accept() (net.Conn, error) {
	conn, err := l.inner.Accept()
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		conn.Close()
		return nil, net.ErrClosed
	}
	l.conns[conn] = struct{}{}
	l.latest = conn.RemoteAddr().String()
	l.count.Add(1)
	return &counted{conn, l}, nil
}

// close ends the server and its connections.
func (l *Listener) close() error {
	l.mu.Lock()
	l.over = true
	for conn := range l.conns {
		conn.Close()
	}
	l.mu.Unlock()
	return l.inner.Close()
}

// acceptor is the listener as net/http wants it.
type acceptor struct{ l *Listener }

func (a acceptor) Accept() (net.Conn, error) { return a.l.accept() }
func (a acceptor) Close() error              { return a.l.close() }
func (a acceptor) Addr() net.Addr            { return a.l.inner.Addr() }

// counted forgets itself when it closes.
type counted struct {
	net.Conn
	listener *Listener
}

func (c *counted) Close() error {
	c.listener.mu.Lock()
	delete(c.listener.conns, c.Conn)
	c.listener.mu.Unlock()
	return c.Conn.Close()
}

func addrPort(a net.Addr) netip.AddrPort { return a.(*net.TCPAddr).AddrPort() }

// Resolver is a resolver that knows only its entries; every other name does
// not exist. It is safe for concurrent use.
type Resolver map[string][]netip.Addr

// LookupNetIP implements probe.Resolver.
func (r Resolver) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	addrs, known := r[host]
	if !known {
		return nil, &net.DNSError{Err: "no such host", Name: host, Server: "127.0.0.53:53", IsNotFound: true}
	}
	return addrs, nil
}
