package reach

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// ParseSource reads what people and clouds write for a range of addresses: a
// prefix, with host bits or not; a single address; "a-b"; and the words for
// everyone: "*", "any", "all", "internet", "0/0", "/0". A prefix whose address
// is unspecified and has no length ("0.0.0.0", "::") means everyone in its
// family. IPv4-mapped IPv6 counts as IPv4. ok is false for anything else,
// and then nothing is known.
func ParseSource(text string) (s Set, ok bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	switch text {
	case "*", "any", "all", "internet", "/0":
		return SetOf(everyV4, everyV6), true
	case "0/0", "0.0.0.0":
		return SetOf(everyV4), true
	case "::":
		return SetOf(everyV6), true
	}
	if lo, hi, isRange := strings.Cut(text, "-"); isRange {
		return parseRange(lo, hi)
	}
	if !strings.Contains(text, "/") {
		addr, err := netip.ParseAddr(text)
		if err != nil || addr.Zone() != "" {
			return Set{}, false
		}
		addr = addr.Unmap()
		return SetOf(netip.PrefixFrom(addr, addr.BitLen())), true
	}
	return parsePrefix(text)
}

var (
	everyV4 = netip.MustParsePrefix("0.0.0.0/0")
	everyV6 = netip.MustParsePrefix("::/0")
)

func parseRange(lo, hi string) (Set, bool) {
	first, errLo := netip.ParseAddr(strings.TrimSpace(lo))
	last, errHi := netip.ParseAddr(strings.TrimSpace(hi))
	if errLo != nil || errHi != nil || first.Zone() != "" || last.Zone() != "" {
		return Set{}, false
	}
	s := SetOfRange(first.Unmap(), last.Unmap())
	return s, !s.IsEmpty()
}

func parsePrefix(text string) (Set, bool) {
	address, length, _ := strings.Cut(text, "/")
	addr, err := netip.ParseAddr(address)
	if err != nil || addr.Zone() != "" || length == "" || strings.Trim(length, "0123456789") != "" {
		return Set{}, false
	}
	bits, err := strconv.Atoi(length)
	if err != nil || bits > addr.BitLen() {
		return Set{}, false
	}
	if addr.Is4In6() {
		if bits < 96 {
			return Set{}, false // more than the mapped addresses: nobody means that
		}
		addr, bits = addr.Unmap(), bits-96
	}
	return SetOf(netip.PrefixFrom(addr, bits)), true
}

// ParseProtocol reads the name or number of an IP protocol. all is true for
// those that mean every protocol ("-1", "all", "*", "any"). Protocols other
// than TCP, UDP and ICMP keep their number, as "other:47". ok is false for a
// name that is not known.
func ParseProtocol(text string) (t exposure.Transport, all, ok bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	switch text {
	case "-1", "all", "*", "any":
		return "", true, true
	case "tcp", "6":
		return exposure.TCP, false, true
	case "udp", "17":
		return exposure.UDP, false, true
	case "icmp", "1":
		return exposure.ICMP, false, true
	case "icmpv6", "icmp6", "ipv6-icmp", "58":
		return exposure.ICMPv6, false, true
	}
	if number, known := protocolNumbers[text]; known {
		text = number
	}
	if n, err := strconv.ParseUint(text, 10, 8); err == nil {
		return exposure.Transport("other:" + strconv.FormatUint(n, 10)), false, true
	}
	return "", false, false
}

// protocolNumbers are the names that clouds take beside the four above.
var protocolNumbers = map[string]string{
	"igmp": "2", "ipip": "94", "ipv4": "4", "gre": "47", "esp": "50", "ah": "51", "ospf": "89", "vrrp": "112", "sctp": "132",
}
