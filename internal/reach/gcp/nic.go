package gcp

import (
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// nic is one network interface of a virtual machine.
type nic struct {
	owner   *tfstate.Resource // the endpoint is its: an instance or a group of instances
	spec    *tfstate.Resource // declares the interface: the instance, or a template
	index   int
	network object
	suffix  string // tells the templates of a group apart
	related []string
}

// path returns the path of an argument of the interface.
func (n nic) path(name string) string { return "network_interface." + itoa(n.index) + "." + name }

// key tells the endpoints of an owner apart.
func (n nic) key(family reach.Family) string {
	key := strings.ToLower(family.String())
	if n.index > 0 {
		key += " nic" + itoa(n.index)
	}
	return key + n.suffix
}

// id names what decides on the firewall rules of the interface.
func (n nic) id() string { return n.owner.Address + "|" + n.spec.Address + "|" + itoa(n.index) }

// networkName returns what a reader calls the network of the interface.
func (n nic) networkName() string {
	switch {
	case n.network.to != nil:
		return n.network.to.Address
	case n.network.label != "":
		return "network " + lastPart(n.network.label)
	}
	return "the network of " + n.spec.Address
}

// nics returns the network interfaces that spec declares for owner.
func (e *estate) nics(owner, spec *tfstate.Resource) []nic {
	var out []nic
	for i := range max(1, len(tfstate.Elements(spec.Attr("network_interface")))) {
		n := nic{owner: owner, spec: spec, index: i}
		n.network = e.networkOf(n)
		out = append(out, n)
	}
	return out
}

const networkType, subnetworkType = "google_compute_network", "google_compute_subnetwork"

// networkOf resolves the network of an interface: its own argument, or else
// the network of its subnetwork.
func (e *estate) networkOf(n nic) object {
	direct := e.objectAt(n.spec, n.path("network"), networkType)
	if direct.doubt == reach.Sure {
		return direct
	}
	subnetwork := e.objectAt(n.spec, n.path("subnetwork"), subnetworkType)
	switch {
	case subnetwork.to != nil && subnetwork.doubt == reach.Sure:
		return e.objectAt(subnetwork.to, "network", networkType)
	case subnetwork.doubt == reach.Sure && subnetwork.ref.name == "default":
		// Only the network default has a subnetwork of this name from the start.
		return object{ref: ref{project: subnetwork.ref.project, name: "default"}, label: "default"}
	case subnetwork.doubt == reach.Sure:
		return object{doubt: reach.Unread}
	}
	return object{doubt: either(direct.doubt, subnetwork.doubt)}
}

// vpcGates returns the gates behind the address: the route and the firewall.
func (e *estate) vpcGates(n nic) []reach.Gate { return []reach.Gate{e.routeGate(n), e.firewallGate(n)} }

// nicCandidates returns a candidate for each public address of the interfaces.
// An interface without one beside others that have one is not worth telling.
func (e *estate) nicCandidates(nics []nic, kind string) []reach.Candidate {
	var out, without []reach.Candidate
	for _, n := range nics {
		for _, l := range e.locations(n) {
			c := reach.Candidate{
				Family: l.family,
				Gates:  append([]reach.Gate{l.gate}, e.vpcGates(n)...),
				Endpoint: exposure.Endpoint{
					ResourceAddress: n.owner.Address, Key: n.key(l.family), Identity: identity(n.owner), Host: l.host,
					Names: sortedSet(l.names), Related: sortedSet(slices.Concat(n.related, l.related)), Kind: kind,
					Dormant: e.dormant(n.owner),
				},
			}
			if l.none {
				without = append(without, c)
				continue
			}
			out = append(out, c)
		}
	}
	if len(out) == 0 && len(without) > 0 {
		return without[:1]
	}
	return out
}
