package scan

import (
	"fmt"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// before is what was reachable before the change of a plan. It is nil for
// states, which change nothing. A state beside a plan has one: what the plan
// changes may open or close what the state holds.
type before struct {
	endpoints places
}

// places holds endpoints by their place: resource, key and transport. A plan
// asks for the same place before and after it, once for each endpoint.
type places map[place][]exposure.Endpoint

type place struct {
	resource, key string
	transport     exposure.Transport
}

func placeOf(e exposure.Endpoint) place { return place{e.ResourceAddress, e.Key, e.Transport} }

func (p places) add(e exposure.Endpoint) { p[placeOf(e)] = append(p[placeOf(e)], e) }

// priorOf returns the input as it was before the change: a state is that.
func priorOf(in *tfstate.Input) *tfstate.Input {
	if in.Kind != tfstate.Plan {
		return in
	}
	return &tfstate.Input{Name: in.Name, Kind: tfstate.State, Resources: in.Prior}
}

// forgotten tells what a plan leaves as it is and takes out of the state. It
// goes on to expose what it did, and no later run sees it.
func forgotten(in *tfstate.Input) []string {
	addresses := []string{}
	for i := range in.Resources {
		if in.Resources[i].Action == tfstate.Forget {
			addresses = append(addresses, in.Resources[i].Address)
		}
	}
	if len(addresses) == 0 {
		return nil
	}
	what := addresses[0]
	if more := len(addresses) - 1; more > 0 {
		what += fmt.Sprintf(" and %d more", more)
	}
	return []string{"The plan forgets " + what + " and destroys nothing there: what is exposed stays, and later runs no longer see it"}
}

func beforeOf(a *reach.Analysis) *before {
	b := &before{places{}}
	for _, e := range a.Endpoints {
		if e.Verdict != exposure.NotExposed {
			b.endpoints.add(e)
		}
	}
	return b
}

// divide returns the part of an endpoint that can be looked at now and the part
// that cannot: all and nothing in a state. In a plan, the ports that were
// reachable at the same host before the change are there; an address that a
// plan moves is not yet at the endpoint, and a port that it opens still answers
// as if it stayed closed. Each part of an endpoint in two has an id of its own.
func (b *before) divide(e exposure.Endpoint) (now, notYet []exposure.Endpoint) {
	if b == nil {
		return []exposure.Endpoint{e}, nil
	}
	rest := exposure.SubtractPorts(e.Ports, b.reachable(e))
	there := exposure.SubtractPorts(e.Ports, rest)
	switch {
	case len(there) == 0:
		return nil, []exposure.Endpoint{e}
	case len(rest) == 0:
		return []exposure.Endpoint{e}, nil
	}
	return []exposure.Endpoint{withPorts(e, there)}, []exposure.Endpoint{withPorts(e, rest)}
}

// reachable returns the ports at e's place and host that were reachable, and
// where it is not known whether e is, those of which it was not known before.
func (b *before) reachable(e exposure.Endpoint) []exposure.PortRange {
	if e.Host == "" {
		return nil
	}
	return b.endpoints.ports(e, func(was *exposure.Endpoint) bool {
		return was.Host == e.Host && (was.Verdict == exposure.Exposed || was.Verdict == e.Verdict)
	})
}

func withPorts(e exposure.Endpoint, ports []exposure.PortRange) exposure.Endpoint {
	e.Ports, e.ID = ports, exposure.EndpointID(e.ResourceAddress, e.Key, e.Transport, ports)
	return e
}

// change says whether a plan is what exposes an endpoint.
func (b *before) change(e exposure.Endpoint) exposure.Change {
	switch {
	case b == nil || e.Verdict != exposure.Exposed:
		return ""
	case len(exposure.SubtractPorts(e.Ports, b.endpoints.ports(e, isExposed))) > 0:
		return exposure.ChangeNew
	}
	return exposure.ChangeNone
}

// closed returns what was exposed before the change and cannot be reached
// after it, each with the ports that are closed.
func (b *before) closed(after []exposure.Endpoint) []exposure.Endpoint {
	out := []exposure.Endpoint{}
	if b == nil {
		return out
	}
	now := places{}
	for _, e := range after {
		now.add(e)
	}
	for _, there := range b.endpoints {
		for _, e := range there {
			if e.Verdict != exposure.Exposed {
				continue
			}
			if e.Ports = exposure.SubtractPorts(e.Ports, now.ports(e, mayBeReached)); len(e.Ports) > 0 {
				out = append(out, e)
			}
		}
	}
	exposure.SortEndpoints(out)
	return out
}

func isExposed(e *exposure.Endpoint) bool { return e.Verdict == exposure.Exposed }

func mayBeReached(e *exposure.Endpoint) bool { return e.Verdict != exposure.NotExposed }

// ports returns the ports at the place of like, of the endpoints that count.
func (p places) ports(like exposure.Endpoint, counts func(*exposure.Endpoint) bool) []exposure.PortRange {
	ranges := []exposure.PortRange{}
	there := p[placeOf(like)]
	for i := range there {
		if counts(&there[i]) {
			ranges = append(ranges, there[i].Ports...)
		}
	}
	return exposure.MergePortRanges(ranges)
}
