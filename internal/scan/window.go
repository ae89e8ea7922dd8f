package scan

import (
	"context"
	"fmt"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// unlooked is what a run did not look at because no scan window was open.
type unlooked struct {
	stored, without int
	oldest          time.Time // of the earlier results that stand in
}

// outside settles a job while no scan window is open: by the newest earlier
// result, however old, or by leaving it out. It reports whether it did. A
// window may close in the course of a run, so it is asked before every look.
func (s *scan) outside(ctx context.Context, j *job) (bool, error) {
	now := s.Now()
	if s.Settings.InWindow(now) {
		return false, nil
	}
	earlier, err := s.Store.History(ctx, j.key)
	if err != nil {
		return false, fmt.Errorf("read stored results of %s: %w", j.endpoint.HostPort(), err)
	}
	for _, o := range earlier {
		if o.PortStatus.Scanned() && !o.ScannedAt.After(now) {
			o.FromStore = true
			j.observed = &o
			break
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if j.observed == nil {
		s.unlooked.without++
		j.observed = notScanned(exposure.StatusExcluded, "no scan window is open"+s.opens(now)+", and there is no earlier result")
		j.observed.Postponed = true
		return true, nil
	}
	s.unlooked.stored++
	if s.unlooked.oldest.IsZero() || j.observed.ScannedAt.Before(s.unlooked.oldest) {
		s.unlooked.oldest = j.observed.ScannedAt
	}
	return true, nil
}

// opens says when the next window does, as part of a sentence.
func (s *scan) opens(now time.Time) string {
	next, ok := s.Settings.NextWindow(now)
	if !ok {
		return ""
	}
	return " before " + next.UTC().Format(time.RFC3339)
}

// tellUnlooked warns of what was not looked at.
func (s *scan) tellUnlooked() {
	u := s.unlooked
	if u.stored+u.without == 0 {
		return
	}
	text := "No scan window is open" + s.opens(s.Now()) + ":"
	if u.stored > 0 {
		text += fmt.Sprintf(" %s judged by earlier results, the oldest from %s", are(u.stored), u.oldest.UTC().Format(time.RFC3339))
	}
	if u.stored > 0 && u.without > 0 {
		text += ", and"
	}
	if u.without > 0 {
		text += fmt.Sprintf(" %s left out for want of one", are(u.without))
	}
	s.warn(text)
}

// are returns "1 endpoint is" or "2 endpoints are".
func are(n int) string {
	if n == 1 {
		return "1 endpoint is"
	}
	return fmt.Sprintf("%d endpoints are", n)
}
