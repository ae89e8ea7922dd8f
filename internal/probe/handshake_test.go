package probe_test

import (
	"context"
	"io"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probe"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
)

func loopbackDialer(timeout time.Duration) *probe.Dialer {
	return &probe.Dialer{Guard: probe.NewGuard(probetest.Loopback()), Timeout: timeout}
}

// Of many such connections some are reset before the dial returns.
func TestAPortThatResetsAtOnceIsOpen(t *testing.T) {
	server := probetest.Listen(t, probetest.Reset)
	dialer := &probe.Dialer{Guard: probe.NewGuard(probetest.Loopback())}
	for range 300 {
		answer, err := dialer.Handshake(t.Context(), server.Addr)
		if err != nil || answer.Result != exposure.Open || answer.Conn == nil {
			t.Fatalf("Handshake = %+v, %v, want open", answer, err)
		}
		answer.Conn.Close()
	}
}

func TestHandshakeTellsOpenRefusedAndFilteredApart(t *testing.T) {
	tests := []struct {
		name   string
		addr   func(testing.TB) netip.AddrPort
		want   exposure.PortResult
		detail string
	}{
		{"open", func(t testing.TB) netip.AddrPort { return probetest.Silent(t).Addr }, exposure.Open, ""},
		{"refused", probetest.Refusing, exposure.Refused, ""},
		{"filtered", probetest.Filtered, exposure.Filtered, "no answer within 300ms"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := loopbackDialer(300*time.Millisecond).Handshake(t.Context(), tt.addr(t))
			if got.Conn != nil {
				got.Conn.Close()
			}
			if err != nil || got.Result != tt.want || got.Detail != tt.detail || (got.Conn != nil) != (tt.want == exposure.Open) {
				t.Errorf("Handshake = %+v, %v, want %s %q", got, err, tt.want, tt.detail)
			}
		})
	}
}

func TestHandshakeIsUnverifiedWhenTheSilenceIsOurs(t *testing.T) {
	silent := probetest.Filtered(t)
	cancelled, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	short, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	tests := []struct {
		name, detail string
		ctx          context.Context
		addr         netip.AddrPort
	}{
		{"cancelled", "context canceled", cancelled, silent},
		{"deadline of the caller", "context deadline exceeded", short, silent},
		{"port 0", "port 0 of 127.0.0.1 cannot be dialled", t.Context(), netip.AddrPortFrom(silent.Addr(), 0)},
	}
	for _, tt := range tests {
		start := time.Now()
		got, err := loopbackDialer(5*time.Second).Handshake(tt.ctx, tt.addr)
		if err == nil || got.Result != exposure.Unverified || got.Detail != tt.detail || got.Conn != nil {
			t.Errorf("%s: Handshake = %+v, %v, want unverified, %q", tt.name, got, err, tt.detail)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("%s: Handshake took %s, want less than a second", tt.name, took)
		}
	}
}

func TestHandshakeSendsNothing(t *testing.T) {
	received := make(chan int64, 1)
	server := probetest.Listen(t, func(conn net.Conn) {
		n, _ := io.Copy(io.Discard, conn)
		received <- n
	})
	answer, err := loopbackDialer(time.Second).Handshake(t.Context(), server.Addr)
	if err != nil {
		t.Fatal(err)
	}
	answer.Conn.Close()
	if got := <-received; got != 0 {
		t.Errorf("server received %d bytes, want 0", got)
	}
}

func TestHandshakeLeavesNoSocketInTimeWait(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("counts sockets in /proc/net/tcp")
	}
	server := probetest.Silent(t)
	dialer := loopbackDialer(time.Second)
	for range 500 {
		answer, err := dialer.Handshake(t.Context(), server.Addr)
		if err != nil || answer.Result != exposure.Open {
			t.Fatalf("Handshake = %+v, %v, want open", answer, err)
		}
		answer.Conn.Close()
	}
	if got := timeWaits(t, server.Addr.Port()); got != 0 {
		t.Errorf("sockets in TIME_WAIT after 500 handshakes = %d, want 0", got)
	}
	// The count sees a connection that is closed the usual way.
	conn, err := net.Dial("tcp4", server.Addr.String())
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	for deadline := time.Now().Add(2 * time.Second); timeWaits(t, server.Addr.Port()) != 1; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("sockets in TIME_WAIT after a usual close = %d, want 1", timeWaits(t, server.Addr.Port()))
		}
	}
}

// timeWaits counts the sockets in TIME_WAIT whose remote port is port.
func timeWaits(t *testing.T, port uint16) int {
	t.Helper()
	table, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for line := range strings.Lines(string(table)) {
		fields := strings.Fields(line)
		if len(fields) < 4 || fields[3] != "06" {
			continue
		}
		_, remote, _ := strings.Cut(fields[2], ":")
		if n, err := strconv.ParseUint(remote, 16, 16); err == nil && uint16(n) == port {
			count++
		}
	}
	return count
}
