package probe_test

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probe"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
)

// stoppedClock stands still and does not wait; it remembers for how long it
// was to.
type stoppedClock struct {
	mu    sync.Mutex
	now   time.Time
	slept []time.Duration
}

func newClock() *stoppedClock {
	return &stoppedClock{now: time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)}
}

func (c *stoppedClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *stoppedClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	c.slept = append(c.slept, d)
	return nil
}

func (c *stoppedClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// sleeps returns the waits so far, shortest first.
func (c *stoppedClock) sleeps() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Sorted(slices.Values(c.slept))
}

var web = netip.MustParseAddrPort("203.0.113.7:443")

func TestThrottleGivesOneTurnASecondToEachPort(t *testing.T) {
	clock := newClock()
	throttle := probe.NewThrottle(clock)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if err := throttle.Wait(t.Context(), web); err != nil {
				t.Errorf("Wait = %v, want nil", err)
			}
		})
	}
	for _, other := range []string{"203.0.113.7:80", "203.0.113.8:443"} {
		all.Go(func() { throttle.Wait(t.Context(), netip.MustParseAddrPort(other)) })
	}
	all.Wait()
	want := []time.Duration{0, 0, 0, time.Second, 2 * time.Second, 3 * time.Second}
	if diff := cmp.Diff(want, clock.sleeps()); diff != "" {
		t.Errorf("waits differ (-want +got):\n%s", diff)
	}
}

func TestThrottleCountsAMappedAddressAsTheSame(t *testing.T) {
	clock := newClock()
	throttle := probe.NewThrottle(clock)
	throttle.Wait(t.Context(), web)
	throttle.Wait(t.Context(), netip.MustParseAddrPort("[::ffff:203.0.113.7]:443"))
	if diff := cmp.Diff([]time.Duration{0, time.Second}, clock.sleeps()); diff != "" {
		t.Errorf("waits differ (-want +got):\n%s", diff)
	}
}

func TestThrottleGivesTheRestOfASecond(t *testing.T) {
	clock := newClock()
	throttle := probe.NewThrottle(clock)
	throttle.Wait(t.Context(), web)
	clock.advance(300 * time.Millisecond)
	throttle.Wait(t.Context(), web)
	clock.advance(5 * time.Second)
	throttle.Wait(t.Context(), web)
	if diff := cmp.Diff([]time.Duration{0, 0, 700 * time.Millisecond}, clock.sleeps()); diff != "" {
		t.Errorf("waits differ (-want +got):\n%s", diff)
	}
}

// leavingClock ends the caller's context in the middle of the wait.
type leavingClock struct {
	*stoppedClock
	leave context.CancelFunc
}

func (c leavingClock) Sleep(ctx context.Context, d time.Duration) error {
	if d > 0 && c.leave != nil {
		c.leave()
	}
	return c.stoppedClock.Sleep(ctx, d)
}

func TestThrottleTakesBackTheTurnOfWhoLeaves(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	clock := leavingClock{newClock(), cancel}
	throttle := probe.NewThrottle(clock)
	throttle.Wait(ctx, web)
	if err := throttle.Wait(ctx, web); !errors.Is(err, context.Canceled) {
		t.Errorf("Wait = %v, want context.Canceled", err)
	}
	throttle.Wait(t.Context(), web)
	if diff := cmp.Diff([]time.Duration{0, time.Second}, clock.sleeps()); diff != "" {
		t.Errorf("waits differ (-want +got):\n%s", diff)
	}
}

func TestThrottleEndsWithTheContextOnTheRealClock(t *testing.T) {
	throttle := probe.NewThrottle(nil)
	throttle.Wait(t.Context(), web)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	start := time.Now()
	if err := throttle.Wait(ctx, web); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Wait = %v, want context.DeadlineExceeded", err)
	}
	if took := time.Since(start); took > 500*time.Millisecond {
		t.Errorf("Wait took %s, want about 30ms", took)
	}
}

func TestThrottleForgetsTurnsThatAreOver(t *testing.T) {
	clock := newClock()
	throttle := probe.NewThrottle(clock)
	for i := range 20_000 {
		addr := netip.AddrFrom4([4]byte{203, 0, byte(i >> 8), byte(i)})
		throttle.Wait(t.Context(), netip.AddrPortFrom(addr, 443))
		clock.advance(10 * time.Millisecond) // the default rate
	}
	if got := probe.Remembered(throttle); got > 1200 {
		t.Errorf("ports remembered after 20000 scans = %d, want at most 1200", got)
	}
}

func TestConnectionsAreSpacedByTheRate(t *testing.T) {
	clock := newClock()
	p := probe.New(probe.Config{
		Allowed: probetest.Loopback(), Clock: clock, Throttle: freeThrottle{},
		Limits: probe.Limits{ConnectionsPerSecond: 4},
	})
	for range 3 {
		server := probetest.Silent(t)
		p.Port(t.Context(), "127.0.0.1", server.Addr.Addr(), server.Addr.Port(), nil)
	}
	want := []time.Duration{0, 250 * time.Millisecond, 500 * time.Millisecond}
	if diff := cmp.Diff(want, clock.sleeps()); diff != "" {
		t.Errorf("waits differ (-want +got):\n%s", diff)
	}
}

// freeThrottle makes nobody wait.
type freeThrottle struct{}

func (freeThrottle) Wait(ctx context.Context, _ netip.AddrPort) error { return ctx.Err() }
