package azure

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// face is one IP configuration of a network interface: where traffic meets a
// machine.
type face struct {
	holder *tfstate.Resource // the interface, or the scale set that declares it
	config string            // path of the IP configuration, "ip_configuration.0"; empty for a service in a subnet
	subnet string            // path of the subnet
	groups string            // path of the security group of the interface; empty when it can have none
	nic    bool              // holder is an azurerm_network_interface, to which associations refer
}

// name returns what a reader calls the face.
func (fc face) name() string { return fc.holder.Address }

// facesOf returns the IP configurations of a network interface.
func (e *estate) facesOf(nic *tfstate.Resource) []face {
	var out []face
	for i := range tfstate.Elements(nic.Attr("ip_configuration")) {
		at := "ip_configuration." + itoa(i)
		out = append(out, face{holder: nic, config: at, subnet: at + ".subnet_id", groups: "network_security_group_id", nic: true})
	}
	return out
}

// targetOf returns what rules compare their destination with.
func (e *estate) targetOf(fc face, at place, pips []location) target {
	t := target{private: at.prefixes()}
	for _, l := range pips {
		t.address = append(t.address, l.address()...)
	}
	if fc.config == "" {
		return t
	}
	t.groups = e.groupsOf(fc)
	if set, ok := reach.ParseSource(text(fc.holder, fc.config+".private_ip_address")); ok {
		t.private = set
	}
	return t
}

// groupsOf returns the application security groups of a face.
func (e *estate) groupsOf(fc face) reach.Links {
	const groupType = "azurerm_application_security_group"
	out := reach.Links{}
	if path := fc.config + ".application_security_group_ids"; !chosenByProvider(fc.holder, path, reach.Value(fc.holder, path)) {
		out = e.follow(fc.holder, path, ids(groupType)...)
	}
	if fc.nic {
		found := e.referrers(fc.holder, "azurerm_network_interface_application_security_group_association", "network_interface_id")
		more := e.associated(found, groupType, "application_security_group_id")
		out.Links, out.Unknown = append(out.Links, more.Links...), out.Unknown || more.Unknown
	}
	return out
}

// nicStation returns the security group of the interface itself.
func (e *estate) nicStation(fc face, t target) station {
	links := reach.Links{Unset: true}
	if fc.nic {
		links = e.associated(e.referrers(fc.holder, "azurerm_network_interface_security_group_association", "network_interface_id"),
			nsgType, "network_security_group_id")
	}
	if fc.groups != "" && len(links.Links) == 0 && !links.Unknown && !chosenByProvider(fc.holder, fc.groups, reach.Value(fc.holder, fc.groups)) {
		links = e.follow(fc.holder, fc.groups, ids(nsgType)...)
	}
	return e.stationOf(fc.name(), fc.holder, fc.groups, links, t)
}

// bare says who gets through where no security group stands on the path.
type bare func(f reach.Flow) reach.Passage

// gates returns the gates between a public address and a face: routes for the
// replies, admin rules, and the security groups of subnet and interface, both
// of which must admit.
func (e *estate) gates(fc face, pips []location, otherwise bare) []reach.Gate {
	path := fc.subnet
	places, links := e.places(fc.holder, path)
	var routes, groups []reach.Gate
	certain := len(places) == 1 && places[0].certain && !links.Unknown
	if len(places) == 0 {
		return e.groupGates(fc, place{label: "of " + fc.name()}, path, pips, otherwise)
	}
	if certain {
		return append([]reach.Gate{e.routeGate(places[0])}, e.groupGates(fc, places[0], path, pips, otherwise)...)
	}
	for _, at := range places {
		routes = append(routes, e.routeGate(at))
		groups = append(groups, inTurn("nsg", e.groupGates(fc, at, path, pips, otherwise)))
	}
	gap := whichSubnet(fc)
	return []reach.Gate{oneOf("route", gap, routes), oneOf("nsg", gap, groups)}
}

