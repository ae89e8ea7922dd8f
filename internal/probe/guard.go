package probe

import (
	"fmt"
	"net/netip"
	"slices"
	"syscall"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// RefusedAddressError says that the guard does not let an address be dialled.
type RefusedAddressError struct {
	Addr netip.Addr
	Kind string // what the address is: "a loopback address"
	// Never is true when no allowed network can open the address.
	Never bool
}

func (e *RefusedAddressError) Error() string {
	addr := exposure.CleanLine(e.Addr.String()) // a zone is free text
	if e.Never {
		return fmt.Sprintf("%s is %s and is never probed", addr, e.Kind)
	}
	return fmt.Sprintf("%s is %s and in no allowed network", addr, e.Kind)
}

// Guard decides which addresses may be dialled: public ones and those in an
// allowed network. It is safe for concurrent use.
type Guard struct {
	allowed []netip.Prefix
}

// NewGuard returns a guard that lets the allowed networks be dialled beside
// public addresses. Prefixes of IPv4-mapped IPv6 addresses mean the IPv4
// network; an invalid prefix allows nothing.
func NewGuard(allowed []netip.Prefix) *Guard {
	g := &Guard{}
	for _, p := range allowed {
		if p.Addr().Is4In6() && p.Bits() >= 96 {
			p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
		}
		if p.IsValid() {
			g.allowed = append(g.allowed, p.Masked())
		}
	}
	return g
}

// Check returns nil when addr may be dialled, otherwise a
// *RefusedAddressError.
//
// An IPv4-mapped address is judged as the IPv4 address. An IPv6 address that
// carries an IPv4 address (NAT64, 6to4, Teredo, IPv4-compatible) is public
// only when the address it carries is. Cloud metadata, unspecified, multicast
// and broadcast addresses and addresses with a zone are refused even when an
// allowed network contains them. Documentation addresses (192.0.2.0/24,
// 2001:db8::/32 ...) are refused unless allowed: nothing routes them.
//
// A NAT64 prefix of an operator's own cannot be told from other public
// addresses and is judged like them.
func (g *Guard) Check(addr netip.Addr) error {
	if !addr.IsValid() {
		return &RefusedAddressError{Addr: addr, Kind: "no address", Never: true}
	}
	addr = addr.Unmap()
	if addr.Zone() != "" {
		return &RefusedAddressError{Addr: addr, Kind: "an address with a zone", Never: true}
	}
	carried := embedded(addr)
	for _, a := range append([]netip.Addr{addr}, carried...) {
		if kind, found := find(metadata, a); found {
			return &RefusedAddressError{Addr: addr, Kind: within(addr, a, kind), Never: true}
		}
	}
	if kind, found := find(nowhere, addr); found {
		return &RefusedAddressError{Addr: addr, Kind: kind, Never: true}
	}
	if slices.ContainsFunc(g.allowed, func(p netip.Prefix) bool { return p.Contains(addr) }) {
		return nil
	}
	return public(addr, carried)
}

// public returns nil when addr and the addresses it carries belong to the
// public internet.
func public(addr netip.Addr, carried []netip.Addr) error {
	// Teredo lies in a reserved range; the addresses it carries decide.
	if kind, found := find(special, addr); found && !teredo.Contains(addr) {
		return &RefusedAddressError{Addr: addr, Kind: kind}
	}
	if addr.Is6() && !globalUnicast.Contains(addr) && !nat64Public.Contains(addr) {
		return &RefusedAddressError{Addr: addr, Kind: "a reserved address"}
	}
	for _, a := range carried {
		if kind, found := find(concat(nowhere, special), a); found {
			return &RefusedAddressError{Addr: addr, Kind: within(addr, a, kind)}
		}
	}
	return nil
}

// within words the kind of an address that another one carries.
func within(outer, inner netip.Addr, kind string) string {
	if outer == inner {
		return kind
	}
	return fmt.Sprintf("a way to %s, %s,", inner, kind)
}

// checkAddrPort is Check for an address with a port. Port 0 is no port that a
// server can listen on.
func (g *Guard) checkAddrPort(ap netip.AddrPort) error {
	if err := g.Check(ap.Addr()); err != nil {
		return err
	}
	if ap.Port() == 0 {
		return fmt.Errorf("port 0 of %s cannot be dialled", ap.Addr())
	}
	return nil
}

// control is a net.Dialer's Control: it judges the very address that the
// socket is about to connect to, whatever happened before.
func (g *Guard) control(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("address to dial: %w", err)
	}
	return g.checkAddrPort(ap)
}
