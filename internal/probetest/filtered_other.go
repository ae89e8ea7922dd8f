//go:build !linux

package probetest

import (
	"net/netip"
	"testing"
)

// Filtered skips the test: only Linux has a silent port on loopback.
func Filtered(t testing.TB) netip.AddrPort {
	t.Helper()
	t.Skip("a silent port on loopback needs Linux")
	return netip.AddrPort{}
}
