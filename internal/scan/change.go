package scan

import (
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach/clouds"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// before is what was reachable before the change of a plan. It is nil for a
// state, which changes nothing.
type before struct {
	endpoints []exposure.Endpoint
	hosts     map[string]string // endpoint id → host
}

func beforeOf(in *tfstate.Input) *before {
	if in.Kind != tfstate.Plan {
		return nil
	}
	prior := reach.Analyze(&tfstate.Input{Name: in.Name, Kind: tfstate.State, Resources: in.Prior}, clouds.All()...)
	b := &before{hosts: map[string]string{}}
	for _, e := range prior.Endpoints {
		if e.Verdict != exposure.NotExposed {
			b.endpoints = append(b.endpoints, e)
			b.hosts[e.ID] = e.Host
		}
	}
	return b
}

// there reports whether an endpoint can be looked at now: always in a state,
// and in a plan when it was reachable under the same id and at the same host
// before the change. An address that a plan moves is not yet at the endpoint.
func (b *before) there(e exposure.Endpoint) bool {
	return b == nil || e.Host != "" && b.hosts[e.ID] == e.Host
}

// change says whether a plan is what exposes an endpoint.
func (b *before) change(e exposure.Endpoint) exposure.Change {
	switch {
	case b == nil || e.Verdict != exposure.Exposed:
		return ""
	case len(exposure.SubtractPorts(e.Ports, portsOf(b.endpoints, e, exposure.Exposed))) > 0:
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
	for _, e := range b.endpoints {
		if e.Verdict != exposure.Exposed {
			continue
		}
		e.Ports = exposure.SubtractPorts(e.Ports, portsOf(after, e, exposure.Exposed, exposure.Unknown))
		if len(e.Ports) > 0 {
			out = append(out, e)
		}
	}
	exposure.SortEndpoints(out)
	return out
}

// portsOf returns the ports of like's place, its resource, key and transport,
// that have one of the verdicts among the endpoints.
func portsOf(endpoints []exposure.Endpoint, like exposure.Endpoint, verdicts ...exposure.Verdict) []exposure.PortRange {
	ranges := []exposure.PortRange{}
	for _, e := range endpoints {
		for _, v := range verdicts {
			if e.Verdict == v && e.ResourceAddress == like.ResourceAddress && e.Key == like.Key && e.Transport == like.Transport {
				ranges = append(ranges, e.Ports...)
			}
		}
	}
	return exposure.MergePortRanges(ranges)
}
