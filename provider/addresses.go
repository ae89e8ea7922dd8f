package provider

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// steady returns the addresses that the state shows. The answers of a name that
// several machines share come and go, so that what was there stays while one
// of it is still among the answers; and where nothing was asked, nothing is
// known to have changed.
func steady(before, now []string) []string {
	if len(before) > 0 && !moved(before, now) {
		return before
	}
	return now
}

// moved reports whether a name resolves only elsewhere.
func moved(before, now []string) bool {
	if len(before) == 0 || len(now) == 0 {
		return false
	}
	return !slices.ContainsFunc(now, func(a string) bool { return slices.Contains(before, a) })
}

// tellMoved warns that a name resolves only elsewhere.
func tellMoved(e exposure.Endpoint, before, now []string, diags *diag.Diagnostics) {
	if moved(before, now) {
		diags.AddWarning("Endpoint resolves elsewhere: "+e.ResourceAddress, fmt.Sprintf(
			"%s resolved to %s, and now to %s. An address that you gave up may be somebody else's. "+
				"If the name must not move, say in resolved_addresses of the baseline where it may resolve: elsewhere nothing is probed then.",
			e.Host, strings.Join(before, ", "), strings.Join(now, ", ")))
	}
}

// parseNetworks reads addresses and networks, and refuses what is neither.
func parseNetworks(words []string, refuse func(word string)) []netip.Prefix {
	out := []netip.Prefix{}
	for _, word := range words {
		if addr, err := netip.ParseAddr(word); err == nil && addr.Zone() == "" {
			out = append(out, netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen()))
			continue
		}
		prefix, err := netip.ParsePrefix(word)
		if err != nil {
			refuse(word)
			continue
		}
		out = append(out, prefix.Masked())
	}
	return out
}

// outside returns the addresses that are in none of the networks.
func outside(addresses []string, networks []netip.Prefix) []string {
	var out []string
	for _, text := range addresses {
		addr, err := netip.ParseAddr(text)
		if err != nil || !slices.ContainsFunc(networks, func(p netip.Prefix) bool { return p.Contains(addr.Unmap()) }) {
			out = append(out, text)
		}
	}
	return out
}
