package reach_test

import (
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/google/go-cmp/cmp"
)

func setOf(t testing.TB, texts ...string) reach.Set {
	t.Helper()
	var out reach.Set
	for _, text := range texts {
		s, ok := reach.ParseSource(text)
		if !ok {
			t.Fatalf("ParseSource(%q) does not read it", text)
		}
		out = out.Union(s)
	}
	return out
}

func texts(s reach.Set) []string {
	out := []string{}
	for _, p := range s.Prefixes() {
		out = append(out, p.String())
	}
	return out
}

func TestSetOperations(t *testing.T) {
	tests := []struct {
		name string
		got  reach.Set
		want []string
	}{
		{"two halves are the whole", setOf(t, "0.0.0.0/1", "128.0.0.0/1"), []string{"0.0.0.0/0"}},
		{"neighbours join", setOf(t, "10.0.0.0/25", "10.0.0.128/25"), []string{"10.0.0.0/24"}},
		{"families stay apart", setOf(t, "255.255.255.255", "::/128"), []string{"255.255.255.255/32", "::/128"}},
		{"minus a middle", setOf(t, "10.0.0.0/30").Minus(setOf(t, "10.0.0.1-10.0.0.2")), []string{"10.0.0.0/32", "10.0.0.3/32"}},
		{"minus the start", setOf(t, "0.0.0.0/0").Minus(setOf(t, "0.0.0.0/1")), []string{"128.0.0.0/1"}},
		{"minus the end", setOf(t, "0.0.0.0/0").Minus(setOf(t, "128.0.0.0/1")), []string{"0.0.0.0/1"}},
		{"minus the last address", setOf(t, "255.255.255.254/31").Minus(setOf(t, "255.255.255.255")), []string{"255.255.255.254/32"}},
		{"minus several", setOf(t, "10.0.0.0/29").Minus(setOf(t, "10.0.0.1", "10.0.0.6")), []string{"10.0.0.0/32", "10.0.0.2/31", "10.0.0.4/31", "10.0.0.7/32"}},
		{"minus another family", setOf(t, "10.0.0.0/8").Minus(setOf(t, "::/0")), []string{"10.0.0.0/8"}},
		{"minus of both families", setOf(t, "any").Minus(setOf(t, "0.0.0.0/0")), []string{"::/0"}},
		{"intersection", setOf(t, "10.0.0.0/8", "2001:db8::/32").Intersect(setOf(t, "10.1.0.0/16", "::/0")), []string{"10.1.0.0/16", "2001:db8::/32"}},
		{"one inside the other", setOf(t, "203.0.113.7").Intersect(setOf(t, "any")), []string{"203.0.113.7/32"}},
		{"a part added to the whole", setOf(t, "any").Union(setOf(t, "203.0.113.7")), []string{"0.0.0.0/0", "::/0"}},
		{"minus a larger one", setOf(t, "203.0.113.7").Minus(setOf(t, "any")), []string{}},
		{"one family of both", setOf(t, "any").Only(reach.IPv6), []string{"::/0"}},
		{"a range", setOf(t, "10.0.0.1-10.0.0.6"), []string{"10.0.0.1/32", "10.0.0.2/31", "10.0.0.4/31", "10.0.0.6/32"}},
		{"nothing", reach.Set{}, []string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, texts(tt.got)); diff != "" {
				t.Errorf("Prefixes (-want +got):\n%s", diff)
			}
		})
	}
}

