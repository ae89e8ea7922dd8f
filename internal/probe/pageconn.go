package probe

import (
	"errors"
	"fmt"
	"net"
)

var errTooMuch = errors.New("the page is over its limits")

// dial opens one more connection to the endpoint.
func (x *PageProxy) dial() (net.Conn, error) {
	p := x.prober
	if x.connections.Add(1) > int64(p.limits.Page.Connections) {
		return nil, errTooMuch
	}
	if err := p.pace.wait(x.ctx); err != nil {
		return nil, err
	}
	x.turn.Do(func() { x.noTurn = p.throttle.Wait(x.ctx, x.site.addr) })
	if x.noTurn != nil {
		return nil, x.noTurn
	}
	answer, err := p.handshaker.Handshake(x.ctx, x.site.addr)
	if err != nil {
		return nil, err
	}
	if answer.Conn == nil {
		return nil, fmt.Errorf("the port was %s", answer.Result)
	}
	if !x.watch(answer.Conn) {
		return nil, net.ErrClosed
	}
	return &pageConn{answer.Conn, x}, nil
}

// pageConn is a tracked connection whose bytes count against the page.
type pageConn struct {
	net.Conn
	page *PageProxy
}

func (c *pageConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	return c.count(n, err)
}

func (c *pageConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	return c.count(n, err)
}

func (c *pageConn) count(n int, err error) (int, error) {
	if c.page.bytes.Add(int64(n)) > c.page.prober.limits.Page.Bytes {
		return n, errTooMuch
	}
	return n, err
}

func (c *pageConn) Close() error {
	c.page.unwatch(c.Conn)
	return nil
}

// watch makes shut close conn. It closes conn at once
// and returns false when the proxy is closed.
func (x *PageProxy) watch(conn net.Conn) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed {
		conn.Close()
		return false
	}
	x.open[conn] = struct{}{}
	return true
}

// unwatch closes conn and forgets it.
func (x *PageProxy) unwatch(conn net.Conn) {
	x.mu.Lock()
	delete(x.open, conn)
	x.mu.Unlock()
	conn.Close()
}
