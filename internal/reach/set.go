package reach

import (
	"iter"
	"math"
	"net/netip"
	"slices"
)

// Family is an address family.
type Family int

// The families.
const (
	IPv4 Family = 4
	IPv6 Family = 6
)

// String returns "IPv4" or "IPv6".
func (f Family) String() string {
	if f == IPv6 {
		return "IPv6"
	}
	return "IPv4"
}

// Of returns the family of addr; an IPv4-mapped address is IPv4.
func Of(addr netip.Addr) Family {
	if addr.Unmap().Is4() {
		return IPv4
	}
	return IPv6
}

// span is an inclusive range of addresses of one family.
type span struct{ lo, hi netip.Addr }

// Set is a set of addresses of both families, held as sorted, disjoint,
// non-adjacent spans. The zero value is empty. A Set is immutable.
type Set struct{ spans []span }

// SetOf returns the addresses in any of the prefixes. Host bits are ignored.
func SetOf(prefixes ...netip.Prefix) Set {
	spans := make([]span, 0, len(prefixes))
	for _, p := range prefixes {
		if p.IsValid() {
			spans = append(spans, span{p.Masked().Addr(), lastAddr(p)})
		}
	}
	return normalise(spans)
}

// SetOfRange returns the addresses from lo to hi, both included, and the empty
// set when lo is greater than hi or the families differ.
func SetOfRange(lo, hi netip.Addr) Set {
	if !lo.IsValid() || lo.BitLen() != hi.BitLen() || hi.Less(lo) {
		return Set{}
	}
	return Set{[]span{{lo, hi}}}
}

func lastAddr(p netip.Prefix) netip.Addr {
	bytes := p.Masked().Addr().AsSlice()
	for bit := p.Bits(); bit < len(bytes)*8; bit++ {
		bytes[bit/8] |= 1 << (7 - bit%8)
	}
	last, _ := netip.AddrFromSlice(bytes)
	return last
}

func normalise(spans []span) Set {
	slices.SortFunc(spans, func(a, b span) int { return a.lo.Compare(b.lo) })
	var merged []span
	for _, s := range spans {
		if n := len(merged); n > 0 && joins(merged[n-1], s) {
			if merged[n-1].hi.Less(s.hi) {
				merged[n-1].hi = s.hi
			}
			continue
		}
		merged = append(merged, s)
	}
	return Set{merged}
}

// joins reports whether b, which does not start before a, overlaps or touches a.
func joins(a, b span) bool {
	return a.hi.BitLen() == b.lo.BitLen() && (!a.hi.Less(b.lo) || a.hi.Next() == b.lo)
}

// IsEmpty reports whether s holds no address.
func (s Set) IsEmpty() bool { return len(s.spans) == 0 }

// Equal reports whether both sets hold the same addresses.
func (s Set) Equal(t Set) bool { return slices.Equal(s.spans, t.spans) }

// Union returns the addresses in s or t.
func (s Set) Union(t Set) Set {
	switch {
	case t.In(s):
		return s
	case s.In(t):
		return t
	}
	return normalise(slices.Concat(s.spans, t.spans))
}

// In reports whether t holds every address of s.
func (s Set) In(t Set) bool {
	if s.is(t) {
		return true
	}
	j := 0
	for _, a := range s.spans {
		for j < len(t.spans) && t.spans[j].hi.Less(a.lo) {
			j++
		}
		if j == len(t.spans) || a.lo.Less(t.spans[j].lo) || t.spans[j].hi.Less(a.hi) {
			return false
		}
	}
	return true
}

// is reports whether s and t are one and the same, which most sets of a path
// are: nothing has been worked out between them.
func (s Set) is(t Set) bool {
	return len(s.spans) == len(t.spans) && (len(s.spans) == 0 || &s.spans[0] == &t.spans[0])
}

// meets reports whether an address is in both s and t.
func (s Set) meets(t Set) bool {
	for i, j := 0, 0; i < len(s.spans) && j < len(t.spans); {
		switch a, b := s.spans[i], t.spans[j]; {
		case a.hi.Less(b.lo):
			i++
		case b.hi.Less(a.lo):
			j++
		default:
			return true
		}
	}
	return false
}

