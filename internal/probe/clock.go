package probe

import (
	"context"
	"time"
)

// Clock is the time by which turns are taken. It must be safe for concurrent
// use.
type Clock interface {
	Now() time.Time
	// Sleep returns after d, or with the cause of ctx's end when that is
	// sooner.
	Sleep(ctx context.Context, d time.Duration) error
}

// systemClock is the real time.
type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return context.Cause(ctx)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
