package gcp

import (
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// location is a public address of a network interface, or the lack of one.
type location struct {
	family  reach.Family
	host    string // empty when not known yet
	names   []string
	related []string
	gate    reach.Gate
	none    bool
}

// locations returns the public addresses of an interface. The presence of an
// access_config block gives it one, whatever the block holds.
func (e *estate) locations(n nic) []location {
	blocks := reach.Value(n.spec, n.path("access_config"))
	if tfstate.Unknown(blocks) || tfstate.Unknown(n.spec.Attr("network_interface")) {
		return []location{e.perhaps(n)}
	}
	var out []location
	for i := range tfstate.Elements(blocks) {
		out = append(out, e.accessConfig(n, i))
	}
	if v6, ok := e.external6(n); ok {
		out = append(out, v6)
	}
	if len(out) > 0 {
		return out
	}
	return []location{{family: reach.IPv4, none: true, gate: closedGate("address", exposure.Hop{
		Resource: n.spec.Address, Attribute: bracketed(n.path("access_config")),
		Summary: "no public address: " + n.spec.Address + " has no access_config"})}}
}

// perhaps is an interface of which it is not known whether it has an address.
func (e *estate) perhaps(n nic) location {
	gap := afterApply(n.spec, n.path("access_config"), "whether "+n.spec.Address+" has a public address")
	return location{family: reach.IPv4, gate: gateOf("address", func(f reach.Flow) reach.Passage {
		return believed(f, reach.Pending, gap, exposure.Hop{Resource: n.spec.Address, Summary: n.spec.Address + " may have a public address"})
	})}
}

func (e *estate) accessConfig(n nic, i int) location {
	path := n.path("access_config." + itoa(i))
	l := location{family: reach.IPv4}
	address := e.addressAt(n.spec, path+".nat_ip")
	if n.spec == n.owner { // those of a template have addresses of their own
		l.host, l.related = address.host, address.related
	}
	if name := text(n.spec, path+".public_ptr_domain_name"); name != "" && n.spec == n.owner {
		l.names = append(l.names, name)
	}
	summary := n.spec.Address + " has a public address"
	if l.host != "" {
		summary += ", " + address.shown
	}
	hop := exposure.Hop{Resource: n.spec.Address, Attribute: bracketed(path), Summary: summary,
		Remedy: "Remove access_config from " + n.spec.Address}
	l.gate = openGate("address", hop)
	return l
}

// external6 returns the external IPv6 address of an interface, if it has one.
func (e *estate) external6(n nic) (location, bool) {
	host := text(n.spec, n.path("ipv6_access_config.0.external_ipv6"))
	blocks := tfstate.Elements(reach.Value(n.spec, n.path("ipv6_access_config")))
	if len(blocks) == 0 {
		if text(n.spec, n.path("ipv6_access_type")) != "EXTERNAL" {
			return location{}, false
		}
		host = text(n.spec, n.path("ipv6_address"))
	}
	if n.spec != n.owner {
		host = ""
	}
	return location{family: reach.IPv6, host: host, gate: openGate("address", exposure.Hop{
		Resource: n.spec.Address, Attribute: bracketed(n.path("ipv6_access_config")),
		Summary: n.spec.Address + " has an external IPv6 address",
		Remedy:  "Remove ipv6_access_config from " + n.spec.Address,
	})}, true
}

// placed is an address argument, resolved.
type placed struct {
	host    string
	shown   string
	related []string
}

var addressTypes = []string{"google_compute_address", "google_compute_global_address"}

// addressAt reads an argument that holds an address or refers to a reserved
// one.
func (e *estate) addressAt(r *tfstate.Resource, path string) placed {
	v := reach.Value(r, path)
	var out placed
	joins := []reach.Join{}
	for _, t := range addressTypes {
		joins = append(joins, reach.Join{Type: t, Attr: "address"}, reach.Join{Type: t, Attr: "self_link"}, reach.Join{Type: t, Attr: "id"})
	}
	written, known := tfstate.String(v)
	if set, ok := reach.ParseSource(written); known && ok && !set.IsEmpty() {
		out.host, out.shown = written, printable(v)
	}
	for _, l := range e.g.Follow(r, path, joins...).Links {
		to := l.To
		if to == nil && l.ID != "" && out.host == "" {
			to = e.named(r, l.ID, addressTypes)
		}
		if to == nil {
			continue
		}
		out.related = appendNew(out.related, to.Address)
		if out.host == "" && l.Certain {
			out.host = text(to, "address")
			out.shown = printable(to.Attr("address"))
		}
	}
	return out
}
