package probe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Answer is how one address and port answered a handshake.
type Answer struct {
	Result exposure.PortResult
	// Conn is the connection, only when Result is Open. Close resets it, so
	// that no socket of this machine lingers.
	Conn net.Conn
	// Detail says what was seen, or why nothing was: "no answer within 5s".
	// Empty for Open and Refused.
	Detail string

	took time.Duration // from the dial to the answer: a round trip when it is Open
}

// Handshaker makes one attempt at a TCP handshake. It is the seam behind which
// one event loop may drive thousands of sockets later.
//
// Refusal and silence are answers, not errors. An error means that nothing was
// learnt; the answer is then Unverified and its Detail says why. An
// implementation checks the address at the moment of dialling.
type Handshaker interface {
	Handshake(ctx context.Context, addr netip.AddrPort) (Answer, error)
}

// Dialer is the Handshaker that opens one socket of the operating system for
// each handshake.
//
// It dials exactly the address: no retry, no race of address families, no
// payload. (The operating system repeats a SYN that got no answer until
// Timeout; without that, one lost packet would read as a filtered port.)
type Dialer struct {
	Guard   *Guard        // must not be nil
	Timeout time.Duration // bounds the wait for the SYN-ACK; zero means 5s
}

// Handshake implements Handshaker.
//
// A reset is Refused, and so is an ICMP "port unreachable", which operating
// systems do not tell apart. Silence until Timeout and every other ICMP error
// are Filtered. The answer is Unverified when the guard refuses the address,
// when ctx ends first, when this machine has no route to the address, and on
// any trouble of its own (no free port, too many open files ...).
func (d *Dialer) Handshake(ctx context.Context, addr netip.AddrPort) (Answer, error) {
	addr = netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port())
	if err := d.Guard.checkAddrPort(addr); err != nil {
		return unverified(addr, err)
	}
	timeout := d.Timeout
	if timeout <= 0 {
		timeout = defaultConnectTimeout
	}
	dialer := net.Dialer{
		Timeout:       timeout,
		FallbackDelay: -1,
		KeepAlive:     -1,
		Control:       d.Guard.control,
	}
	dialer.SetMultipathTCP(false)
	// A caller's deadline that comes before ours makes the silence ours.
	deadline, hasDeadline := ctx.Deadline()
	cutShort := hasDeadline && deadline.Before(time.Now().Add(timeout))
	conn, err := dialer.DialContext(ctx, "tcp", addr.String())
	switch {
	case err == nil:
		return opened(conn), nil
	case ctx.Err() != nil:
		return unverified(addr, context.Cause(ctx))
	case isRefusal(err):
		return Answer{Result: exposure.Refused}, nil
	case isReset(err):
		return opened(ended()), nil // the handshake was complete, and the reset was faster than the dialer
	case isTimeout(err) && cutShort:
		return unverified(addr, context.DeadlineExceeded)
	case isTimeout(err):
		return Answer{Result: exposure.Filtered, Detail: fmt.Sprintf("no answer within %s", timeout)}, nil
	case isUnreachable(err) && hasRoute(ctx, addr):
		return Answer{Result: exposure.Filtered, Detail: "unreachable: " + reason(err)}, nil
	default:
		return unverified(addr, err)
	}
}

// opened prepares the connection so that its Close sends a reset. A normal
// close would leave one socket in TIME_WAIT for each open port, and a scan of
// many endpoints would run out of local ports.
func opened(conn net.Conn) Answer {
	if tcp, ok := conn.(*net.TCPConn); ok {
		// This fails only when the peer has already reset the connection, and
		// then there is nothing left that could linger.
		_ = tcp.SetLinger(0)
	}
	return Answer{Result: exposure.Open, Conn: conn}
}

// ended returns a connection that the peer has closed.
func ended() net.Conn {
	conn, peer := net.Pipe()
	peer.Close()
	return conn
}

func unverified(addr netip.AddrPort, err error) (Answer, error) {
	return Answer{Result: exposure.Unverified, Detail: reason(err)}, fmt.Errorf("handshake with %s: %w", addr, err)
}

func isTimeout(err error) bool {
	var netErr net.Error
	return errors.As(err, &netErr) && netErr.Timeout()
}

// hasRoute reports whether this machine knows a way to addr. Connecting a UDP
// socket asks the routing table and sends nothing. It tells an ICMP error,
// which is the network's answer, from a missing route of our own, which is
// none.
func hasRoute(ctx context.Context, addr netip.AddrPort) bool {
	conn, err := (&net.Dialer{}).DialContext(ctx, "udp", addr.String())
	if err != nil {
		return false
	}
	conn.Close() // nothing was written, so there is nothing to lose
	return true
}

// reason returns the heart of an error of the net package, without the local
// address and ports that change from run to run.
func reason(err error) string {
	var refused *RefusedAddressError
	var syscallErr *os.SyscallError
	var op *net.OpError
	switch {
	case errors.As(err, &refused):
		return refused.Error()
	case errors.As(err, &syscallErr):
		return exposure.CleanLine(syscallErr.Err.Error())
	case errors.As(err, &op):
		return exposure.CleanLine(op.Err.Error())
	}
	return exposure.CleanLine(err.Error())
}
