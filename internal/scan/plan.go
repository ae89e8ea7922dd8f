package scan

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/store"
)

// sampledPorts is how many ports of one endpoint are probed as they are. Where
// more are open only the supported ones among them are.
const sampledPorts = 100

// job is one endpoint on its way through the scan.
type job struct {
	endpoint  exposure.Endpoint
	ports     []uint16 // to probe, ascending
	key       string   // of its results in the store
	observed  *exposure.Observation
	lastSeen  time.Time                     // of the result in the store, zero without one
	responses map[uint16]*exposure.Response // of the ports that answered a GET
	probed    func()                        // to be called after the first stage
	withheld  map[uint16]string             // why no picture of a port is kept
	withdrawn map[uint16]bool               // earlier pictures of a port are gone
	failed    error                         // of the store, while the endpoint was looked at
}

// plan decides for every endpoint whether it is looked at, left out, or judged
// by a stored result that is fresh enough.
func (s *scan) plan(ctx context.Context, endpoints []exposure.Endpoint) ([]*job, error) {
	sorted := slices.Clone(endpoints)
	exposure.SortEndpoints(sorted)
	jobs := make([]*job, len(sorted))
	for i, e := range sorted {
		j := &job{endpoint: e, responses: map[uint16]*exposure.Response{}, withheld: map[uint16]string{}, withdrawn: map[uint16]bool{}}
		jobs[i] = j
		if status, reason := s.leaveOut(j); status != "" {
			j.observed = notScanned(status, reason)
			continue
		}
		j.key = s.storeKey(j)
		if settled, err := s.outside(ctx, j); err != nil {
			return nil, err
		} else if settled {
			continue
		}
		if err := s.reuse(ctx, j); err != nil {
			return nil, err
		}
	}
	return jobs, nil
}

// leaveOut returns why an endpoint is not looked at, and chooses the ports of
// one that is.
func (s *scan) leaveOut(j *job) (status exposure.PortStatus, reason string) {
	e, outOfScope := j.endpoint, s.Settings.Scope.LeavesOut(j.endpoint)
	switch {
	case !s.Settings.Enabled:
		return exposure.StatusScannerDisabled, "scanning is disabled in the settings"
	case outOfScope != "":
		return exposure.StatusExcluded, outOfScope
	case e.Dormant:
		return exposure.StatusExcluded, "the resource is declared stopped"
	case e.Transport != exposure.TCP:
		return exposure.StatusUnsupportedPort, fmt.Sprintf("only TCP is probed, not %s", e.Transport)
	case e.Host == "":
		return exposure.StatusScanFailed, "the address is not known"
	case s.Disowned[e.ID] != "":
		return exposure.StatusScanFailed, s.Disowned[e.ID]
	}
	j.ports = s.choose(e.Ports)
	switch {
	case len(j.ports) > 0:
		return "", ""
	case exposure.CountPorts(e.Ports) <= sampledPorts:
		return exposure.StatusUnsupportedPort, "port 0 is no port that a service can use"
	}
	return exposure.StatusUnsupportedPort, fmt.Sprintf("more than %d ports are open and none of them is a supported port", sampledPorts)
}

// choose returns the ports to probe.
func (s *scan) choose(ranges []exposure.PortRange) []uint16 {
	wide := exposure.CountPorts(ranges) > sampledPorts
	ports := []uint16{}
	for _, r := range ranges {
		for p := int(max(r.Lo, 1)); p <= int(r.Hi); p++ {
			if !wide || s.Settings.Probes(uint16(p)) {
				ports = append(ports, uint16(p))
			}
		}
	}
	return ports
}

// storeKey names what a stored result is a result of: the endpoint, where it
// lives, and which of its ports were asked how.
func (s *scan) storeKey(j *job) string {
	parts := []string{j.endpoint.ResourceAddress, j.endpoint.Key, strings.ToLower(j.endpoint.Host), j.endpoint.Path}
	for _, p := range s.Within[j.endpoint.ID] { // it decides which address is asked
		parts = append(parts, p.String())
	}
	for _, p := range j.ports {
		how := "tcp"
		if s.Settings.IsHTTP(p) {
			how = "http"
		}
		parts = append(parts, fmt.Sprintf("%d/%s", p, how))
	}
	if rules := s.Settings.HostRules; rules.Enabled { // a result without evidence cannot answer them
		parts = append(parts, fmt.Sprintf("configuration/%t", rules.Extended))
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "|")))
	return hex.EncodeToString(sum[:])[:32]
}

