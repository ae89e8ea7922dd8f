// Package scan runs the stages in order over the endpoints that an analysis
// found or a user declared: scope and freshness, handshake, GET, fingerprint,
// host configuration probes, redaction, screenshot, severity, findings, store.
//
// It is the only place with concurrency. It decides which endpoints are looked
// at and in which order; how a stage looks is the stage's business.
package scan

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probe"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/store"
)

// Request is what to scan, and how.
type Request struct {
	Endpoints   []exposure.Endpoint
	Settings    settings.Settings
	Store       *store.Store   // results, screenshots and the throttle; not closed by Run
	Allowed     []netip.Prefix // networks that may be probed beside public addresses
	BrowserPath string         // empty: look for one
	Resolver    probe.Resolver // nil: the system's
	Now         func() time.Time

	// Within is where the hosts of endpoints may live, by the endpoints' ids; one
	// that is not in it may live anywhere. A name that resolves only elsewhere is
	// not probed.
	Within map[string][]netip.Prefix

	// Disowned says of endpoints, by their ids, why they are not looked at
	// although somebody wants them looked at: clauses. They are scan_failed.
	Disowned map[string]string

	// LookAgainFrom is the severity from which on a stored result is not
	// reused however fresh it is, so that a fix is seen at once. None reuses
	// every fresh result.
	LookAgainFrom exposure.Severity

	// Accepted, when not nil, tells the findings that are no reason to look
	// again: nobody is about to mend them. Calls come one at a time.
	Accepted func(exposure.Finding) bool

	// Progress, when not nil, is told how many of the endpoints are done. Calls
	// come one at a time.
	Progress func(done, total int)

	// Looked, when not nil, is told of every endpoint that was looked at how
	// long that took, with all its waits. Calls come one at a time.
	Looked func(e exposure.Endpoint, took time.Duration)
}

// Outcome is what a scan brought.
type Outcome struct {
	Results  []exposure.Result // one for each endpoint, in the order of exposure.SortEndpoints
	Warnings []string          // what the user should know beside the results: sentences without full stop, sorted
}

// Run scans the endpoints. Every endpoint has a result; what could not be
// looked at says so and is critical. An error means that nothing of the scan
// is to be relied on: it was cancelled, a policy is broken, or the store fails.
func Run(ctx context.Context, r Request) (Outcome, error) {
	defer boundMemory()()
	s, err := prepare(r)
	if err != nil {
		return Outcome{}, fmt.Errorf("prepare scan: %w", err)
	}
	defer s.close()
	jobs, err := s.plan(ctx, r.Endpoints)
	if err != nil {
		return Outcome{}, fmt.Errorf("plan scan: %w", err)
	}
	if err := s.each(ctx, due(jobs), s.look); err != nil {
		return Outcome{}, fmt.Errorf("scan endpoints: %w", err)
	}
	results, err := s.judge(ctx, jobs)
	if err != nil {
		return Outcome{}, fmt.Errorf("judge endpoints: %w", err)
	}
	s.close() // which may have something to tell
	s.tellUnlooked()
	return Outcome{Results: results, Warnings: s.warnings()}, nil
}

// look takes one endpoint through the stages that ask the network and read
// its answer, and keeps what was learnt.
func (s *scan) look(ctx context.Context, j *job) error {
	settled, release, err := s.claim(ctx, j)
	if settled || err != nil {
		return err
	}
	defer release()
	if settled, err := s.outside(ctx, j); settled || err != nil {
		return err
	}
	s.probe(ctx, j)
	j.probed()
	s.fingerprint(ctx, j)
	s.configuration(ctx, j)
	s.redact(ctx, j)
	s.screenshot(ctx, j)
	if err := context.Cause(ctx); err != nil {
		return err // the silence is ours, not the endpoint's: nothing is kept
	}
	if j.failed != nil {
		return fmt.Errorf("keep secrets of %s out of the store: %w", j.endpoint.HostPort(), j.failed)
	}
	if err := s.policy.Judge(ctx, j.endpoint, j.observed); err != nil && context.Cause(ctx) != nil {
		return context.Cause(ctx) // any other error is told when all are judged
	}
	if err := s.Store.Put(ctx, j.key, j.endpoint, *j.observed); err != nil {
		return fmt.Errorf("keep result of %s: %w", j.endpoint.HostPort(), err)
	}
	return nil
}
