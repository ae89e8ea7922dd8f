package scan_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate"
)

// nightly opens every day from 22:00 to 04:00 UTC.
func nightly(s settings.Settings) settings.Settings {
	s.ScanWindows = []settings.Window{{Days: []time.Weekday{0, 1, 2, 3, 4, 5, 6}, Start: 22 * 60, End: 4 * 60, Zone: time.UTC}}
	return s
}

func TestOutsideTheScanWindowsEarlierResultsAreUsedAndNothingIsProbed(t *testing.T) {
	server := probetest.Silent(t)
	known := at("aws_instance.known", server.Addr)
	other := at("aws_instance.new", server.Addr)
	now := time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC)
	r := request(t, known)
	r.Settings, r.Now = nightly(r.Settings), func() time.Time { return now }
	run := func() scan.Outcome {
		t.Helper()
		outcome, err := scan.Run(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		return outcome
	}
	if got := run().Results[0].Observed; got.FromStore || got.PortStatus != exposure.StatusOpen {
		t.Fatalf("within the window: %+v, want a look that finds an open port", got)
	}
	now = now.Add(36 * time.Hour) // 11:00, and the result is older than the scan interval
	r.Endpoints = []exposure.Endpoint{known, other}
	outcome := run()
	if got := outcome.Results[0].Observed; !got.FromStore || got.PortStatus != exposure.StatusOpen {
		t.Errorf("outside the window: %+v, want the earlier result", got)
	}
	want := exposure.Observation{PortStatus: exposure.StatusExcluded, Reason: "no scan window is open before 2026-11-24T22:00:00Z, and there is no earlier result"}
	if got := outcome.Results[1].Observed; got.PortStatus != want.PortStatus || got.Reason != want.Reason {
		t.Errorf("without an earlier result: %s, %q, want %s, %q", got.PortStatus, got.Reason, want.PortStatus, want.Reason)
	}
	warnings := []string{"No scan window is open before 2026-11-24T22:00:00Z: 1 endpoint is judged by earlier results, the oldest from 2026-11-22T23:00:00Z, and 1 endpoint is left out for want of one"}
	if diff := cmp.Diff(warnings, outcome.Warnings); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
	if n := server.Settle(t); n != 1 {
		t.Errorf("%d connections, want the one within the window", n)
	}
}

func TestAWindowThatClosesInTheCourseOfARunStopsTheRest(t *testing.T) {
	server := probetest.Silent(t)
	r := request(t, at("a", server.Addr), at("b", server.Addr))
	r.Settings = nightly(r.Settings)
	r.Settings.Limits.Connections = 1 // one endpoint after the other
	now := time.Date(2026, 11, 22, 3, 59, 0, 0, time.UTC)
	r.Now = func() time.Time { return now }
	r.Progress = func(done, _ int) { now = now.Add(time.Minute) }
	outcome, err := scan.Run(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	got := []exposure.PortStatus{outcome.Results[0].Observed.PortStatus, outcome.Results[1].Observed.PortStatus}
	if diff := cmp.Diff([]exposure.PortStatus{exposure.StatusOpen, exposure.StatusExcluded}, got); diff != "" {
		t.Errorf("port statuses (-want +got):\n%s", diff)
	}
	if n := server.Settle(t); n != 1 {
		t.Errorf("%d connections, want the one before the window closed", n)
	}
}

func TestTheTagsOfTheStateDecideTheScope(t *testing.T) {
	server := probetest.Silent(t)
	port := server.Addr.Port()
	e := network()
	tagged := instance("127.0.0.1")
	tagged["tags"], tagged["tags_all"] = object{}, object{"env": "prod"}
	e.keep("aws_instance.web", tagged)
	e.keep("aws_security_group.web", group(port, "0.0.0.0/0"))
	in := e.plan(t)
	in.Kind, in.Prior = tfstate.State, nil
	tests := []struct {
		name  string
		scope settings.Scope
		want  exposure.PortStatus
		warns string
	}{
		{"a tag that it has", settings.Scope{IncludeTags: map[string]string{"env": "prod"}}, exposure.StatusOpen, ""},
		{"a tag that it lacks", settings.Scope{IncludeTags: map[string]string{"env": "test"}}, exposure.StatusExcluded, `The setting scope.include_tags env = "test" matches no endpoint`},
		{"an excluded tag", settings.Scope{ExcludeTags: map[string]string{"env": "*"}}, exposure.StatusExcluded, ""},
	}
	for _, test := range tests {
		v := scan.Validation{Request: request(t), Input: in, Gate: scan.Gate{FailOn: exposure.SeverityCritical}}
		v.Settings.Scope = test.scope
		r := validate(t, v)
		i := slices.IndexFunc(r.Results, func(r exposure.Result) bool { return r.Endpoint.Verdict == exposure.Exposed })
		if i < 0 || r.Results[i].Observed.PortStatus != test.want {
			t.Errorf("%s: results %+v, want one that is %s", test.name, r.Results, test.want)
		}
		if got := strings.Join(r.Warnings, "; "); got != test.warns {
			t.Errorf("%s: warnings %q, want %q", test.name, got, test.warns)
		}
	}
}

func TestAScopeThatLeavesOutAllThatAGateWasGivenIsTold(t *testing.T) {
	in, out := settings.Scope{ExcludeProjects: []string{"lab"}}, settings.Scope{IncludeProjects: []string{"shpo"}}
	gate := scan.Gate{FailOn: exposure.SeverityCritical}
	a, b := at("a", probetest.Silent(t).Addr), at("b", probetest.Silent(t).Addr)
	a.Project, b.Project = "shop", "lab"
	r := request(t, a, b)
	r.Settings.Scope = in
	if got := validate(t, scan.Validation{Request: r, Gate: gate}).Warnings; len(got) > 0 {
		t.Errorf("Validate(one in scope, one not) warns %q, want nothing", got)
	}
	r.Settings.Scope = out
	want := []string{"Nothing was looked at: the declared scope leaves out every endpoint. Of " + a.HostPort() + `, project "shop" is out of the declared scope`}
	if diff := cmp.Diff(want, validate(t, scan.Validation{Request: r, Gate: gate}).Warnings); diff != "" {
		t.Errorf("Validate(both out of scope) warns (-want +got):\n%s", diff)
	}
}
