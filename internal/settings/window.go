package settings

import (
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // so that a time zone means the same on every machine, Windows and bare containers included
)

// Window is a time of the week in which endpoints may be probed. It goes by
// the clock on the wall of its time zone: where that clock is put back, an hour
// of the window comes twice, and where it is put forward, once less.
type Window struct {
	Days  []time.Weekday // on which the window opens, ascending, never empty
	Start int            // minute of the day at which it opens, 0 to 1439
	End   int            // minute at which it closes, 1 to 1440; not after Start means on the next day
	Zone  *time.Location
}

// Contains reports whether the window is open at t.
func (w Window) Contains(t time.Time) bool {
	t = t.In(w.Zone)
	minute, today := t.Hour()*60+t.Minute(), t.Weekday()
	if w.End > w.Start {
		return slices.Contains(w.Days, today) && minute >= w.Start && minute < w.End
	}
	yesterday := (today + 6) % 7
	return slices.Contains(w.Days, today) && minute >= w.Start || slices.Contains(w.Days, yesterday) && minute < w.End
}

// String returns "Mon, Tue 22:00 to 04:00 Europe/Berlin".
func (w Window) String() string {
	days := make([]string, len(w.Days))
	for i, d := range w.Days {
		days[i] = d.String()[:3]
	}
	which := strings.Join(days, ", ")
	if len(days) == 7 {
		which = "every day"
	}
	return fmt.Sprintf("%s %s to %s %s", which, clock(w.Start), clock(w.End), w.Zone)
}

func clock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// InWindow reports whether endpoints may be probed at t. Without windows they
// always may.
func (s Settings) InWindow(t time.Time) bool {
	return len(s.ScanWindows) == 0 || slices.ContainsFunc(s.ScanWindows, func(w Window) bool { return w.Contains(t) })
}

// NextWindow returns when the next window opens after t, to the minute. ok is
// false when one is open already, or none opens within the next two weeks.
func (s Settings) NextWindow(t time.Time) (opens time.Time, ok bool) {
	if s.InWindow(t) {
		return time.Time{}, false
	}
	next := t.Truncate(time.Minute)
	for range 14 * 24 * 60 {
		if next = next.Add(time.Minute); s.InWindow(next) {
			return next, true
		}
	}
	return time.Time{}, false
}

// overlaps reports whether two windows are ever open at the same time. Those of
// one time zone repeat every week; two time zones move against each other in
// the course of a year.
func (w Window) overlaps(other Window) bool {
	days := 366
	if w.Zone.String() == other.Zone.String() {
		days = 7
	}
	for day := range days {
		for _, each := range [2][2]Window{{w, other}, {other, w}} {
			opens := time.Date(2028, 1, 1+day, 0, each[0].Start, 0, 0, each[0].Zone)
			if each[0].Contains(opens) && each[1].Contains(opens) {
				return true
			}
		}
	}
	return false
}
