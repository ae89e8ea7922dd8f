package scan

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/datascan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/policy"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probe"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/screenshot"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
	"golang.org/x/sync/errgroup"
)

// scan is one run with what its stages need. What is costly to start waits for
// its first use.
type scan struct {
	Request
	began   time.Time
	prober  *probe.Prober
	policy  *policy.Policy
	rules   *policy.HostRules // nil: the settings turn them off
	sockets chan struct{}     // one token for each connection at once
	reading chan struct{}     // one for each answer that is read at once, see read
	secrets func() (*datascan.Scanner, error)
	leakKey func() ([]byte, error)
	sent    datascan.Mask // what the settings send along, which is theirs

	launching sync.Once
	launched  *screenshot.Browser // nil: none was needed, or launchErr
	launchErr error

	mu       sync.Mutex
	warned   []string
	unlooked unlooked
}

func prepare(r Request) (*scan, error) {
	if r.Store == nil || r.Now == nil {
		return nil, errors.New("a scan needs a store and a clock")
	}
	chosen, err := choosePolicy(r)
	if err != nil {
		return nil, err
	}
	rules, err := chooseRules(r.Settings.HostRules)
	if err != nil {
		return nil, err
	}
	l := r.Settings.Limits
	s := &scan{Request: r, began: r.Now(), policy: chosen, rules: rules, sockets: make(chan struct{}, max(l.Connections, 1)), reading: make(chan struct{}, runtime.GOMAXPROCS(0))}
	s.prober = probe.New(probe.Config{
		Allowed:   r.Allowed,
		Throttle:  r.Store,
		Resolver:  r.Resolver,
		UserAgent: r.Settings.UserAgent,
		Headers:   r.Settings.RequestHeaders,
		Limits: probe.Limits{
			ConnectTimeout:       l.ConnectTimeout,
			HTTPTimeout:          l.HTTPTimeout,
			BodyBytes:            l.BodySize,
			ConnectionsPerSecond: l.ConnectionsPerSecond,
		},
	})
	s.secrets = sync.OnceValues(datascan.New)
	s.leakKey = sync.OnceValues(func() ([]byte, error) { return r.Store.Key(context.Background()) }) // the store bounds it
	s.sent = datascan.NewMask(slices.Collect(maps.Values(r.Settings.RequestHeaders)))
	return s, nil
}

func choosePolicy(r Request) (*policy.Policy, error) {
	if r.Settings.CustomPolicy != "" {
		return policy.Custom(r.Settings.CustomPolicy)
	}
	return policy.Named(r.Settings.SeverityPolicy)
}

// CheckHostRules returns why declared host configuration rules cannot run, with
// the path of the setting that is at fault. The error is a sentence without its
// full stop; it names rules that are spelt alike, or file, line and column.
func CheckHostRules(h settings.HostRules) (setting []string, err error) {
	_, err = chooseRules(h)
	var unknown *policy.UnknownRuleError
	switch {
	case err == nil:
		return nil, nil
	case errors.As(err, &unknown):
		own, _ := ownRules(h.Folder) // they were read just now
		return []string{"host_configuration_rules", "skip"}, fmt.Errorf("%w%s", err, alike(unknown.IDs[0], append(policy.HostRuleIDs(), own...)))
	}
	return []string{"host_configuration_rules", "folder"}, err
}

// chooseRules returns the rules of a run, nil when the settings turn them off.
func chooseRules(h settings.HostRules) (*policy.HostRules, error) {
	if !h.Enabled {
		return nil, nil
	}
	var own fs.FS
	if h.Folder != "" {
		own = os.DirFS(h.Folder)
	}
	rules, err := policy.NewHostRules(h.Skip, own)
	var unknown *policy.UnknownRuleError
	if err != nil && own != nil && !errors.As(err, &unknown) {
		return nil, fmt.Errorf("folder %s: %w", h.Folder, err)
	}
	return rules, err
}

// browser starts the browser at its first use. ctx, the same for every
// endpoint of the run, bounds the start; the run always ends with close.
func (s *scan) browser(ctx context.Context) (*screenshot.Browser, error) {
	s.launching.Do(func() {
		s.launched, s.launchErr = screenshot.Launch(ctx, screenshot.Options{BrowserPath: s.BrowserPath, Warn: s.warn})
		if s.launchErr != nil {
			s.warn("No screenshots: " + s.launchErr.Error())
		}
	})
	return s.launched, s.launchErr
}

// close ends the browser when one was started. It may be called twice.
func (s *scan) close() {
	if s.launched == nil {
		return
	}
	if err := s.launched.Close(); err != nil {
		s.warn("The browser did not end cleanly: " + err.Error())
	}
}

func (s *scan) warn(message string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.warned, message) {
		s.warned = append(s.warned, message)
	}
}

func (s *scan) warnings() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	slices.Sort(s.warned)
	return slices.Clone(s.warned)
}

// endpointsAtOnce bounds how many endpoints are between their first handshake
// and their last stage at the same time; connections have a bound of their own.
const endpointsAtOnce = 64

// each runs one function over the jobs, several at once, started in their
// order. No more are at their first stage than there are connections, so that a
// later job does not take the connection of an earlier one; look says when that
// stage is over by j.probed. Beyond it a job mostly waits for its turn to ask
// again. The first error stops the rest.
func (s *scan) each(ctx context.Context, jobs []*job, look func(context.Context, *job) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(endpointsAtOnce)
	if cap(s.sockets) == 1 {
		group.SetLimit(1) // who allows one connection means one endpoint after the other
	}
	first := make(chan struct{}, cap(s.sockets))
	done := 0
	for _, j := range jobs {
		first <- struct{}{}
		j.probed = sync.OnceFunc(func() { <-first })
		group.Go(func() error {
			defer j.probed()
			if err := context.Cause(ctx); err != nil {
				return err
			}
			began := time.Now()
			err := look(ctx, j)
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.Looked != nil && err == nil {
				s.Looked(j.endpoint, time.Since(began))
			}
			if done++; s.Progress != nil && err == nil {
				s.Progress(done, len(jobs))
			}
			return err
		})
	}
	return group.Wait()
}

// judge gives every observation its severity by the policy, and its findings.
func (s *scan) judge(ctx context.Context, jobs []*job) ([]exposure.Result, error) {
	results := make([]exposure.Result, len(jobs))
	for i, j := range jobs {
		if err := s.policy.Judge(ctx, j.endpoint, j.observed); err != nil {
			if context.Cause(ctx) != nil {
				return nil, context.Cause(ctx)
			}
			s.warn("An endpoint could not be judged: " + err.Error())
			j.observed = notScanned(exposure.StatusScanFailed, "the severity policy gave no severity: "+err.Error())
		}
		if !s.Settings.DataScanning {
			j.observed.Leaks = nil
		}
		results[i] = exposure.Result{
			Endpoint: j.endpoint,
			Observed: j.observed,
			Severity: j.observed.Severity,
			Findings: s.findings(ctx, j.endpoint, *j.observed),
		}
	}
	return results, nil
}

// findings returns what the severity policy and the host configuration rules
// have to say about a judged observation, worst first.
func (s *scan) findings(ctx context.Context, e exposure.Endpoint, o exposure.Observation) []exposure.Finding {
	findings := policy.Findings(e, o)
	if s.rules == nil {
		return findings
	}
	found, err := s.rules.Findings(ctx, e, o)
	if err != nil && ctx.Err() == nil {
		s.warn("The host configuration rules gave no whole answer about " + e.HostPort() + ": " + exposure.CleanLine(err.Error()))
	}
	findings = append(findings, found...)
	exposure.SortFindings(findings)
	return findings
}
