package probe

import "net/netip"

// network is a range of addresses that is not the public internet. Kind is
// what an address in it is, with its article: "a loopback address".
type network struct {
	prefix netip.Prefix
	kind   string
}

func networks(kind string, prefixes ...string) []network {
	list := make([]network, len(prefixes))
	for i, p := range prefixes {
		list[i] = network{netip.MustParsePrefix(p), kind}
	}
	return list
}

func concat(lists ...[]network) []network {
	var all []network
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

// metadata holds the services through which a cloud hands credentials to its
// own machines. They stay closed even when an allowed network contains them. A
// prefix is wider than one address only where the cloud keeps the whole range
// for such services.
var metadata = networks("a cloud metadata address",
	"169.254.169.0/24", // AWS, Azure, Google, Oracle, OpenStack and others; DNS, NTP and activation beside it
	"169.254.170.0/24", // AWS: ECS tasks, EKS pod identity
	"169.254.42.42/32", // Scaleway
	"169.254.0.23/32",  // Tencent
	"100.100.100.200/32",
	"168.63.129.16/32", // Azure, although the address is public
	"192.0.0.192/32",   // Oracle Cloud Classic
	"fd00:ec2::/32",    // AWS
	"fd20:ce::254/128", // Google
	"fd00:c1::a9fe:a9fe/128",
	"fd00:42::42/128",
	"fd00:a9fe:a9fe::1/128",
	"fd00:100::100:200/128",
	"fe80::a9fe:a9fe/128", // OpenStack
)

// nowhere holds the addresses that name no single host: connecting to them
// reaches this machine or nobody. They stay closed as well.
var nowhere = concat(
	networks("an unspecified address", "0.0.0.0/8", "::/128"),
	networks("a multicast address", "224.0.0.0/4", "ff00::/8"),
	networks("a broadcast address", "255.255.255.255/32"),
)

// special holds what is not public but may be allowed. It follows the IANA
// special-purpose address registries (RFC 6890 and its updates); the more
// specific ranges stand before those that contain them.
//
// The documentation ranges stand here too: the analysis counts them as public
// because examples are written with them, but nothing routes them.
var special = concat(
	networks("a loopback address", "127.0.0.0/8", "::1/128"),
	networks("a private address", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
	networks("a carrier-grade NAT address", "100.64.0.0/10"),
	networks("a link-local address", "169.254.0.0/16", "fe80::/10"),
	networks("a documentation address",
		"192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"),
	networks("a benchmarking address", "198.18.0.0/15", "2001:2::/48"),
	networks("a reserved address",
		"192.0.0.0/24", "192.88.99.0/24", "240.0.0.0/4", "100::/64", "2001::/23", "5f00::/16"),
	networks("a unique local address", "fc00::/7"),
	networks("a site-local address", "fec0::/10"),
	networks("a local NAT64 address", "64:ff9b:1::/48"),
	networks("an IPv4-compatible address", "::/96"),
	networks("an IPv4-translated address", "::ffff:0:0:0/96"),
)

// globalUnicast is the only part of the IPv6 space that is given out to the
// public; everything outside it is reserved.
var globalUnicast = netip.MustParsePrefix("2000::/3")

// find returns the kind of the first range of list that contains addr.
func find(list []network, addr netip.Addr) (kind string, found bool) {
	for _, n := range list {
		if n.prefix.Contains(addr) {
			return n.kind, true
		}
	}
	return "", false
}

// Ranges whose addresses carry an IPv4 address, to which a translator or relay
// on the way delivers the packet.
var (
	nat64Public  = netip.MustParsePrefix("64:ff9b::/96")    // RFC 6052
	nat64Local   = netip.MustParsePrefix("64:ff9b:1::/48")  // RFC 8215
	sixToFour    = netip.MustParsePrefix("2002::/16")       // RFC 3056
	teredo       = netip.MustParsePrefix("2001::/32")       // RFC 4380
	v4Compatible = netip.MustParsePrefix("::/96")           // RFC 4291
	v4Translated = netip.MustParsePrefix("::ffff:0:0:0/96") // RFC 2765
)

// embedded returns the IPv4 addresses that a packet to addr may end up at.
func embedded(addr netip.Addr) []netip.Addr {
	if !addr.Is6() {
		return nil
	}
	b := addr.As16()
	v4 := func(i, j, k, l int) netip.Addr { return netip.AddrFrom4([4]byte{b[i], b[j], b[k], b[l]}) }
	last := v4(12, 13, 14, 15)
	switch {
	case nat64Public.Contains(addr), v4Translated.Contains(addr):
		return []netip.Addr{last}
	case nat64Local.Contains(addr):
		// The operator chooses the length of the prefix, so each place that
		// RFC 6052 defines may hold the address.
		return []netip.Addr{v4(6, 7, 9, 10), v4(7, 9, 10, 11), v4(9, 10, 11, 12), last}
	case sixToFour.Contains(addr):
		return []netip.Addr{v4(2, 3, 4, 5)}
	case teredo.Contains(addr):
		client := netip.AddrFrom4([4]byte{^b[12], ^b[13], ^b[14], ^b[15]})
		return []netip.Addr{v4(4, 5, 6, 7), client} // the server and the client
	case v4Compatible.Contains(addr) && addr != netip.IPv6Unspecified() && addr != netip.IPv6Loopback():
		return []netip.Addr{last}
	}
	return nil
}
