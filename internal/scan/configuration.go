package scan

import (
	"context"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probe/services"
)

// conversations returns the probes of an open port that gets no GET, none when
// the rules are off. The first of them uses the connection of the handshake.
func (s *scan) conversations(port uint16) []services.Probe {
	if s.rules == nil {
		return nil
	}
	return services.Conversations(port, s.Settings.HostRules.Extended)
}

// configuration asks the open ports how they are configured, for the host
// configuration rules: what the answers that are there tell, and one more
// question at most; in extended mode every one that applies.
func (s *scan) configuration(ctx context.Context, j *job) {
	if s.rules == nil || len(j.observed.ResolvedAddresses) == 0 {
		return
	}
	addr, err := netip.ParseAddr(j.observed.ResolvedAddresses[0])
	if err != nil {
		return // it was written by the probe, from an address
	}
	var group sync.WaitGroup
	for i := range j.observed.Ports {
		p := &j.observed.Ports[i]
		if p.Result != exposure.Open {
			continue
		}
		response := j.responses[p.Port]
		s.readPages(p, response)
		group.Go(func() {
			secure := response != nil && strings.HasPrefix(response.URL, "https:")
			for _, question := range s.questions(p, response) {
				if !s.connection(ctx) {
					return
				}
				p.Evidence = append(p.Evidence, s.prober.Ask(ctx, j.endpoint.Host, addr, p.Port, secure, question))
				<-s.sockets
			}
			slices.SortFunc(p.Evidence, func(a, b exposure.Evidence) int { return strings.Compare(a.Probe, b.Probe) })
		})
	}
	group.Wait()
}

// betweenQuestions is how long a port is left alone, by the throttle.
const betweenQuestions = time.Second

// connection waits for one of the connections at once, and reports whether it
// has one. The throttle would make a question wait until a second after the
// last; that wait takes place here, where it holds no connection.
func (s *scan) connection(ctx context.Context) bool {
	timer := time.NewTimer(betweenQuestions)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return false
	}
	select {
	case s.sockets <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// readPages takes facts from an answer that is there.
func (s *scan) readPages(p *exposure.PortObservation, response *exposure.Response) {
	if response == nil || p.HTTP == nil {
		return
	}
	for _, page := range services.Pages(p.Port, technologyNames(p)) {
		if fields := page.Page(*response); fields != nil {
			p.Evidence = append(p.Evidence, exposure.Evidence{Probe: page.ID, Fields: fields})
		}
	}
}

// questions returns what is still to be asked of an open port.
func (s *scan) questions(p *exposure.PortObservation, response *exposure.Response) []services.Probe {
	extended := s.Settings.HostRules.Extended
	switch {
	case response != nil && p.HTTP != nil:
		all := services.Questions(p.Port, technologyNames(p), *response, extended)
		if !extended {
			return all[:min(len(all), 1)]
		}
		return all
	case p.HTTP == nil && extended:
		all := s.conversations(p.Port)
		return all[min(len(all), 1):]
	}
	return nil
}

func technologyNames(p *exposure.PortObservation) []string {
	names := make([]string, len(p.HTTP.Technologies))
	for i, t := range p.HTTP.Technologies {
		names[i] = t.Name
	}
	return names
}

// redactServices replaces the secrets in what services told.
func (s *scan) redactServices(ctx context.Context, j *job) {
	for i := range j.observed.Ports {
		p := &j.observed.Ports[i]
		p.Banner = s.clean(ctx, j, p.Port, "banner", whole(p.Banner, atLeast(p.Banner, cutBanner)))
		for k, e := range p.Evidence {
			p.Evidence[k].Reason = s.clean(ctx, j, p.Port, "service answer", e.Reason)
			for _, name := range slices.Sorted(maps.Keys(e.Fields)) { // in order, so that leaks are found in the same one
				e.Fields[name] = s.cleanValue(ctx, j, p.Port, e.Fields[name], maxDepth)
			}
		}
	}
}

// Bounds of a fact that is kept.
const (
	cutBanner  = 256
	maxDepth   = 4
	maxElement = 100
	cutFact    = 500 // characters
)

// cleanValue returns a fact without its secrets. What is no value of JSON and
// what is nested deeper than a fact is becomes nothing.
func (s *scan) cleanValue(ctx context.Context, j *job, port uint16, value any, depth int) any {
	if depth == 0 {
		return nil
	}
	switch v := value.(type) {
	case bool, float64:
		return v
	case int:
		return float64(v)
	case string:
		text := exposure.Cut(exposure.CleanLine(v), cutFact)
		return s.clean(ctx, j, port, "service answer", whole(text, atLeast(v, cutFact)))
	case []string:
		all := make([]any, len(v))
		for i := range v {
			all[i] = v[i]
		}
		return s.cleanValue(ctx, j, port, all, depth)
	case []any:
		out := []any{}
		for _, element := range v[:min(len(v), maxElement)] {
			out = append(out, s.cleanValue(ctx, j, port, element, depth-1))
		}
		return out
	case map[string]any:
		out := map[string]any{}
		names := slices.Sorted(maps.Keys(v))
		for _, name := range names[:min(len(names), maxElement)] {
			out[exposure.Cut(exposure.CleanLine(name), cutFact)] = s.cleanValue(ctx, j, port, v[name], depth-1)
		}
		return out
	}
	return nil
}
