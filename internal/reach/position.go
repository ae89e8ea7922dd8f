package reach

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
)

// position is the place of an address in the address space of its family, as
// one number of 128 bits. It makes the cutting of ranges into prefixes a
// matter of a few instructions for each prefix.
type position struct{ hi, lo uint64 }

func positionOf(a netip.Addr) position {
	if a.Is4() {
		b := a.As4()
		return position{0, uint64(binary.BigEndian.Uint32(b[:]))}
	}
	b := a.As16()
	return position{binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])}
}

// addr returns the address at p in a family whose addresses are width bits wide.
func (p position) addr(width int) netip.Addr {
	if width == 32 {
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], uint32(p.lo))
		return netip.AddrFrom4(b)
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], p.hi)
	binary.BigEndian.PutUint64(b[8:], p.lo)
	return netip.AddrFrom16(b)
}

// zeros returns how many low bits of p are zero, width at most.
func (p position) zeros(width int) int {
	if p.lo != 0 {
		return bits.TrailingZeros64(p.lo)
	}
	return min(64+bits.TrailingZeros64(p.hi), width)
}

// minus returns p - q, which must not be below zero.
func (p position) minus(q position) position {
	lo, borrow := bits.Sub64(p.lo, q.lo, 0)
	hi, _ := bits.Sub64(p.hi, q.hi, borrow)
	return position{hi, lo}
}

// next returns p + 1.
func (p position) next() position {
	lo, carry := bits.Add64(p.lo, 1, 0)
	return position{p.hi + carry, lo}
}

// blockBits returns the binary logarithm of the largest block of addresses
// that fits when p more follow the first, width at most.
func (p position) blockBits(width int) int {
	q := p.next() // how many addresses there are; zero when they are all of IPv6
	switch {
	case q == position{}:
		return width
	case q.hi != 0:
		return 63 + bits.Len64(q.hi)
	}
	return bits.Len64(q.lo) - 1
}

// plusOnes returns p with its n low bits, which must be zero, set.
func (p position) plusOnes(n int) position {
	switch {
	case n == 0:
		return p
	case n <= 64:
		return position{p.hi, p.lo | ^uint64(0)>>(64-n)}
	}
	return position{p.hi | ^uint64(0)>>(128-n), ^uint64(0)}
}
