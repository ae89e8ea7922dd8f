package exposure

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// PortRange is an inclusive range of TCP or UDP ports, Lo ≤ Hi.
type PortRange struct{ Lo, Hi uint16 }

// AllPorts is every port, written "all" by users and "0-65535" in reports.
var AllPorts = PortRange{0, 65535}

// String returns "22" for a single port and "8000-8100" for several.
func (r PortRange) String() string {
	if r.Lo == r.Hi {
		return strconv.Itoa(int(r.Lo))
	}
	return fmt.Sprintf("%d-%d", r.Lo, r.Hi)
}

// Count returns the number of ports in r, 1 to 65,536.
func (r PortRange) Count() int { return int(r.Hi) - int(r.Lo) + 1 }

// Contains reports whether port lies in r.
func (r PortRange) Contains(port uint16) bool { return r.Lo <= port && port <= r.Hi }

// MarshalText writes r as String does.
func (r PortRange) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (r *PortRange) UnmarshalText(text []byte) error {
	v, err := ParsePortRange(string(text))
	if err != nil {
		return err
	}
	*r = v
	return nil
}

// ParsePortRange reads "443", "8000-8100" or "all". A port is 0 to 65535 in
// decimal digits; the lower end comes first.
func ParsePortRange(s string) (PortRange, error) {
	if s == "all" {
		return AllPorts, nil
	}
	lo, hi, isRange := strings.Cut(s, "-")
	if !isRange {
		hi = lo
	}
	l, errLo := parsePort(lo)
	h, errHi := parsePort(hi)
	switch {
	case errLo != nil || errHi != nil:
		return PortRange{}, fmt.Errorf("port %q is not a number from 0 to 65535, a range such as 8000-8100, or all", s)
	case l > h:
		return PortRange{}, fmt.Errorf("port range %q ends before it begins", s)
	}
	return PortRange{l, h}, nil
}

func parsePort(s string) (uint16, error) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, strconv.ErrSyntax
	}
	n, err := strconv.ParseUint(s, 10, 16)
	return uint16(n), err
}

// MergePortRanges returns the same ports as the fewest ranges, ascending. The
// result is never nil.
func MergePortRanges(ranges []PortRange) []PortRange {
	sorted := slices.Clone(ranges)
	slices.SortFunc(sorted, func(a, b PortRange) int {
		if a.Lo != b.Lo {
			return int(a.Lo) - int(b.Lo)
		}
		return int(a.Hi) - int(b.Hi)
	})
	merged := []PortRange{}
	for _, r := range sorted {
		if last := len(merged) - 1; last >= 0 && int(r.Lo) <= int(merged[last].Hi)+1 {
			merged[last].Hi = max(merged[last].Hi, r.Hi)
			continue
		}
		merged = append(merged, r)
	}
	return merged
}

// SubtractPorts returns the ports of a that are not in b, as the fewest ranges,
// ascending and never nil.
func SubtractPorts(a, b []PortRange) []PortRange {
	left := MergePortRanges(a)
	for _, taken := range b {
		rest := []PortRange{}
		for _, r := range left {
			if taken.Hi < r.Lo || r.Hi < taken.Lo {
				rest = append(rest, r)
				continue
			}
			if r.Lo < taken.Lo {
				rest = append(rest, PortRange{r.Lo, taken.Lo - 1})
			}
			if taken.Hi < r.Hi {
				rest = append(rest, PortRange{taken.Hi + 1, r.Hi})
			}
		}
		left = rest
	}
	return left
}

// CountPorts returns the number of ports in merged, disjoint ranges.
func CountPorts(ranges []PortRange) int {
	n := 0
	for _, r := range ranges {
		n += r.Count()
	}
	return n
}

// FormatPorts returns the ranges as a report lists them, "22, 8000-8100".
func FormatPorts(ranges []PortRange) string {
	texts := make([]string, len(ranges))
	for i, r := range ranges {
		texts[i] = r.String()
	}
	return strings.Join(texts, ", ")
}
