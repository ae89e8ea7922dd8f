package catalogue

import (
	"net/netip"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// host returns the host of an endpoint, empty when it is not known, and what
// is wrong with what is said of it.
func (s *scope) host(e *endpoint) (string, reach.Family, []exposure.Gap) {
	v, err := s.eval(e.host)
	gap := s.gapOf(e.host, "the host of endpoint "+e.key)
	gap.Remedy = s.correct()
	told, ok := text(v)
	switch {
	case err != nil:
		gap.Reason = err.Error()
	case tfstate.Unknown(v), tfstate.Null(v), told == "" && ok:
		return "", reach.IPv4, nil
	case tfstate.IsSensitive(v):
		gap.Reason += " is sensitive and not shown"
	case !ok || !isHost(told):
		gap.Reason += " is neither an address nor a name; a host has no scheme, port, path or brackets"
	default:
		family := reach.IPv4
		if addr, err := netip.ParseAddr(told); err == nil && addr.Is6() && !addr.Is4In6() {
			family = reach.IPv6
		}
		return told, family, nil
	}
	return "", reach.IPv4, []exposure.Gap{gap}
}

// isHost reports whether a text could be an address or the name of a host.
func isHost(told string) bool {
	if addr, err := netip.ParseAddr(told); err == nil {
		return addr.Zone() == ""
	}
	odd := func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune("/:@[]?#*\\\"'<>", r) }
	return len(told) <= 253 && exposure.CleanLine(told) == told && !strings.ContainsFunc(told, odd)
}
