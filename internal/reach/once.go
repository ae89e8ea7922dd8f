package reach

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// twin is an endpoint's place by the cloud's own name of its resource.
type twin struct {
	identity, key string
	host          string
	transport     exposure.Transport
}

// once takes from each analysis what one before it tells of the same resource,
// and warns of the resources that two subjects hold. Ports that only the later
// one exposes stay with it: of two accounts of one thing the worse one counts.
func once(subjects []*tfstate.Input, all []*Analysis, clouds []Cloud) {
	if len(subjects) < 2 {
		return
	}
	holder := map[string]*tfstate.Input{}
	told := map[twin][]exposure.Endpoint{}
	for i, in := range subjects {
		identities := map[string]string{} // by address
		twins := map[*tfstate.Input][]string{}
		for j := range in.Resources {
			r := &in.Resources[j]
			id := identityOf(r)
			if id == "" {
				continue
			}
			identities[r.Address] = id
			if first := holder[id]; first == nil {
				holder[id] = in
			} else if first != in && matters(r.Type, clouds) {
				twins[first] = append(twins[first], r.Address)
			}
		}
		all[i].Endpoints = withoutTold(all[i].Endpoints, identities, told)
		all[i].Blocked = withoutTold(all[i].Blocked, identities, told)
		for _, e := range slices.Concat(all[i].Endpoints, all[i].Blocked) {
			if at, ok := twinOf(e, identities); ok {
				told[at] = append(told[at], e)
			}
		}
		for first, addresses := range twins {
			all[i].Warnings = append(all[i].Warnings, warnOfTwins(first, in, addresses))
		}
		slices.Sort(all[i].Warnings)
	}
}

// matters reports whether anything is read of a type but its address.
func matters(resourceType string, clouds []Cloud) bool {
	return slices.ContainsFunc(clouds, func(c Cloud) bool {
		return strings.HasPrefix(resourceType, c.Prefix) && c.Covers(resourceType) && (c.Inert == nil || !c.Inert(resourceType))
	})
}

func warnOfTwins(first, second *tfstate.Input, addresses []string) string {
	what := slices.Min(addresses)
	if more := len(addresses) - 1; more > 0 {
		what += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Sprintf("%s holds %s, which %s manages as well, by the cloud's own name; what both expose is told once, with %s",
		second.Label(), what, first.Label(), first.Label())
}

// twinOf returns the place of an endpoint whose resource the cloud names. An id
// may be a name that two accounts both use, so that without a host only what is
// unique in the whole cloud will do.
func twinOf(e exposure.Endpoint, identities map[string]string) (twin, bool) {
	id := identities[e.ResourceAddress]
	local := strings.Contains(id, "|id|") && !strings.Contains(id, "/")
	return twin{id, e.Key, strings.ToLower(e.Host), e.Transport}, id != "" && (e.Host != "" || !local)
}

// withoutTold returns the endpoints without the ports at which all who reach
// them were told of.
func withoutTold(endpoints []exposure.Endpoint, identities map[string]string, told map[twin][]exposure.Endpoint) []exposure.Endpoint {
	kept := []exposure.Endpoint{}
	for _, e := range endpoints {
		at, ok := twinOf(e, identities)
		if !ok || len(told[at]) == 0 {
			kept = append(kept, e)
			continue
		}
		left := e.Ports
		for _, first := range told[at] {
			if asReachable(first, e) {
				left = exposure.SubtractPorts(left, first.Ports)
			}
		}
		switch {
		case len(left) == 0, reachability(e) == 0:
			continue
		case len(left) < len(e.Ports) || exposure.CountPorts(left) < exposure.CountPorts(e.Ports):
			e.Ports, e.ID = left, exposure.EndpointID(e.ResourceAddress, e.Key, e.Transport, left)
		}
		kept = append(kept, e)
	}
	return kept
}

// asReachable reports whether all who reach b reach a.
func asReachable(a, b exposure.Endpoint) bool {
	if reachability(a) != 1 || reachability(b) != 1 {
		return reachability(a) >= reachability(b)
	}
	return slices.Equal(a.Sources, b.Sources) && a.SourceTotal == b.SourceTotal && slices.Equal(a.SourceLabels, b.SourceLabels)
}

// reachability orders endpoints by who may reach them: nobody, some, perhaps
// everybody, everybody.
func reachability(e exposure.Endpoint) int {
	switch {
	case e.Verdict == exposure.Exposed:
		return 3
	case e.Verdict == exposure.Unknown || e.Verdict == "":
		return 2
	case e.Scope != exposure.ScopeNone && e.Scope != "":
		return 1
	}
	return 0
}
