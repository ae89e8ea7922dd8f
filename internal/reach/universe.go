package reach

import (
	"net/netip"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Public returns every address of the family that a host on the internet can
// have. Source: the IANA special-purpose registries. The documentation ranges
// stay inside, so that examples behave like real addresses.
func Public(f Family) Set {
	if f == IPv6 {
		return publicV6
	}
	return publicV4
}

var (
	publicV4 = prefixes("0.0.0.0/0").Minus(prefixes(
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
		"192.0.0.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4"))
	publicV6 = prefixes("2000::/3").Minus(prefixes("2001::/23", "2002::/16"))
)

func prefixes(texts ...string) Set {
	parsed := make([]netip.Prefix, len(texts))
	for i, t := range texts {
		parsed[i] = netip.MustParsePrefix(t)
	}
	return SetOf(parsed...)
}

// ScopeOf says how much of the internet s is: world for at least half of a
// family's public addresses, broad from a /8 (IPv4) or a /20 (IPv6) on,
// restricted for anything smaller, none for nothing.
func ScopeOf(s Set) exposure.SourceScope {
	v4, v6 := s.Intersect(publicV4), s.Intersect(publicV6)
	switch {
	case v4.Size() >= publicV4.Size()/2, v6.Size() >= publicV6.Size()/2:
		return exposure.ScopeWorld
	case v4.Size() >= broadV4, v6.widestV6() <= 20:
		return exposure.ScopeBroad
	case !v4.IsEmpty(), !v6.IsEmpty():
		return exposure.ScopeRestricted
	}
	return exposure.ScopeNone
}

// wide reports whether s reaches the scope from which on an endpoint counts as
// exposed to an arbitrary internet host.
func wide(s Set) bool {
	scope := ScopeOf(s)
	return scope == exposure.ScopeWorld || scope == exposure.ScopeBroad
}