// reuse takes the stored result when it is good enough. One that cannot be read
// is none: the look that follows makes up for it.
func (s *scan) reuse(ctx context.Context, j *job) error {
	stored, ok, err := s.Store.Latest(ctx, j.key)
	if errors.Is(err, store.ErrUnreadable) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read stored result of %s: %w", j.endpoint.HostPort(), err)
	}
	if !ok {
		return nil
	}
	j.lastSeen = stored.ScannedAt
	if s.suits(ctx, j, stored) {
		j.take(stored)
	}
	return nil
}

// take judges the job by a stored result.
func (j *job) take(stored exposure.Observation) {
	stored.FromStore = true
	j.observed = &stored
}

// suits reports whether a stored result is younger than the scan interval. A
// scan that failed never does, for it knew nothing, nor does a result that the
// user may have mended since.
func (s *scan) suits(ctx context.Context, j *job, stored exposure.Observation) bool {
	age := s.Now().Sub(stored.ScannedAt)
	return stored.PortStatus.Scanned() && age >= 0 && age < s.Settings.ScanInterval && !s.mendable(ctx, j, stored)
}

// claim makes sure that of the processes that share the store one looks at the
// endpoint. While another does it waits, without the connection that the job
// would take, and the result of that one settles the job: it is as new as this
// run, so what was to be mended before the run is mended in it. Otherwise
// release is to be called after the look.
func (s *scan) claim(ctx context.Context, j *job) (settled bool, release func(), err error) {
	found, release, err := s.Store.Claim(ctx, j.key, j.lastSeen, j.probed, func(o exposure.Observation) bool {
		return o.PortStatus.Scanned() && o.ScannedAt.After(s.began) || s.suits(ctx, j, o)
	})
	switch {
	case err != nil:
		return false, nil, fmt.Errorf("claim %s: %w", j.endpoint.HostPort(), err)
	case found != nil:
		j.take(*found)
		return true, nil, nil
	}
	return false, release, nil
}

// mendable reports whether a stored result has a finding that is bad enough to
// be looked at again and that nobody accepts, or cannot be judged at all.
func (s *scan) mendable(ctx context.Context, j *job, stored exposure.Observation) bool {
	if err := s.policy.Judge(ctx, j.endpoint, &stored); err != nil {
		return true
	}
	if !s.Settings.DataScanning {
		stored.Leaks = nil
	}
	again := func(f exposure.Finding) bool {
		f.Input = j.endpoint.Input
		return f.Severity >= s.LookAgainFrom && (s.Accepted == nil || !s.Accepted(f))
	}
	return s.LookAgainFrom != exposure.SeverityNone && slices.ContainsFunc(s.findings(ctx, j.endpoint, stored), again)
}

// due returns the jobs that need a look: those never scanned first, then from
// the newest to the oldest result.
func due(jobs []*job) []*job {
	var out []*job
	for _, j := range jobs {
		if j.observed == nil {
			out = append(out, j)
		}
	}
	slices.SortStableFunc(out, func(a, b *job) int {
		switch {
		case a.lastSeen.IsZero() && b.lastSeen.IsZero():
			return 0
		case a.lastSeen.IsZero():
			return -1
		case b.lastSeen.IsZero():
			return 1
		}
		return b.lastSeen.Compare(a.lastSeen)
	})
	return out
}

func notScanned(status exposure.PortStatus, reason string) *exposure.Observation {
	return &exposure.Observation{
		PortStatus:        status,
		Reason:            reason,
		ResolvedAddresses: []string{},
		Ports:             []exposure.PortObservation{},
		Severity:          exposure.SeverityCritical,
	}
}
