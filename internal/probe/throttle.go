package probe

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Throttle makes every scan of an address and port wait its turn.
type Throttle interface {
	// Wait returns when the scan may start: no sooner than a second after the
	// start of the previous scan of the same address and port. An error means
	// that there is no turn: ctx ended, or turns cannot be kept.
	Wait(ctx context.Context, addr netip.AddrPort) error
}

// turnLength is the time between the starts of two scans of the same address
// and port.
const turnLength = time.Second

// sweepAt is the number of remembered turns from which those that are over are
// forgotten.
const sweepAt = 1024

// turns is the Throttle of one process. Turns of the same address and port are
// given out in the order in which they are asked for.
type turns struct {
	clock Clock

	mu    sync.Mutex
	next  map[netip.AddrPort]time.Time // when the next turn begins
	sweep int                          // number of entries at which to sweep
}

// NewThrottle returns a Throttle for the scans of this process. It remembers
// no more than the scans of the last second and those that wait. A nil clock
// means the system's.
func NewThrottle(clock Clock) Throttle {
	if clock == nil {
		clock = systemClock{}
	}
	return &turns{clock: clock, next: map[netip.AddrPort]time.Time{}, sweep: sweepAt}
}

func (t *turns) Wait(ctx context.Context, addr netip.AddrPort) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	addr = netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port())
	turn, wait := t.take(addr)
	if err := t.clock.Sleep(ctx, wait); err != nil {
		t.giveBack(addr, turn)
		return fmt.Errorf("wait for a turn at %s: %w", addr, err)
	}
	return nil
}

// take reserves the next turn at addr and returns when it begins and how long
// that is from now.
func (t *turns) take(addr netip.AddrPort) (turn time.Time, wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.clock.Now()
	turn = now
	if next := t.next[addr]; next.After(now) {
		turn = next
	}
	t.next[addr] = turn.Add(turnLength)
	if len(t.next) >= t.sweep {
		t.forget(now)
	}
	return turn, turn.Sub(now)
}

// giveBack frees a turn that was not used, unless someone already waits behind
// it.
func (t *turns) giveBack(addr netip.AddrPort, turn time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.next[addr].Equal(turn.Add(turnLength)) {
		t.next[addr] = turn
	}
}

// forget drops the turns that are over. The next sweep waits until the map has
// doubled, so that the cost per turn stays constant.
func (t *turns) forget(now time.Time) {
	for addr, next := range t.next {
		if !next.After(now) {
			delete(t.next, addr)
		}
	}
	t.sweep = max(sweepAt, 2*len(t.next))
}

// pace limits the connections a second over all endpoints, evenly spaced.
type pace struct {
	clock   Clock
	limiter *rate.Limiter
}

func newPace(clock Clock, perSecond float64) *pace {
	return &pace{clock, rate.NewLimiter(rate.Limit(perSecond), 1)}
}

// wait returns when one more connection may be opened.
func (p *pace) wait(ctx context.Context) error {
	now := p.clock.Now()
	slot := p.limiter.ReserveN(now, 1)
	if err := p.clock.Sleep(ctx, slot.DelayFrom(now)); err != nil {
		slot.CancelAt(p.clock.Now())
		return fmt.Errorf("wait for the connection rate: %w", err)
	}
	return nil
}
