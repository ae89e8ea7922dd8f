package probetest

import (
	"net"
	"net/netip"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Filtered returns a port that answers a SYN with silence for as long as the
// test runs. It skips the test on systems other than Linux.
//
// Nothing on loopback filters, but Linux drops the SYN to a listener whose
// backlog is full. This one has the smallest backlog there is, and its owner
// fills it and accepts nothing.
func Filtered(t testing.TB) netip.AddrPort {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatalf("socket: %v", err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatalf("bind: %v", err)
	}
	if err := unix.Listen(fd, 0); err != nil {
		t.Fatalf("listen: %v", err)
	}
	name, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatalf("getsockname: %v", err)
	}
	addr := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(name.(*unix.SockaddrInet4).Port))
	for range 8 {
		conn, err := net.DialTimeout("tcp4", addr.String(), 200*time.Millisecond)
		if os.IsTimeout(err) {
			return addr
		}
		if err != nil {
			t.Fatalf("fill the backlog of %s: %v", addr, err)
		}
		t.Cleanup(func() { conn.Close() })
	}
	t.Fatalf("the backlog of %s does not fill", addr)
	return addr
}
