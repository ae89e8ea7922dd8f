package scan

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probe"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probe/services"
)

// probe resolves the host once and asks its first address about every port.
func (s *scan) probe(ctx context.Context, j *job) {
	addrs, err := s.prober.Resolve(ctx, j.endpoint.Host)
	if err != nil {
		j.observed = notScanned(exposure.StatusScanFailed, err.Error())
		j.observed.ScannedAt = s.Now().UTC()
		return
	}
	accepted, rest := divideAddresses(addrs, s.Within[j.endpoint.ID])
	if len(accepted) == 0 {
		j.observed = notScanned(exposure.StatusScanFailed, fmt.Sprintf("%s resolves to %s, where it is not accepted", j.endpoint.Host, strings.Join(rest, ", ")))
		j.observed.ScannedAt, j.observed.ResolvedAddresses = s.Now().UTC(), rest
		return
	}
	first, err := netip.ParseAddr(accepted[0])
	if err != nil {
		j.observed = notScanned(exposure.StatusScanFailed, err.Error())
		return
	}
	answers := s.ports(ctx, j, first)
	o := summarise(answers)
	o.ResolvedAddresses = slices.Concat(accepted, rest) // later stages ask the first
	o.AnswersOnAllPorts = answersOnAllPorts(o, exposure.CountPorts(j.endpoint.Ports) > sampledPorts)
	o.ScannedAt = s.Now().UTC()
	j.observed = &o
}

// divideAddresses tells the addresses at which an endpoint may be probed from
// the others, each in the order given.
func divideAddresses(addrs []netip.Addr, within []netip.Prefix) (accepted, rest []string) {
	for _, a := range addrs {
		if len(within) == 0 || slices.ContainsFunc(within, func(p netip.Prefix) bool { return p.Contains(a.Unmap()) }) {
			accepted = append(accepted, a.String())
		} else {
			rest = append(rest, a.String())
		}
	}
	return accepted, rest
}

// ports asks about the ports of one address, several at once.
func (s *scan) ports(ctx context.Context, j *job, addr netip.Addr) []exposure.PortObservation {
	answers := make([]exposure.PortObservation, len(j.ports))
	var mu sync.Mutex
	var group sync.WaitGroup
	for i, port := range j.ports {
		select {
		case s.sockets <- struct{}{}:
		case <-ctx.Done():
			answers[i] = exposure.PortObservation{Port: port, Result: exposure.Unverified, Detail: context.Cause(ctx).Error()}
			continue
		}
		group.Go(func() {
			defer func() { <-s.sockets }()
			answer, response := s.port(ctx, j.endpoint, addr, port)
			mu.Lock()
			defer mu.Unlock()
			answers[i] = answer
			if response != nil {
				j.responses[port] = response
			}
		})
	}
	group.Wait()
	return answers
}

// port asks one port: with a GET where one is due, else with the probe of the
// service that usually listens there.
func (s *scan) port(ctx context.Context, e exposure.Endpoint, addr netip.Addr, port uint16) (exposure.PortObservation, *exposure.Response) {
	if get := s.get(e, port); get != nil {
		return s.prober.Port(ctx, e.Host, addr, port, get)
	}
	var first *services.Probe
	if all := s.conversations(port); len(all) > 0 {
		first = &all[0]
	}
	return s.prober.Service(ctx, e.Host, addr, port, first), nil
}

// get returns the GET that is due on an open port, nil where the handshake is
// all there is.
func (s *scan) get(e exposure.Endpoint, port uint16) *probe.Get {
	if !s.Settings.IsHTTP(port) {
		return nil
	}
	return &probe.Get{Path: e.Path, TLSFirst: probe.TLSFirst(port)}
}

// summarise turns the answers of the ports into the status of the endpoint.
func summarise(answers []exposure.PortObservation) exposure.Observation {
	o := exposure.Observation{
		PortStatus:        exposure.StatusClosed,
		PortsProbed:       len(answers),
		ResolvedAddresses: []string{},
		Ports:             []exposure.PortObservation{},
	}
	for _, a := range answers {
		switch {
		case a.Result == exposure.Open:
			o.PortStatus = exposure.StatusOpen
		case a.Result == exposure.Unverified && o.PortStatus != exposure.StatusOpen:
			o.PortStatus, o.Reason = exposure.StatusScanFailed, a.Detail
		}
		if len(answers) <= sampledPorts || a.Result == exposure.Open || a.Result == exposure.Unverified {
			o.Ports = append(o.Ports, a)
		}
	}
	if o.PortStatus != exposure.StatusScanFailed {
		o.Reason = ""
	}
	return o
}

// answersOnAllPorts reports whether so many ports answer that a firewall or
// tarpit rather than services is likely behind them.
func answersOnAllPorts(o exposure.Observation, sampled bool) bool {
	open := len(o.OpenPorts())
	return open > sampledPorts || sampled && open == o.PortsProbed && open > 1
}
