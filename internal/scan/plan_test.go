package scan_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
)

func TestWhatIsLeftOutSaysWhyAndIsNotDialled(t *testing.T) {
	server := probetest.Silent(t)
	tests := []struct {
		name     string
		settings func(*settings.Settings)
		endpoint func(*exposure.Endpoint)
		status   exposure.PortStatus
		reason   string
		rule     string
	}{
		{"scanning is disabled", func(s *settings.Settings) { s.Enabled = false }, nil, exposure.StatusScannerDisabled, "scanning is disabled in the settings", "left-out"},
		{"the project is excluded", func(s *settings.Settings) { s.Scope.ExcludeProjects = []string{"dev*"} }, func(e *exposure.Endpoint) { e.Project = "dev-1" },
			exposure.StatusExcluded, `project "dev-1" is out of the declared scope`, "left-out"},
		{"the project is not included", func(s *settings.Settings) { s.Scope.IncludeProjects = []string{"prod"} }, nil, exposure.StatusExcluded, `it has no known project, and the declared scope names some`, "left-out"},
		{"the resource is stopped", nil, func(e *exposure.Endpoint) { e.Dormant = true }, exposure.StatusExcluded, "the resource is declared stopped", "left-out"},
		{"the transport is UDP", nil, func(e *exposure.Endpoint) { e.Transport = exposure.UDP }, exposure.StatusUnsupportedPort, "only TCP is probed, not udp", "left-out"},
		{"the host is not known", nil, func(e *exposure.Endpoint) { e.Host = "" }, exposure.StatusScanFailed, "the address is not known", "not-scanned"},
		{"many ports and none supported", nil, func(e *exposure.Endpoint) { e.Ports = []exposure.PortRange{{Lo: 20000, Hi: 20200}} }, exposure.StatusUnsupportedPort,
			"more than 100 ports are open and none of them is a supported port", "left-out"},
		{"only port 0", nil, func(e *exposure.Endpoint) { e.Ports = []exposure.PortRange{{}} }, exposure.StatusUnsupportedPort, "port 0 is no port that a service can use", "left-out"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := request(t, at("a", server.Addr))
			if test.settings != nil {
				test.settings(&r.Settings)
			}
			if test.endpoint != nil {
				test.endpoint(&r.Endpoints[0])
			}
			got := only(t, run(t, r))
			if got.Observed.PortStatus != test.status || got.Observed.Reason != test.reason || got.Severity != exposure.SeverityCritical {
				t.Errorf("status %s, reason %q, severity %s, want %s, %q, critical", got.Observed.PortStatus, got.Observed.Reason, got.Severity, test.status, test.reason)
			}
			if diff := cmp.Diff([]string{test.rule}, rules(got.Findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
	if n := server.Settle(t); n != 0 {
		t.Errorf("the server got %d connections, want none", n)
	}
}

func TestWhatWasLeftOutFailsTheGateOnlyOnRequest(t *testing.T) {
	v := scan.Validation{Request: request(t, at("a", probetest.Refusing(t))), Gate: scan.Gate{FailOn: exposure.SeverityCritical}}
	v.Settings.Enabled = false
	if r := validate(t, v); !r.Passed || len(r.Findings) != 1 {
		t.Errorf("passed %v with findings %v, want passed with one", r.Passed, r.Findings)
	}
	v.Gate.FailOnUnscanned = true
	if r := validate(t, v); r.Passed {
		t.Error("passed with FailOnUnscanned")
	}
}

// A wide range is probed at the ports that are supported or asked for.
func TestOfAWideRangeOnlySupportedPortsAreProbed(t *testing.T) {
	t.Parallel()
	r := request(t, declared("a", "127.0.0.93", exposure.AllPorts))
	r.Settings.AddedPorts = []exposure.PortRange{{Lo: 12345, Hi: 12345}}
	o := only(t, run(t, r)).Observed
	if want := len(exposure.SupportedPorts()) + 1; o.PortsProbed != want || o.PortStatus != exposure.StatusClosed {
		t.Errorf("%d ports probed, %s, want %d, closed", o.PortsProbed, o.PortStatus, want)
	}
	r = request(t, declared("a", "127.0.0.93", exposure.PortRange{Lo: 20000, Hi: 20099}))
	if o := only(t, run(t, r)).Observed; o.PortsProbed != 100 || len(o.Ports) != 100 {
		t.Errorf("%d ports probed, %d listed, want 100 of 100", o.PortsProbed, len(o.Ports))
	}
}

func TestNeverScannedComesFirstThenTheNewestResult(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var order []string
	named := func(name string) *probetest.Listener {
		return probetest.HTTP(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			order = append(order, name)
		}))
	}
	// One connection at once, so that the order of the looks is that of the GETs.
	old, recent, never := named("old"), named("recent"), named("never")
	r := request(t)
	r.Settings = webPorts(r.Settings, old.Addr, recent.Addr, never.Addr)
	r.Settings.Limits.Connections = 1
	clock := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	r.Now = func() time.Time { return clock }
	for _, l := range []*probetest.Listener{old, recent} {
		one := r
		one.Endpoints = []exposure.Endpoint{at(map[*probetest.Listener]string{old: "a.old", recent: "b.recent"}[l], l.Addr)}
		run(t, one)
		clock = clock.Add(time.Hour)
	}
	clock = clock.Add(48 * time.Hour)
	order = nil
	r.Endpoints = []exposure.Endpoint{at("a.old", old.Addr), at("b.recent", recent.Addr), at("c.never", never.Addr)}
	run(t, r)
	mu.Lock()
	defer mu.Unlock()
	if diff := cmp.Diff([]string{"never", "recent", "old"}, order); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestAFreshResultIsReusedAndAnOldOneIsNot(t *testing.T) {
	t.Parallel()
	refused, clock := probetest.Refusing(t), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	r := request(t, at("a", refused))
	r.Now = func() time.Time { return clock }
	r.LookAgainFrom = exposure.SeverityCritical
	tests := []struct {
		name      string
		after     time.Duration
		fromStore bool
	}{
		{"first", 0, false},
		{"just before the interval ends", 24*time.Hour - time.Second, true},
		{"when it has ended", time.Second, false},
		{"from the future", -72 * time.Hour, false}, // the clock was set back
	}
	for _, test := range tests {
		clock = clock.Add(test.after)
		if o := only(t, run(t, r)).Observed; o.FromStore != test.fromStore || o.PortStatus != exposure.StatusClosed {
			t.Errorf("%s: from store %v, %s, want %v, closed", test.name, o.FromStore, o.PortStatus, test.fromStore)
		}
	}
}

func TestAResultThatFailsIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	server := probetest.Silent(t)
	r := request(t, at("a", server.Addr))
	run(t, r)
	if o := only(t, run(t, r)).Observed; !o.FromStore || o.PortStatus != exposure.StatusOpen {
		t.Errorf("without a gate: from store %v, %s, want the stored open port", o.FromStore, o.PortStatus)
	}
	r.LookAgainFrom = exposure.SeverityCritical
	if o := only(t, run(t, r)).Observed; o.FromStore {
		t.Error("with a gate: the critical result was reused")
	}
	if n := server.Settle(t); n != 2 {
		t.Errorf("%d connections, want 2", n)
	}
}

// Nobody is about to mend what is accepted, so that there is nothing to see
// before the interval is over; once the waiver has ended, there is.
func TestAWaivedFindingIsNotLookedAtAgainWhileItsWaiverHolds(t *testing.T) {
	t.Parallel()
	server := probetest.Silent(t)
	clock := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	v := scan.Validation{Request: request(t, at("a", server.Addr)), Gate: scan.Gate{FailOn: exposure.SeverityCritical}}
	v.Now = func() time.Time { return clock }
	v.Gate.Waivers = []exposure.Waiver{{Rule: "open-port", Reason: "r", Owner: "o", Expires: clock.Add(2 * time.Minute)}}
	for i, fromStore := range []bool{false, true, true, false} {
		if r := validate(t, v); r.Results[0].Observed.FromStore != fromStore || r.Passed != (i < 3) {
			t.Errorf("run %d: from store %v, passed %v, want %v, %v", i, r.Results[0].Observed.FromStore, r.Passed, fromStore, i < 3)
		}
		clock = clock.Add(time.Minute)
	}
	v.Gate.Waivers[0].Expires, v.Gate.Waivers[0].Severity = clock.Add(time.Hour), exposure.SeverityHigh
	if r := validate(t, v); r.Results[0].Observed.FromStore || r.Passed {
		t.Error("a waiver that accepts less than the finding kept it from being looked at")
	}
}

// A page that is harmless but for the secret in it fails the gate too.
func TestALeakIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	page := "token: " + planted
	var mu sync.Mutex
	server := probetest.HTTP(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		w.WriteHeader(http.StatusNotFound)
		w.Write([]byte(page))
	}))
	r := request(t, at("a", server.Addr))
	r.Settings = webPorts(r.Settings, server.Addr)
	r.LookAgainFrom = exposure.SeverityCritical
	if got := only(t, run(t, r)); !slices.Contains(rules(got.Findings), "secret-exposed") || got.Observed.Severity >= exposure.SeverityCritical {
		t.Fatalf("findings %v, severity %s, want a secret on a page that is not critical", rules(got.Findings), got.Observed.Severity)
	}
	mu.Lock()
	page = "mended"
	mu.Unlock()
	if got := only(t, run(t, r)); got.Observed.FromStore || slices.Contains(rules(got.Findings), "secret-exposed") {
		t.Errorf("from store %v, findings %v, want the mended page", got.Observed.FromStore, rules(got.Findings))
	}
}