// The laws hold for every address of a small network, over many random sets.
func TestSetLawsHoldForEveryAddress(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	base := netip.MustParseAddr("192.0.2.0").As4()
	at := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{base[0], base[1], base[2], byte(i)}) }
	draw := func() (reach.Set, [256]bool) {
		var s reach.Set
		var in [256]bool
		for range random.IntN(5) {
			lo := random.IntN(256)
			hi := min(255, lo+random.IntN(64))
			s = s.Union(reach.SetOfRange(at(lo), at(hi)))
			for i := lo; i <= hi; i++ {
				in[i] = true
			}
		}
		return s, in
	}
	for range 500 {
		a, inA := draw()
		b, inB := draw()
		union, both, minus := a.Union(b), a.Intersect(b), a.Minus(b)
		size, within := 0.0, true
		for i := range 256 {
			addr := at(i)
			within = within && (!inA[i] || inB[i])
			if union.Contains(addr) != (inA[i] || inB[i]) || both.Contains(addr) != (inA[i] && inB[i]) || minus.Contains(addr) != (inA[i] && !inB[i]) {
				t.Fatalf("%s of %v and %v: union %v, intersection %v, minus %v", addr, texts(a), texts(b), texts(union), texts(both), texts(minus))
			}
			if inA[i] {
				size++
			}
		}
		if a.In(b) != within || !both.In(a) || !both.In(b) || !minus.In(a) || !a.In(union) {
			t.Fatalf("%v in %v: %t, want %t; and what is made of two sets in the larger", texts(a), texts(b), a.In(b), within)
		}
		if a.Size() != size || !reach.SetOf(a.Prefixes()...).Equal(a) {
			t.Fatalf("%v: size %v, want %v, and prefixes that are the same set", texts(a), a.Size(), size)
		}
	}
}

func TestScopeOf(t *testing.T) {
	tests := []struct {
		sources []string
		want    exposure.SourceScope
	}{
		{[]string{"0.0.0.0/0"}, exposure.ScopeWorld},
		{[]string{"0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/2"}, exposure.ScopeWorld},
		{[]string{"::/0"}, exposure.ScopeWorld},
		{[]string{"0.0.0.0/3"}, exposure.ScopeBroad},
		{[]string{"8.0.0.0/8"}, exposure.ScopeBroad},
		{[]string{"8.0.0.0/9"}, exposure.ScopeRestricted},
		{[]string{"203.0.113.7"}, exposure.ScopeRestricted},
		{[]string{"2001:db8::/32"}, exposure.ScopeRestricted},
		{[]string{"2a00::/20"}, exposure.ScopeBroad},
		{[]string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"}, exposure.ScopeNone},
		{[]string{"fd00::/8", "fe80::/10"}, exposure.ScopeNone},
		{nil, exposure.ScopeNone},
	}
	for _, tt := range tests {
		if got := reach.ScopeOf(setOf(t, tt.sources...)); got != tt.want {
			t.Errorf("ScopeOf(%v) = %s, want %s", tt.sources, got, tt.want)
		}
	}
}

// Ranges are cut from their ends, where carries and whole address spaces are.
func TestPrefixesOfAnyRangeAreTheRangeAndAreFewest(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	draw := func(wide bool) netip.Addr {
		var b [16]byte
		for i := range b {
			b[i] = []byte{0, 0xff, byte(random.Uint32())}[random.IntN(3)]
		}
		if !wide {
			return netip.AddrFrom4([4]byte(b[:4]))
		}
		return netip.AddrFrom16(b)
	}
	sets := []reach.Set{setOf(t, "::/0"), setOf(t, "0.0.0.0/0"), setOf(t, "*"), setOf(t, "::/64"), setOf(t, "0.0.0.0/0").Minus(setOf(t, "255.255.255.255"))}
	for i := range 2000 {
		lo, hi := draw(i%2 == 0), draw(i%2 == 0)
		if hi.Less(lo) {
			lo, hi = hi, lo
		}
		if !lo.Is4In6() && !hi.Is4In6() {
			sets = append(sets, reach.SetOfRange(lo, hi))
		}
	}
	for _, s := range sets {
		list := s.Prefixes()
		if !reach.SetOf(list...).Equal(s) {
			t.Fatalf("Prefixes = %v, which is another set", list)
		}
		for i := 1; i < len(list); i++ {
			wider := netip.PrefixFrom(list[i-1].Addr(), list[i-1].Bits()-1)
			if list[i-1].Bits() == list[i].Bits() && wider.IsValid() && wider.Masked().Addr() == list[i-1].Addr() && wider.Contains(list[i].Addr()) {
				t.Fatalf("Prefixes has %s and %s, want %s instead", list[i-1], list[i], wider)
			}
		}
	}
}

func BenchmarkScopeOfWorldWideIPv6(b *testing.B) {
	odd := reach.SetOfRange(netip.MustParseAddr("2000::1"), netip.MustParseAddr("3fff:ffff:ffff:ffff:ffff:ffff:ffff:fffe"))
	for b.Loop() {
		odd.Prefixes()
	}
}
