package probe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/idna"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Resolver turns a host name into addresses; net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// resolveTimeout bounds the lookup of one name.
const resolveTimeout = 10 * time.Second

// Resolve returns the addresses of host, a literal address or a name, IPv4
// first and each family ascending. Addresses that the guard refuses are
// dropped; when nothing is left, the error wraps a *RefusedAddressError.
//
// localhost and the names below it are loopback, whatever a resolver would say
// (RFC 6761). An IPv4 address in one of its old spellings, such as 127.1 or
// 0x7f000001, is refused: resolvers differ in what they take it for.
//
// A name is looked up once. Callers pass the addresses on to Port and
// PageProxy, which dial them and never look the name up again.
func (p *Prober) Resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	if addr, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		if err := p.guard.Check(addr); err != nil {
			return nil, err
		}
		return []netip.Addr{addr.Unmap()}, nil
	}
	name, err := hostName(host)
	if err != nil {
		return nil, err
	}
	found, err := p.lookUp(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("resolve %s: %w", name, withoutServer(err))
	}
	addrs, refused := p.admit(found)
	switch {
	case len(addrs) > 0:
		return addrs, nil
	case refused != nil:
		return nil, fmt.Errorf("resolve %s: %w", name, refused)
	}
	return nil, fmt.Errorf("resolve %s: the name has no address", name)
}

func (p *Prober) lookUp(ctx context.Context, name string) ([]netip.Addr, error) {
	if lower := strings.ToLower(name); lower == "localhost" || strings.HasSuffix(lower, ".localhost") {
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1}), netip.IPv6Loopback()}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, resolveTimeout)
	defer cancel()
	return p.resolver.LookupNetIP(ctx, "ip", name)
}

// admit returns the addresses that may be dialled, sorted and without
// repetition, and why the lowest of the others may not.
func (p *Prober) admit(found []netip.Addr) (addrs []netip.Addr, refused error) {
	sorted := make([]netip.Addr, len(found))
	for i, a := range found {
		sorted[i] = a.Unmap()
	}
	slices.SortFunc(sorted, netip.Addr.Compare) // IPv4 sorts before IPv6
	for _, a := range slices.Compact(sorted) {
		if err := p.guard.Check(a); err == nil {
			addrs = append(addrs, a)
		} else if refused == nil {
			refused = err
		}
	}
	return addrs, refused
}

// hostName checks that host is a name that can be looked up and returns it in
// ASCII (RFC 1123, and the underscore). A wildcard, a URL or a placeholder is
// none, nor is a number.
func hostName(host string) (string, error) {
	name := strings.TrimSuffix(host, ".")
	if strings.ContainsFunc(name, func(r rune) bool { return r > 127 }) {
		if ascii, err := idna.Lookup.ToASCII(name); err == nil {
			name = ascii
		}
	}
	labels := strings.Split(name, ".")
	valid := len(name) <= 253 && !slices.ContainsFunc(labels, isNoLabel) && !isNumber(labels[len(labels)-1])
	if !valid {
		return "", fmt.Errorf("%q is neither an address nor a host name", exposure.Cut(exposure.CleanLine(host), 253))
	}
	return name, nil
}

func isNoLabel(s string) bool {
	return s == "" || len(s) > 63 || s[0] == '-' || s[len(s)-1] == '-' || strings.Trim(strings.ToLower(s), labelBytes) != ""
}

// isNumber reports whether a last label makes the name an IPv4 address in the
// eyes of some resolvers: no top-level domain is a number.
func isNumber(label string) bool {
	if hex, ok := strings.CutPrefix(strings.ToLower(label), "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return strings.Trim(label, "0123456789") == ""
}

// labelBytes are the bytes of a label; the underscore is no part of a host
// name, but names with it are in use.
const labelBytes = "abcdefghijklmnopqrstuvwxyz0123456789-_"

// withoutServer drops the address of the name server from a lookup error, so
// that the same trouble reads the same on every machine.
func withoutServer(err error) error {
	var dnsErr *net.DNSError
	if !errors.As(err, &dnsErr) {
		return err
	}
	clean := *dnsErr
	clean.Server = ""
	clean.Err = exposure.CleanLine(clean.Err)
	return &clean
}

// systemResolver looks names up as they are, without the search domains of
// this machine: an endpoint's name is absolute, and a search domain could turn
// a name that is gone into another host.
type systemResolver struct{}

func (systemResolver) LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) {
	if strings.Contains(host, ".") {
		host += "."
	}
	return net.DefaultResolver.LookupNetIP(ctx, network, host)
}