// subnetGates returns the filters before a service that Azure runs in a subnet
// of ours: those of the subnet.
func (e *estate) subnetGates(r *tfstate.Resource, path string, otherwise bare) []reach.Gate {
	fc := face{holder: r, subnet: path}
	places, links := e.places(r, path)
	switch {
	case len(places) == 0:
		return e.groupGates(fc, place{label: "of " + fc.name()}, path, nil, otherwise)
	case len(places) == 1 && places[0].certain && !links.Unknown:
		return e.groupGates(fc, places[0], path, nil, otherwise)
	}
	var groups []reach.Gate
	for _, at := range places {
		groups = append(groups, inTurn("nsg", e.groupGates(fc, at, path, nil, otherwise)))
	}
	return []reach.Gate{oneOf("nsg", whichSubnet(fc), groups)}
}

func whichSubnet(fc face) exposure.Gap {
	return exposure.Gap{Resource: fc.holder.Address, Attribute: bracketed(fc.subnet),
		Reason: "which subnet " + fc.name() + " is in is not known", Remedy: "Run again after apply"}
}

// oneOf is a gate that is one of several, and it is not known which; gap says
// so where it matters.
func oneOf(name string, gap exposure.Gap, gates []reach.Gate) reach.Gate {
	return reach.Gate{Name: name, Edges: edgesOf(gates), Pass: func(f reach.Flow) reach.Passage {
		var answers []reach.Passage
		for _, g := range gates {
			answers = append(answers, g.Pass(f))
		}
		p := pool(nil, answers)
		if !p.Must.Equal(p.May) {
			p.Gaps = appendNew(p.Gaps, gap)
		}
		return p
	}}
}

// inTurn is several gates as one.
func inTurn(name string, gates []reach.Gate) reach.Gate {
	return reach.Gate{Name: name, Edges: edgesOf(gates), Pass: func(f reach.Flow) reach.Passage { return through(f, gates) }}
}

// groupGates is all that filters between the subnet and the machine.
func (e *estate) groupGates(fc face, at place, path string, pips []location, otherwise bare) []reach.Gate {
	t := e.targetOf(fc, at, pips)
	nic := e.nicStation(fc, t)
	subnet := e.subnetStation(fc.holder, path, at, t)
	if at.r == nil && at.id == "" {
		subnet = e.noSubnet(fc, path)
	}
	groups := []reach.Gate{subnet.gate(), nic.gate()}
	if subnet.bare && nic.bare {
		groups = []reach.Gate{{Name: "nsg", Pass: otherwise}}
	}
	entries := e.adminEntries(at, t)
	if len(entries) == 0 {
		return append(groups, reach.Gate{Name: "admin", Pass: func(f reach.Flow) reach.Passage {
			p := reach.Open(f)
			p.Assumptions = []string{assumeNoAdminRules}
			return p
		}})
	}
	return []reach.Gate{underAdmin(entries, inTurn("nsg", groups))}
}

// noSubnet is the station of a subnet of which nothing is known but that it is.
func (e *estate) noSubnet(fc face, path string) station {
	gap := notInInput(fc.holder, bracketed(path), "the subnet of "+fc.name())
	d := reach.Unread
	if pending(fc.holder, path) {
		d, gap = reach.Pending, afterApply(fc.holder, bracketed(path), "the subnet of "+fc.name())
	}
	return station{name: "the subnet of " + fc.name(), certain: []guard{{name: "the security group of the subnet of " + fc.name(), resource: fc.holder.Address, doubt: d, gap: gap}}}
}

// bySKU says what happens to a public address, or to the clients of a load
// balancer, without a security group: Basic lets everyone in, Standard nobody.
func bySKU(r *tfstate.Resource, what, sku string) bare {
	return func(f reach.Flow) reach.Passage {
		switch sku {
		case "basic":
			return reach.Open(f, bareHop(r.Address, "no security group: "+what+" is of the SKU Basic, which is open without one"))
		case "standard", "standardv2":
			return reach.Closed(bareHop(r.Address, "no security group: "+what+" is of the SKU "+capital(sku)+", which is closed without one"))
		}
		return believed(f, reach.Unread, bareHop(r.Address, "no security group: "+what+" is open without one if its SKU is Basic"),
			exposure.Gap{Resource: r.Address, Reason: "the SKU of " + what + " is in no input", Remedy: "Add the state that holds it, or attach a security group"})
	}
}

func capital(sku string) string {
	return strings.ToUpper(sku[:1]) + strings.Replace(sku[1:], "v2", "V2", 1)
}
