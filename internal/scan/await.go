package scan

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Patience says how endpoints are waited for that need time to come up.
type Patience struct {
	Interval  time.Duration // between two looks at an endpoint; at least a second
	Successes int           // looks in a row that have to find it; at least one
}

// AbsentError tells the endpoints that were not there when the time was over.
type AbsentError struct {
	// Pending are the last results of each, in the order of SortEndpoints.
	// Observed is nil where no look came to an end.
	Pending []exposure.Result
}

// Error implements error.
func (e *AbsentError) Error() string {
	var texts []string
	for _, r := range e.Pending {
		texts = append(texts, r.Endpoint.HostPort()+": "+SeenLast(r))
	}
	return "not there in time: " + strings.Join(texts, "; ")
}

// Await looks at the endpoints until each was found as often in a row as p
// asks, and returns the last result of each, in the order of SortEndpoints.
// Every look is a new one, and each is as gentle as any: what Run promises of
// the one-a-second rule holds. A finding is no reason to look again.
//
// It ends with ctx, whose deadline is the only limit; the error is then an
// *AbsentError. Other errors are those of Run.
func Await(ctx context.Context, r Request, p Patience, found func(exposure.Result) bool) ([]exposure.Result, error) {
	last, streak := map[string]exposure.Result{}, map[string]int{}
	for _, e := range r.Endpoints {
		last[e.ID] = exposure.Result{Endpoint: e, Severity: exposure.SeverityCritical}
	}
	r.Settings.ScanInterval = 0
	for {
		outcome, err := Run(ctx, r)
		switch {
		case err != nil && ctx.Err() != nil:
			return lastOf(last), absent(last, streak, p)
		case err != nil:
			return nil, err
		}
		for _, result := range outcome.Results {
			id := result.Endpoint.ID
			last[id] = result
			if streak[id]++; !found(result) {
				streak[id] = 0
			}
		}
		r.Endpoints = slices.DeleteFunc(slices.Clone(r.Endpoints), func(e exposure.Endpoint) bool { return streak[e.ID] >= p.Successes })
		if len(r.Endpoints) == 0 {
			return lastOf(last), nil
		}
		select {
		case <-ctx.Done():
			return lastOf(last), absent(last, streak, p)
		case <-time.After(max(p.Interval, time.Second)):
		}
	}
}

func absent(last map[string]exposure.Result, streak map[string]int, p Patience) error {
	e := &AbsentError{}
	for _, r := range lastOf(last) {
		if streak[r.Endpoint.ID] < p.Successes {
			e.Pending = append(e.Pending, r)
		}
	}
	return e
}

func lastOf(last map[string]exposure.Result) []exposure.Result {
	out := []exposure.Result{}
	for _, r := range last {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b exposure.Result) int { return exposure.CompareEndpoints(a.Endpoint, b.Endpoint) })
	return out
}

// Arrived returns what tells an endpoint that is as it is wanted: open, with an
// HTTP answer on every open port that got a GET, or closed. One that nobody
// looks at, be it left out or out of its scan window, is not worth waiting for.
func Arrived(want exposure.PortStatus) func(exposure.Result) bool {
	return func(r exposure.Result) bool {
		switch o := r.Observed; {
		case o == nil:
			return false
		case o.FromStore:
			return true // an old result was taken although a new look was asked for: no window is open
		case o.PortStatus == exposure.StatusOpen && want == exposure.StatusOpen:
			return len(mute(*o)) == 0
		case o.PortStatus == exposure.StatusOpen, o.PortStatus == exposure.StatusClosed, o.PortStatus == exposure.StatusScanFailed:
			return o.PortStatus == want
		}
		return true
	}
}

// mute returns the open ports that gave no answer to their GET.
func mute(o exposure.Observation) []exposure.PortObservation {
	var out []exposure.PortObservation
	for _, p := range o.Ports {
		if p.Result == exposure.Open && p.HTTP != nil && p.HTTP.Status == exposure.HTTPClientError {
			out = append(out, p)
		}
	}
	return out
}

// SeenLast says what the last look at an endpoint saw, a clause.
func SeenLast(r exposure.Result) string {
	o := r.Observed
	switch {
	case o == nil:
		return "no look at it came to an end"
	case o.PortStatus == exposure.StatusOpen && len(mute(*o)) > 0:
		p := mute(*o)[0]
		return fmt.Sprintf("port %d was open and gave no HTTP answer: %s", p.Port, p.HTTP.Reason)
	case o.PortStatus == exposure.StatusOpen:
		return fmt.Sprintf("it was open on %s", exposure.FormatPorts(portsThat(*o, exposure.Open)))
	case o.PortStatus != exposure.StatusClosed:
		return o.Reason
	case len(portsThat(*o, exposure.Refused)) > 0:
		return fmt.Sprintf("it refused %s", exposure.FormatPorts(portsThat(*o, exposure.Refused)))
	}
	return "it kept silent on every port"
}

func portsThat(o exposure.Observation, result exposure.PortResult) []exposure.PortRange {
	var out []exposure.PortRange
	for _, p := range o.Ports {
		if p.Result == result {
			out = append(out, exposure.PortRange{Lo: p.Port, Hi: p.Port})
		}
	}
	return exposure.MergePortRanges(out)
}
