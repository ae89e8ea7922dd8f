package azure

import (
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// service is one host of a service that Azure runs.
type service struct {
	r       *tfstate.Resource
	key     string
	kind    string
	host    string
	names   []string
	related []string
	slots   []reach.Slot
	gates   []reach.Gate
	access  exposure.Access
	shared  bool // the front end answers for everyone's resources
	dormant bool
	notes   []string
}

func (s service) candidate() reach.Candidate {
	return reach.Candidate{Family: reach.IPv4, Slots: s.slots, Gates: s.gates, Endpoint: exposure.Endpoint{
		ResourceAddress: s.r.Address, Key: s.key, Kind: s.kind, Identity: identity(s.r), Host: s.host, Names: sortedSet(s.names),
		Related: sortedSet(s.related), Access: s.access, SharedFront: s.shared, Dormant: s.dormant, Notes: s.notes,
	}}
}

// port is a slot of one port.
func port(t exposure.Transport, n int, app string) reach.Slot {
	return reach.Slot{Transport: t, Ports: exposure.PortRange{Lo: uint16(n), Hi: uint16(n)}, App: app}
}

// web are the ports of a front end for HTTP.
func web() []reach.Slot {
	return []reach.Slot{port(exposure.TCP, 443, "https"), port(exposure.TCP, 80, "http")}
}

// publicSwitch is the argument that closes a service to the internet, by
// whichever of the paths the provider's version has. Without any it is open.
func publicSwitch(r *tfstate.Resource, paths ...string) reach.Gate {
	for _, path := range paths {
		v := reach.Value(r, path)
		if tfstate.Null(v) || chosenByProvider(r, path, v) {
			continue
		}
		if tfstate.Unknown(v) {
			return doubtGate("public_access", reach.Pending, afterApply(r, bracketed(path), "whether "+r.Address+" is public"))
		}
		open, ok := tfstate.Bool(v)
		if word, written := tfstate.String(v); !ok && written {
			open = !strings.EqualFold(word, "Disabled")
		}
		if !open {
			return closedGate(exposure.Hop{Gate: "public_access", Resource: r.Address, Attribute: bracketed(path),
				Summary: r.Address + " is closed to public networks by " + bracketed(path)})
		}
		return openGate(exposure.Hop{Gate: "public_access", Resource: r.Address, Attribute: bracketed(path),
			Summary: r.Address + " is open to public networks by " + bracketed(path), Remedy: "Close " + bracketed(path) + " of " + r.Address})
	}
	return openGate(exposure.Hop{Gate: "public_access", Resource: r.Address, Attribute: bracketed(paths[0]),
		Summary: r.Address + " is open to public networks, for " + bracketed(paths[0]) + " is not set"})
}

// unlessInSubnet closes a service that is put into a virtual network when
// path names a subnet.
func unlessInSubnet(r *tfstate.Resource, path string) (reach.Gate, bool) {
	if len(listed(r, path)) == 0 {
		return reach.Gate{}, false
	}
	return closedGate(exposure.Hop{Gate: "public_access", Resource: r.Address, Attribute: path,
		Summary: r.Address + " has an address in a virtual network only, by " + path}), true
}

// anyOf admits whom one of the rules does.
func anyOf(name string, r *tfstate.Resource, rules []reach.Rule, silent string) reach.Gate {
	return reach.Gate{Name: name, Pass: func(f reach.Flow) reach.Passage {
		return blamed(reach.AnyMatch(rules, f), r, silent)
	}}
}

// firstOf admits whom the first matching rule does.
func firstOf(name string, r *tfstate.Resource, rules []reach.Rule, silent string) reach.Gate {
	return reach.Gate{Name: name, Pass: func(f reach.Flow) reach.Passage {
		return blamed(reach.FirstMatch(rules, f), r, silent)
	}}
}

// blamed gives a closed passage its reason.
func blamed(p reach.Passage, r *tfstate.Resource, silent string) reach.Passage {
	if !p.May.IsEmpty() {
		return p
	}
	p.ByDefault = false
	if len(p.Hops) == 0 {
		p.Hops = []exposure.Hop{{Resource: r.Address, Summary: r.Address + " " + silent, Certainty: exposure.Must}}
	}
	return p
}

// everyoneRule admits or denies everyone.
func everyoneRule(allow bool, hop exposure.Hop) reach.Rule {
	return reach.Rule{Allow: allow, Source: reach.Source{Set: everyone}, Hop: hop}
}
