package settings

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"
)

var windowTypes = map[string]cty.Type{
	"days": cty.List(cty.String), "start": cty.String, "end": cty.String, "time_zone": cty.String,
}

// maxWindows bounds the comparison of every window with every other.
const maxWindows = 20

// windows reads the scan windows. The path of a problem is "scan_windows", the
// index, and the attribute where one is to blame.
func (p *parser) windows(list cty.Value) {
	path := []string{"scan_windows"}
	if t := list.Type(); !t.IsTupleType() && !t.IsListType() && !t.IsSetType() {
		p.fail(path, "has to be a list of objects, not %s", given(t))
		return
	}
	values := list.AsValueSlice()
	switch {
	case len(values) == 0:
		p.fail(path, "holds no window, so nothing would ever be probed; leave it out to probe at any time")
		return
	case len(values) > maxWindows:
		p.fail(path, "holds %d windows; at most %d are possible", len(values), maxWindows)
		return
	}
	for i, v := range values {
		if !v.IsWhollyKnown() {
			continue
		}
		at := []string{"scan_windows", strconv.Itoa(i)}
		if v.IsNull() {
			p.fail(at, "is null")
			continue
		}
		if w, ok := p.window(at, v); ok {
			p.addWindow(at, w)
		}
	}
}

// addWindow adds a window that no earlier one overlaps: two that do are most
// likely a slip, such as a wrong day or time zone.
func (p *parser) addWindow(at []string, w Window) {
	for _, earlier := range p.s.ScanWindows {
		if earlier.overlaps(w) {
			p.fail(at, "%s overlaps %s", w, earlier)
			return
		}
	}
	p.s.ScanWindows = append(p.s.ScanWindows, w)
}

func (p *parser) window(path []string, v cty.Value) (Window, bool) {
	before := len(p.problems)
	attrs := p.object(path, v, windowTypes)
	if len(p.problems) > before {
		return Window{}, false
	}
	at := func(name string) []string { return append(slices.Clone(path), name) }
	w := Window{Days: everyDay(), Zone: time.UTC}
	if days, ok := attrs["days"]; ok {
		w.Days = p.days(at("days"), days)
	}
	for _, time := range []struct {
		name string
		to   *int
	}{{"start", &w.Start}, {"end", &w.End}} {
		text, ok := attrs[time.name]
		if !ok {
			p.fail(path, "has no %s", time.name)
			continue
		}
		*time.to = p.timeOfDay(at(time.name), text.AsString())
	}
	if zone, ok := attrs["time_zone"]; ok {
		w.Zone = p.zone(at("time_zone"), zone.AsString())
	}
	if len(p.problems) > before {
		return Window{}, false
	}
	switch {
	case w.Start == 24*60:
		p.fail(at("start"), "24:00 is the end of a day; a window opens at 00:00")
	case w.Start == w.End:
		p.fail(path, "opens and closes at %s, so it never opens; the whole day is 00:00 to 24:00", clock(w.Start))
	}
	return w, len(p.problems) == before
}

func everyDay() []time.Weekday { return []time.Weekday{0, 1, 2, 3, 4, 5, 6} }

// days reads names such as "mon", "Monday" and ranges such as "mon-fri".
func (p *parser) days(path []string, list cty.Value) []time.Weekday {
	days, before := []time.Weekday{}, len(p.problems)
	for _, text := range p.strings(path, list) {
		first, last, isRange := strings.Cut(text, "-")
		if !isRange {
			last = first
		}
		from, okFrom := weekday(first)
		to, okTo := weekday(last)
		if !okFrom || !okTo {
			p.fail(path, "%q is no day of the week such as \"mon\" or \"mon-fri\"", text)
			continue
		}
		for d := from; ; d = (d + 1) % 7 {
			days = append(days, d)
			if d == to {
				break
			}
		}
	}
	if len(days) == 0 && len(p.problems) == before {
		p.fail(path, "holds no day, so the window never opens")
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// weekday reads "mon" or "monday" in any case.
func weekday(s string) (time.Weekday, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	for _, d := range everyDay() {
		if name := strings.ToLower(d.String()); s == name || s == name[:3] {
			return d, true
		}
	}
	return 0, false
}

var timeOfDay = regexp.MustCompile(`^([01][0-9]|2[0-3]):([0-5][0-9])$|^24:00$`)

// timeOfDay reads "22:30" as a minute of the day.
func (p *parser) timeOfDay(path []string, text string) int {
	if !timeOfDay.MatchString(text) {
		p.fail(path, "%q is no time of the day such as \"06:30\" or \"24:00\"", text)
		return 0
	}
	var hour, minute int
	if _, err := fmt.Sscanf(text, "%d:%d", &hour, &minute); err != nil {
		p.fail(path, "%q is no time of the day: %s", text, err)
	}
	return hour*60 + minute
}

// zone reads the name of a time zone. "Local" is none: it would mean something
// else on every machine.
func (p *parser) zone(path []string, name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		p.fail(path, "%q is no time zone of the IANA database such as \"Europe/Berlin\" or \"UTC\"", name)
		return time.UTC
	}
	return zone
}
