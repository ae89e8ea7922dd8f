package exposure_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

func ports(pairs ...uint16) []exposure.PortRange {
	ranges := []exposure.PortRange{}
	for i := 0; i < len(pairs); i += 2 {
		ranges = append(ranges, exposure.PortRange{Lo: pairs[i], Hi: pairs[i+1]})
	}
	return ranges
}

func TestParsePortRange(t *testing.T) {
	good := map[string]exposure.PortRange{
		"443":       {Lo: 443, Hi: 443},
		"0":         {Lo: 0, Hi: 0},
		"0080":      {Lo: 80, Hi: 80},
		"8000-8100": {Lo: 8000, Hi: 8100},
		"22-22":     {Lo: 22, Hi: 22},
		"0-65535":   exposure.AllPorts,
		"all":       exposure.AllPorts,
	}
	for text, want := range good {
		if got, err := exposure.ParsePortRange(text); err != nil || got != want {
			t.Errorf("ParsePortRange(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
	const notAPort = " is not a number from 0 to 65535, a range such as 8000-8100, or all"
	bad := map[string]string{
		"":         `port ""` + notAPort,
		" 22":      `port " 22"` + notAPort,
		"65536":    `port "65536"` + notAPort,
		"-1":       `port "-1"` + notAPort,
		"+1":       `port "+1"` + notAPort,
		"22-":      `port "22-"` + notAPort,
		"1-2-3":    `port "1-2-3"` + notAPort,
		"ssh":      `port "ssh"` + notAPort,
		"ALL":      `port "ALL"` + notAPort,
		"0x16":     `port "0x16"` + notAPort,
		"٢٢":       `port "٢٢"` + notAPort,
		"99999999": `port "99999999"` + notAPort,
		"90-80":    `port range "90-80" ends before it begins`,
	}
	for text, want := range bad {
		if got, err := exposure.ParsePortRange(text); err == nil || err.Error() != want {
			t.Errorf("ParsePortRange(%q) = %v, %v, want error %s", text, got, err, want)
		}
	}
}

func TestAPortRangeIsReadAsItIsWritten(t *testing.T) {
	for _, r := range ports(22, 22, 0, 65535, 8000, 8100, 65535, 65535) {
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var back exposure.PortRange
		if err := json.Unmarshal(text, &back); err != nil || back != r {
			t.Errorf("%s is read as %v, %v, want %v", text, back, err, r)
		}
	}
	var r exposure.PortRange
	if err := json.Unmarshal([]byte(`"http"`), &r); err == nil {
		t.Errorf(`"http" is read as %v, want an error`, r)
	}
}

func TestMergePortRanges(t *testing.T) {
	tests := []struct {
		name     string
		in, want []exposure.PortRange
		count    int
		text     string
	}{
		{"none", nil, ports(), 0, ""},
		{"neighbours join", ports(23, 23, 22, 22), ports(22, 23), 2, "22-23"},
		{"a gap of one stays", ports(22, 22, 24, 24), ports(22, 22, 24, 24), 2, "22, 24"},
		{"one inside another", ports(1, 100, 5, 6), ports(1, 100), 100, "1-100"},
		{"overlap", ports(50, 150, 1, 100), ports(1, 150), 150, "1-150"},
		{"twice", ports(443, 443, 443, 443), ports(443, 443), 1, "443"},
		{"the highest port does not wrap round", ports(65535, 65535, 0, 0), ports(0, 0, 65535, 65535), 2, "0, 65535"},
		{"everything", ports(0, 32767, 32768, 65535), ports(0, 65535), 65536, "0-65535"},
	}
	for _, test := range tests {
		before := append([]exposure.PortRange{}, test.in...)
		got := exposure.MergePortRanges(test.in)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: MergePortRanges(%v) (-want +got):\n%s", test.name, test.in, diff)
		}
		if diff := cmp.Diff(before, append([]exposure.PortRange{}, test.in...)); diff != "" {
			t.Errorf("%s: MergePortRanges changed its argument (-before +after):\n%s", test.name, diff)
		}
		if n := exposure.CountPorts(got); n != test.count {
			t.Errorf("%s: CountPorts(%v) = %d, want %d", test.name, got, n, test.count)
		}
		if text := exposure.FormatPorts(got); text != test.text {
			t.Errorf("%s: FormatPorts(%v) = %q, want %q", test.name, got, text, test.text)
		}
	}
}

func TestContainsHoldsAtBothEnds(t *testing.T) {
	r := exposure.PortRange{Lo: 8000, Hi: 8100}
	for port, want := range map[uint16]bool{7999: false, 8000: true, 8050: true, 8100: true, 8101: false} {
		if got := r.Contains(port); got != want {
			t.Errorf("%v.Contains(%d) = %v, want %v", r, port, got, want)
		}
	}
}

func TestSubtractPorts(t *testing.T) {
	tests := []struct{ a, b, want []exposure.PortRange }{
		{nil, nil, ports()},
		{ports(22, 22), nil, ports(22, 22)},
		{ports(22, 22), ports(22, 22), ports()},
		{ports(80, 90), ports(85, 85), ports(80, 84, 86, 90)},
		{ports(80, 90), ports(70, 80, 90, 99), ports(81, 89)},
		{ports(80, 90, 100, 110), ports(85, 105), ports(80, 84, 106, 110)},
		{ports(0, 65535), ports(0, 0, 65535, 65535), ports(1, 65534)},
		{ports(1, 1), ports(0, 65535), ports()},
		{ports(5, 6, 1, 4), ports(9, 9), ports(1, 6)},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, exposure.SubtractPorts(test.a, test.b)); diff != "" {
			t.Errorf("SubtractPorts(%v, %v) (-want +got):\n%s", test.a, test.b, diff)
		}
	}
}