// Intersect returns the addresses in both s and t. That is one of the two
// nearly always, and then nothing is copied.
func (s Set) Intersect(t Set) Set {
	switch {
	case s.In(t):
		return s
	case t.In(s):
		return t
	}
	var out []span
	for i, j := 0, 0; i < len(s.spans) && j < len(t.spans); {
		a, b := s.spans[i], t.spans[j]
		lo, hi := later(a.lo, b.lo), earlier(a.hi, b.hi)
		if lo.BitLen() == hi.BitLen() && !hi.Less(lo) {
			out = append(out, span{lo, hi})
		}
		if a.hi.Less(b.hi) {
			i++
		} else {
			j++
		}
	}
	return Set{out}
}

// Minus returns the addresses in s that are not in t.
func (s Set) Minus(t Set) Set {
	switch {
	case s.In(t):
		return Set{}
	case !s.meets(t):
		return s
	}
	var out []span
	for _, a := range s.spans {
		rest, open := a, true
		for _, b := range t.spans {
			if b.hi.Less(rest.lo) || rest.hi.Less(b.lo) {
				continue
			}
			if rest.lo.Less(b.lo) {
				out = append(out, span{rest.lo, b.lo.Prev()})
			}
			if !b.hi.Less(rest.hi) {
				open = false
				break
			}
			rest.lo = b.hi.Next()
		}
		if open {
			out = append(out, rest)
		}
	}
	return Set{out}
}

func later(a, b netip.Addr) netip.Addr {
	if a.Less(b) {
		return b
	}
	return a
}

func earlier(a, b netip.Addr) netip.Addr {
	if b.Less(a) {
		return b
	}
	return a
}

// Contains reports whether addr is in s.
func (s Set) Contains(addr netip.Addr) bool {
	return slices.ContainsFunc(s.spans, func(p span) bool { return !addr.Less(p.lo) && !p.hi.Less(addr) && addr.BitLen() == p.lo.BitLen() })
}

// Only returns the addresses of one family.
func (s Set) Only(f Family) Set {
	var out []span
	for _, p := range s.spans {
		if Of(p.lo) == f {
			out = append(out, p)
		}
	}
	return Set{out}
}

// Size returns how many addresses s holds, rounded for large IPv6 sets.
func (s Set) Size() float64 {
	total := 0.0
	for _, p := range s.spans {
		total += number(p.hi) - number(p.lo) + 1
	}
	return total
}

// number maps an address to its position in its family's address space.
func number(a netip.Addr) float64 {
	n := 0.0
	for _, b := range a.AsSlice() {
		n = n*256 + float64(b)
	}
	return n
}

// Prefixes returns s as the fewest prefixes, in address order.
func (s Set) Prefixes() []netip.Prefix {
	out := []netip.Prefix{}
	for p := range s.prefixes() {
		out = append(out, p)
	}
	return out
}

// prefixes yields what Prefixes lists.
func (s Set) prefixes() iter.Seq[netip.Prefix] {
	return func(yield func(netip.Prefix) bool) {
		for _, p := range s.spans {
			width := p.lo.BitLen()
			last := positionOf(p.hi)
			for at := positionOf(p.lo); ; {
				free := min(at.zeros(width), last.minus(at).blockBits(width))
				if !yield(netip.PrefixFrom(at.addr(width), width-free)) {
					return
				}
				end := at.plusOnes(free)
				if end == last {
					break
				}
				at = end.next()
			}
		}
	}
}

// widestV6 returns the shortest IPv6 prefix length inside s, 129 without any.
func (s Set) widestV6() int {
	best := 129
	for p := range s.Only(IPv6).prefixes() {
		best = min(best, p.Bits())
	}
	return best
}

// broadV4 is how many IPv4 addresses make a source broad: a /8.
var broadV4 = math.Pow(2, 24)
