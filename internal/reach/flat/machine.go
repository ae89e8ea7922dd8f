package flat

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
	"github.com/zclconf/go-cty/cty"
)

// Address is a public address of a machine.
type Address struct {
	Key     string // tells the addresses of a machine apart: "ipv4"
	Family  reach.Family
	Host    string // empty when not known yet
	Names   []string
	Related []string
	Gate    reach.Gate
}

// At is an address that the attribute at path of from holds, be it known yet
// or not. from may be a resource of its own, such as a reserved address.
func At(machine, from *tfstate.Resource, path string, family reach.Family, key string) Address {
	v := reach.Value(from, path)
	host := HostOf(v)
	a := Address{Key: key, Family: family, Host: host}
	addr, err := netip.ParseAddr(host)
	if err == nil {
		a.Family = reach.Of(addr)
	}
	summary := machine.Address + " has a public " + a.Family.String() + " address"
	if err != nil && host != "" {
		summary = machine.Address + " has a name"
	}
	if from != machine {
		a.Related = []string{from.Address}
		summary = machine.Address + " has the address of " + from.Address
	}
	if host != "" {
		summary += ", " + Printable(v)
	}
	hop := Hop(from, path, summary, "")
	a.Gate = OpenGate("address", hop)
	if private(host) {
		hop.Summary = machine.Address + " has only the private address " + Printable(v)
		a.Gate = ClosedGate("address", hop)
	}
	return a
}

// private reports whether a host is an address that no packet from the
// internet can be sent to.
func private(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && !reach.Public(reach.Of(addr)).Contains(addr.Unmap())
}

// Perhaps is At for an address of which it is not known whether the machine
// has it.
func Perhaps(machine, from *tfstate.Resource, path string, family reach.Family, key string, d reach.Doubt, gap exposure.Gap) Address {
	a := At(machine, from, path, family, key)
	hop := Hop(from, path, machine.Address+" may have the address of "+from.Address, "")
	if from == machine {
		hop.Summary = machine.Address + " may have a public " + a.Family.String() + " address"
	}
	a.Gate = DoubtfulGate("address", d, gap, hop)
	return a
}

// HostOf returns the address that a value holds, which may be written with a
// prefix length, or a host name. It is empty for what is neither.
func HostOf(v cty.Value) string {
	text, _ := tfstate.String(v)
	host, _, _ := strings.Cut(strings.TrimSpace(text), "/")
	if addr, err := netip.ParseAddr(host); err == nil && addr.Zone() == "" {
		if addr.IsUnspecified() {
			return ""
		}
		return host
	}
	if strings.Trim(strings.ToLower(host), "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" {
		return ""
	}
	return host
}

// Machine is what has addresses.
type Machine struct {
	Resource *tfstate.Resource
	Identity exposure.Identity
	Kind     string
	Related  []string
	Dormant  bool
	Access   exposure.Access
	Slots    []reach.Slot // the declared ports; nil for every port
	Gates    []reach.Gate // behind the address
	Notes    []string

	// NoAddress says why the machine cannot be reached when it has no address.
	NoAddress string
}

// Candidates returns a candidate for each address, and without any one that is
// blocked.
func (m Machine) Candidates(addresses []Address) []reach.Candidate {
	if len(addresses) == 0 {
		reason := m.NoAddress
		if reason == "" {
			reason = "no public address: " + m.Resource.Address + " has none"
		}
		addresses = []Address{{Key: "ipv4", Family: reach.IPv4, Gate: ClosedGate("address", Hop(m.Resource, "", reason, ""))}}
	}
	var out []reach.Candidate
	for _, a := range addresses {
		out = append(out, reach.Candidate{
			Family: a.Family, Slots: m.Slots, Gates: append([]reach.Gate{a.Gate}, m.Gates...),
			Endpoint: exposure.Endpoint{
				ResourceAddress: m.Resource.Address, Key: a.Key, Identity: m.Identity, Host: a.Host, Names: Sorted(a.Names...),
				Related: Sorted(slices.Concat(m.Related, a.Related)...), Kind: m.Kind, Dormant: m.Dormant, Access: m.Access, Notes: m.Notes,
			},
		})
	}
	return out
}
