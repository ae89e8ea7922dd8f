package settings_test

import (
	"slices"
	"testing"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
)

// window declares one scan window. Empty texts are left out.
func window(days []string, start, end, zone string) cty.Value {
	attrs := map[string]cty.Value{}
	for name, s := range map[string]string{"start": start, "end": end, "time_zone": zone} {
		if s != "" {
			attrs[name] = text(s)
		}
	}
	if days != nil {
		attrs["days"] = list(days...)
	}
	return cty.ObjectVal(attrs)
}

func windows(t *testing.T, declared ...cty.Value) settings.Settings {
	t.Helper()
	s, problems := settings.Parse(map[string]cty.Value{"scan_windows": cty.TupleVal(declared)})
	if len(problems) > 0 {
		t.Fatalf("Parse: %v", problems)
	}
	return s
}

func TestAWindowGoesByTheClockOnTheWall(t *testing.T) {
	night := windows(t, window([]string{"mon-fri"}, "22:00", "04:00", "Europe/Berlin"))
	small := windows(t, window(nil, "02:15", "02:45", "Europe/Berlin"))
	tests := []struct {
		name string
		s    settings.Settings
		at   string
		want bool
	}{
		{"no windows", settings.Default(), "2026-11-22T12:00:00Z", true},
		{"before it opens", night, "2026-11-23T20:59:59Z", false}, // Monday, 21:59:59 in Berlin
		{"as it opens", night, "2026-11-23T21:00:00Z", true},
		{"after midnight", night, "2026-11-24T02:59:59Z", true},
		{"as it closes", night, "2026-11-24T03:00:00Z", false},
		{"after midnight of its last day", night, "2026-11-28T02:00:00Z", true}, // Saturday, opened on Friday
		{"the evening of a day that is none", night, "2026-11-28T22:00:00Z", false},
		{"after midnight of a day that is none", night, "2026-11-30T01:00:00Z", false}, // Monday, 02:00
		{"summer time", night, "2026-07-06T20:00:00Z", true},                           // Monday, 22:00
		{"an hour that is skipped", small, "2026-03-29T01:30:00Z", false},              // 03:30, after 01:59
		{"an hour that comes twice, first", small, "2026-10-25T00:30:00Z", true},
		{"an hour that comes twice, again", small, "2026-10-25T01:30:00Z", true},
		{"until the end of the day", windows(t, window([]string{"Sunday"}, "00:00", "24:00", "")), "2026-11-22T23:59:59Z", true},
		{"the minute after the whole day", windows(t, window([]string{"sun"}, "00:00", "24:00", "")), "2026-11-23T00:00:00Z", false},
		{"days across the weekend", windows(t, window([]string{"sat-mon"}, "10:00", "11:00", "UTC")), "2026-11-23T10:30:00Z", true},
	}
	for _, test := range tests {
		at, err := time.Parse(time.RFC3339, test.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := test.s.InWindow(at); got != test.want {
			t.Errorf("%s: InWindow(%s) = %v, want %v", test.name, test.at, got, test.want)
		}
	}
}

func TestTheNextWindowIsFoundAcrossDaysAndClockChanges(t *testing.T) {
	tests := []struct {
		name, at, want string
		declared       cty.Value
	}{
		{"later today", "2026-11-23T12:00:30Z", "2026-11-23T22:00:00Z", window(nil, "22:00", "23:00", "UTC")},
		{"next week", "2026-11-23T12:00:00Z", "2026-11-29T00:00:00Z", window([]string{"sun"}, "00:00", "24:00", "")},
		{"open already", "2026-11-22T12:00:00Z", "", window([]string{"sun"}, "00:00", "24:00", "")},
		{"skipped by summer time", "2026-03-29T00:30:00Z", "2026-03-30T00:15:00Z", window(nil, "02:15", "02:45", "Europe/Berlin")},
	}
	for _, test := range tests {
		at, err := time.Parse(time.RFC3339, test.at)
		if err != nil {
			t.Fatal(err)
		}
		next, ok := windows(t, test.declared).NextWindow(at)
		got := ""
		if ok {
			got = next.UTC().Format(time.RFC3339)
		}
		if got != test.want {
			t.Errorf("%s: NextWindow(%s) = %q, want %q", test.name, test.at, got, test.want)
		}
	}
}

func TestABadWindowGivesOneSentence(t *testing.T) {
	list := func(declared ...cty.Value) cty.Value { return cty.TupleVal(declared) }
	tests := []struct {
		value cty.Value
		want  string
	}{
		{text("22:00"), `scan_windows: has to be a list of objects, not this string`},
		{list(), `scan_windows: holds no window, so nothing would ever be probed; leave it out to probe at any time`},
		{list(text("22:00")), `scan_windows.0: has to be an object with some of days, end, start, time_zone, not this string`},
		{list(cty.NullVal(cty.EmptyObject)), `scan_windows.0: is null`},
		{list(window(nil, "22:00", "", "")), `scan_windows.0: has no end`},
		{list(window(nil, "", "04:00", "")), `scan_windows.0: has no start`},
		{list(window(nil, "25:00", "04:00", "")), `scan_windows.0.start: "25:00" is no time of the day such as "06:30" or "24:00"`},
		{list(window(nil, "2:00", "04:00", "")), `scan_windows.0.start: "2:00" is no time of the day such as "06:30" or "24:00"`},
		{list(window(nil, "24:00", "04:00", "")), `scan_windows.0.start: 24:00 is the end of a day; a window opens at 00:00`},
		{list(window(nil, "04:00", "04:00", "")), `scan_windows.0: opens and closes at 04:00, so it never opens; the whole day is 00:00 to 24:00`},
		{list(window([]string{}, "04:00", "05:00", "")), `scan_windows.0.days: holds no day, so the window never opens`},
		{list(window([]string{"mond"}, "04:00", "05:00", "")), `scan_windows.0.days: "mond" is no day of the week such as "mon" or "mon-fri"`},
		{list(window(nil, "04:00", "05:00", "Europe/Berlino")), `scan_windows.0.time_zone: "Europe/Berlino" is no time zone of the IANA database such as "Europe/Berlin" or "UTC"`},
		{list(window(nil, "04:00", "05:00", "Local")), `scan_windows.0.time_zone: "Local" is no time zone of the IANA database such as "Europe/Berlin" or "UTC"`},
		{list(window([]string{"mon"}, "22:00", "04:00", ""), window([]string{"tue"}, "03:00", "05:00", "")),
			`scan_windows.1: Tue 03:00 to 05:00 UTC overlaps Mon 22:00 to 04:00 UTC`},
		{list(window(nil, "04:00", "05:00", "UTC"), window(nil, "06:30", "07:00", "Europe/Berlin")), // in summer only
			`scan_windows.1: every day 06:30 to 07:00 Europe/Berlin overlaps every day 04:00 to 05:00 UTC`},
		{list(slices.Repeat([]cty.Value{window(nil, "04:00", "05:00", "")}, 21)...), `scan_windows: holds 21 windows; at most 20 are possible`},
	}
	for _, test := range tests {
		_, problems := settings.Parse(map[string]cty.Value{"scan_windows": test.value})
		if len(problems) != 1 || problems[0].Error() != test.want {
			t.Errorf("Parse(scan_windows = %#v) = %q, want %q", test.value, problems, test.want)
		}
	}
}

func TestWindowsThatOnlyTouchDoNotOverlap(t *testing.T) {
	windows(t, window(nil, "22:00", "02:00", "UTC"), window(nil, "02:00", "04:00", "UTC"), window(nil, "06:00", "07:00", "Europe/Berlin"))
}
