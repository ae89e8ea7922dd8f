package store_test

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/store"
)

// clock stands still; what is slept is written down.
type clock struct {
	at    time.Time
	slept []time.Duration
}

func (c *clock) now() time.Time { return c.at }

func (c *clock) sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.slept = append(c.slept, d)
	return nil
}

func withClock(t *testing.T) (*store.Store, *clock) {
	t.Helper()
	s, c := mustOpen(t, t.TempDir()), &clock{at: noon}
	s.SetClock(c.now, c.sleep)
	return s, c
}

func mustWait(t *testing.T, s *store.Store, addr string) {
	t.Helper()
	if err := s.Wait(t.Context(), netip.MustParseAddrPort(addr)); err != nil {
		t.Fatalf("Wait(%s): %v", addr, err)
	}
}

func TestWaitSpacesTurnsOfTheSameAddressAndPort(t *testing.T) {
	s, c := withClock(t)
	for _, addr := range []string{"203.0.113.7:443", "203.0.113.7:443", "203.0.113.7:80", "203.0.113.8:443", "[::ffff:203.0.113.7]:443", "203.0.113.7:443"} {
		mustWait(t, s, addr)
	}
	want := []time.Duration{store.Interval, 2 * store.Interval, 3 * store.Interval}
	if diff := cmp.Diff(want, c.slept); diff != "" {
		t.Errorf("waits (-want +got):\n%s", diff)
	}
}

func TestIntervalIsAtLeastASecond(t *testing.T) {
	if store.Interval < time.Second {
		t.Errorf("Interval = %v, want a second or more", store.Interval)
	}
}

func TestWaitHoldsItsTurnsAcrossStoresOfOneFolder(t *testing.T) {
	dir := t.TempDir()
	first, second := mustOpen(t, dir), mustOpen(t, dir)
	c := &clock{at: noon}
	first.SetClock(c.now, c.sleep)
	second.SetClock(c.now, c.sleep)
	mustWait(t, first, "203.0.113.7:443")
	mustWait(t, second, "203.0.113.7:443")
	if diff := cmp.Diff([]time.Duration{store.Interval}, c.slept); diff != "" {
		t.Errorf("waits (-want +got):\n%s", diff)
	}
}

func TestWaitIsOverOnceTheIntervalHasPassed(t *testing.T) {
	s, c := withClock(t)
	mustWait(t, s, "203.0.113.7:443")
	c.at = c.at.Add(store.Interval)
	mustWait(t, s, "203.0.113.7:443")
	c.at = c.at.Add(store.Interval - time.Microsecond)
	mustWait(t, s, "203.0.113.7:443")
	if diff := cmp.Diff([]time.Duration{time.Microsecond}, c.slept); diff != "" {
		t.Errorf("waits (-want +got):\n%s", diff)
	}
}

func TestWaitDoesNotTrustAStampOfAClockThatWasSetBack(t *testing.T) {
	s, c := withClock(t)
	c.at = noon.AddDate(10, 0, 0)
	mustWait(t, s, "203.0.113.7:443")
	c.at = noon
	mustWait(t, s, "203.0.113.7:443")
	mustWait(t, s, "203.0.113.7:443")
	if diff := cmp.Diff([]time.Duration{store.Interval}, c.slept); diff != "" {
		t.Errorf("waits (-want +got):\n%s", diff)
	}
}

func TestWaitEndsWithItsContext(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	s.SetInterval(time.Minute)
	mustWait(t, s, "203.0.113.7:443")
	stopped := errors.New("the user pressed Ctrl-C")
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(20*time.Millisecond, func() { cancel(stopped) })
	start := time.Now()
	if err := s.Wait(ctx, netip.MustParseAddrPort("203.0.113.7:443")); !errors.Is(err, stopped) {
		t.Errorf("Wait after cancel = %v, want %v", err, stopped)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("Wait took %v after cancel, want less than a second", took)
	}
	if err := s.Wait(ctx, netip.MustParseAddrPort("203.0.113.9:443")); !errors.Is(err, stopped) {
		t.Errorf("Wait with a context that is over = %v, want %v", err, stopped)
	}
}

func TestWaitEndsWithItsContextWhileAnotherHoldsTheDatabase(t *testing.T) {
	dir := t.TempDir()
	holder, s := mustOpen(t, dir), mustOpen(t, dir)
	if err := holder.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	if err := s.Wait(ctx, netip.MustParseAddrPort("203.0.113.7:443")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Wait = %v, want %v", err, context.DeadlineExceeded)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("Wait took %v, want less than a second", took)
	}
	if err := holder.Exec("COMMIT"); err != nil {
		t.Fatal(err)
	}
	mustWait(t, s, "203.0.113.7:443")
}

func TestNoStoreMeansNoTurn(t *testing.T) {
	closed := mustOpen(t, t.TempDir())
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	broken := mustOpen(t, t.TempDir())
	if err := broken.Exec("DROP TABLE throttle"); err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]*store.Store{"closed": closed, "broken": broken} {
		err := s.Wait(t.Context(), netip.MustParseAddrPort("203.0.113.7:443"))
		if err == nil || !strings.Contains(err.Error(), "reserve a turn for 203.0.113.7:443") {
			t.Errorf("Wait with a %s store = %v, want an error that names the address", name, err)
		}
	}
}
