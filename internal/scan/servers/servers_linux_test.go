package servers_test

import (
	"fmt"
	"net/netip"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/store"
)

// server is one server in one configuration, and the rules it breaks: these and
// no other.
type server struct {
	name     string
	port     uint16 // where the service usually listens
	program  probetest.Program
	needs    string                                                            // a file without which it cannot be shown
	beside   func(t *testing.T, at netip.AddrPort) (probetest.Program, func()) // starts what the program needs, and tells the program
	host     string                                                            // the name it is known by; its address when empty
	path     string                                                            // of the one GET; / when empty
	extended bool                                                              // every question is asked
	fires    []string

	at netip.AddrPort // once it has been started
}

// startAll starts the servers and waits until all of them are there. One whose
// program is not installed is left without an address, but not where everything
// has to be installed.
func startAll(t *testing.T, servers []server) {
	t.Helper()
	var waits []func()
	for i := range servers {
		s := &servers[i]
		if s.at.IsValid() {
			continue // an own server, which runs
		}
		at := probetest.Free(t, s.port)
		if !installed(s.needs) || !installed(s.program.Name) {
			continue
		}
		if s.beside != nil {
			program, wait := s.beside(t, at)
			s.program, waits = program, append(waits, wait)
		}
		s.program.At, s.at = at, at
		_, wait := probetest.Start(t, s.program)
		waits = append(waits, wait)
	}
	for _, wait := range waits {
		wait()
	}
}

// installed reports whether a program or a file is there. Where everything has to
// be, it is left to the test to fail.
func installed(name string) bool {
	return name == "" || os.Getenv("CI") == "true" || probetest.Installed(name)
}

// check scans the servers, those of a mode in one run, and compares the rules
// that they break.
func check(t *testing.T, servers []server) {
	t.Helper()
	broken := map[netip.AddrPort][]exposure.Finding{}
	for _, extended := range []bool{false, true} {
		some := slices.DeleteFunc(slices.Clone(servers), func(s server) bool { return s.extended != extended || !s.at.IsValid() })
		if len(some) > 0 {
			look(t, some, extended, broken)
		}
	}
	for _, s := range servers {
		t.Run(s.name, func(t *testing.T) {
			if !s.at.IsValid() {
				t.Skip("a program that it needs is not installed; make deps installs it")
			}
			want, got, told := slices.Sorted(slices.Values(s.fires)), []string{}, ""
			for _, f := range broken[s.at] {
				got = append(got, f.Rule)
				told += "\n" + f.Evidence
			}
			slices.Sort(got)
			if diff := cmp.Diff(append([]string{}, want...), got); diff != "" {
				t.Errorf("rules that %s breaks (-want +got):\n%s%s", s.name, diff, told)
			}
		})
	}
}

// look scans servers and collects the findings of the host configuration rules.
func look(t *testing.T, servers []server, extended bool, broken map[netip.AddrPort][]exposure.Finding) {
	t.Helper()
	kept, err := store.Open(t.Context(), t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	chosen := settings.Default()
	chosen.Screenshots = false
	chosen.HostRules = settings.HostRules{Enabled: true, Extended: extended}
	names := probetest.Resolver{}
	r := scan.Request{Store: kept, Allowed: probetest.Loopback(), Now: time.Now, Resolver: names}
	at := map[string]netip.AddrPort{}
	for i, s := range servers {
		host := s.host
		if host == "" {
			host = s.at.Addr().String()
		}
		names[host] = []netip.Addr{s.at.Addr()}
		e := exposure.Endpoint{
			ResourceAddress: fmt.Sprintf("server.%d", i), Key: "declared", Host: host, Path: s.path, Transport: exposure.TCP,
			Ports:   []exposure.PortRange{{Lo: s.port, Hi: s.port}},
			Verdict: exposure.Exposed, Scope: exposure.ScopeWorld, Access: exposure.AccessUnknown, Confidence: exposure.Declared,
		}
		e.ID = exposure.EndpointID(e.ResourceAddress, e.Key, e.Transport, e.Ports)
		at[e.ResourceAddress] = s.at
		r.Endpoints = append(r.Endpoints, e)
	}
	r.Settings = chosen
	outcome, err := scan.Run(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	for _, result := range outcome.Results {
		mine := at[result.Endpoint.ResourceAddress]
		if result.Observed.PortStatus != exposure.StatusOpen {
			t.Errorf("%s is %s, want it open: %s", mine, result.Observed.PortStatus, result.Observed.Reason)
		}
		for _, f := range result.Findings {
			if f.Fix != "" { // which only host configuration rules say
				broken[mine] = append(broken[mine], f)
			}
		}
	}
}