func TestAFailedScanIsNeverReused(t *testing.T) {
	r := request(t, declared("a", "gone.test", exposure.PortRange{Lo: 22, Hi: 22}))
	for range 2 {
		o := only(t, run(t, r)).Observed
		if o.FromStore || o.PortStatus != exposure.StatusScanFailed || !strings.Contains(o.Reason, "gone.test") {
			t.Errorf("from store %v, %s, %q, want a failed scan that names the host", o.FromStore, o.PortStatus, o.Reason)
		}
	}
}

func TestResultsOfTwoWaysToAskAreKeptApart(t *testing.T) {
	t.Parallel()
	server := probetest.HTTP(t, http.NotFoundHandler())
	r := request(t, at("a", server.Addr))
	if got := only(t, run(t, r)); got.Observed.Ports[0].HTTP != nil {
		t.Fatalf("a port that is no HTTP port got a GET: %+v", got.Observed.Ports[0].HTTP)
	}
	r.Settings = webPorts(r.Settings, server.Addr)
	if got := only(t, run(t, r)); got.Observed.FromStore || got.Observed.Ports[0].HTTP == nil {
		t.Errorf("from store %v, want a new look with a GET", got.Observed.FromStore)
	}
	r.Endpoints[0].Path = "/other"
	if got := only(t, run(t, r)); got.Observed.FromStore {
		t.Error("the result of one path was used for another")
	}
}

func TestTheThrottleHoldsOverTwoRuns(t *testing.T) {
	t.Parallel()
	server := probetest.Silent(t)
	r := request(t, at("a", server.Addr))
	r.LookAgainFrom = exposure.SeverityLow
	began := time.Now()
	run(t, r)
	again := r
	again.Store = openStore(t, r.Store.Dir()) // as another process would
	run(t, again)
	if took := time.Since(began); took < time.Second || server.Settle(t) != 2 {
		t.Errorf("two scans of one port took %v with %d connections, want two at least a second apart", took, server.Count())
	}
}
