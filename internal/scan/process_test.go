package scan_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/store"
)

// The tests below run several processes on one store: this test binary again,
// which TestMain turns into a scanner when the environment says so.
const (
	addressesVariable = "DYNAMICSCAN_SCAN_TEST_ADDRESSES"
	dirVariable       = "DYNAMICSCAN_SCAN_TEST_DIR"
	fullVariable      = "DYNAMICSCAN_SCAN_TEST_FULL" // no file may grow any more

	pipelines  = 8
	estateSize = 200
)

// fillDisk lets no file grow, where the system can.
var fillDisk = func() {}

func TestMain(m *testing.M) {
	addresses := os.Getenv(addressesVariable)
	if addresses == "" {
		os.Exit(m.Run())
	}
	if err := pipeline(strings.Fields(addresses), os.Getenv(dirVariable)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// pipeline scans the addresses and prints the results as JSON.
func pipeline(addresses []string, dir string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, dir, store.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	r := scan.Request{Settings: plain(), Store: s, Allowed: probetest.Loopback(), Now: time.Now, Resolver: probetest.Resolver{}}
	r.Settings.Limits.ConnectionsPerSecond = 25 // slow enough to be killed in the course
	for i, a := range addresses {
		r.Endpoints = append(r.Endpoints, at(fmt.Sprintf("aws_instance.web[%d]", i), netip.MustParseAddrPort(a)))
	}
	if os.Getenv(fullVariable) != "" {
		fillDisk()
	}
	outcome, err := scan.Run(ctx, r)
	if err != nil {
		return err
	}
	seen := []exposure.Observation{}
	for _, result := range outcome.Results {
		seen = append(seen, *result.Observed)
	}
	return json.NewEncoder(os.Stdout).Encode(seen)
}

func startPipeline(t *testing.T, addresses []string, dir string) (*exec.Cmd, *strings.Builder) {
	t.Helper()
	command, out := pipelineCommand(t, addresses, dir)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	return command, out
}

func pipelineCommand(t *testing.T, addresses []string, dir string) (*exec.Cmd, *strings.Builder) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out := &strings.Builder{}
	command := exec.CommandContext(t.Context(), self)
	command.Env = append(os.Environ(), addressesVariable+"="+strings.Join(addresses, " "), dirVariable+"="+dir)
	command.Stdout, command.Stderr = out, os.Stderr
	return command, out
}

// visits is what the servers of an estate saw: when each address was connected
// to.
type visits struct {
	mu    sync.Mutex
	times map[string][]time.Time
	total int
}

func (v *visits) count() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.total
}

// serveEstate listens at many addresses of loopback.
func serveEstate(t *testing.T) ([]string, *visits) {
	t.Helper()
	v := &visits{times: map[string][]time.Time{}}
	addresses := make([]string, estateSize)
	for i := range addresses {
		l, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		addresses[i] = l.Addr().String()
		go v.serve(l)
	}
	return addresses, v
}

func (v *visits) serve(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		v.mu.Lock()
		v.times[l.Addr().String()] = append(v.times[l.Addr().String()], time.Now())
		v.total++
		v.mu.Unlock()
		conn.Close()
	}
}

// check holds the servers' log against what is promised of it.
func (v *visits) check(t *testing.T, addresses []string) {
	t.Helper()
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, a := range addresses {
		if len(v.times[a]) == 0 {
			t.Errorf("%s was never connected to", a)
		}
		for earlier, later := range pairs(v.times[a]) {
			if gap := later.Sub(earlier); gap < time.Second {
				t.Errorf("%s was connected to twice within %v, want a second or more", a, gap)
			}
		}
	}
}

func pairs(times []time.Time) func(yield func(a, b time.Time) bool) {
	return func(yield func(a, b time.Time) bool) {
		for i := 1; i < len(times) && yield(times[i-1], times[i]); i++ {
		}
	}
}

// checkPipeline waits for a pipeline and checks that it reports every endpoint.
func checkPipeline(t *testing.T, command *exec.Cmd, out *strings.Builder) {
	t.Helper()
	if err := command.Wait(); err != nil {
		t.Errorf("a pipeline: %v", err)
		return
	}
	var seen []exposure.Observation
	if err := json.Unmarshal([]byte(out.String()), &seen); err != nil || len(seen) != estateSize {
		t.Errorf("a pipeline reported %d endpoints, %v, want %d", len(seen), err, estateSize)
	}
	for i, o := range seen {
		if o.PortStatus != exposure.StatusOpen || o.ScannedAt.IsZero() {
			t.Errorf("a pipeline says of endpoint %d: %s, %q, scanned at %v, want open with a time", i, o.PortStatus, o.Reason, o.ScannedAt)
		}
	}
}

func checkIntegrity(t *testing.T, dir string) {
	t.Helper()
	var answer string
	db := openDatabase(t, dir)
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&answer); err != nil || answer != "ok" {
		t.Errorf("PRAGMA integrity_check = %q, %v, want ok", answer, err)
	}
	var endpoints int
	if err := db.QueryRow("SELECT count(DISTINCT endpoint) FROM results").Scan(&endpoints); err != nil || endpoints != estateSize {
		t.Errorf("the store has results of %d endpoints, %v, want %d", endpoints, err, estateSize)
	}
}

func TestEightPipelinesWithOneStoreCostOneScan(t *testing.T) {
	addresses, v := serveEstate(t)
	dir := t.TempDir()
	var wait []func()
	for range pipelines {
		command, out := startPipeline(t, addresses, dir)
		wait = append(wait, func() { checkPipeline(t, command, out) })
	}
	for _, w := range wait {
		w()
	}
	v.check(t, addresses)
	if n := v.count(); n > estateSize*105/100 { // a process that gets no processor for seconds loses its claims
		t.Errorf("%d connections for %d endpoints, want one each", n, estateSize)
	}
	checkIntegrity(t, dir)
}

// What cannot keep the throttle does not scan.
func TestABrokenStoreEndsTheRunBeforeAnythingIsSent(t *testing.T) {
	for _, table := range []string{"throttle", "claims"} {
		server := probetest.Silent(t)
		r := request(t, at("a", server.Addr))
		if _, err := openDatabase(t, r.Store.Dir()).Exec("DROP TABLE " + table); err != nil {
			t.Fatal(err)
		}
		if o, err := scan.Run(t.Context(), r); err == nil && o.Results[0].Observed.PortStatus != exposure.StatusScanFailed {
			t.Errorf("Run without %s = %+v, nil, want an error or a scan that failed", table, o.Results[0].Observed)
		}
		if n := server.Settle(t); n != 0 {
			t.Errorf("%d connections without %s, want none", n, table)
		}
	}
}

func TestPipelinesThatAreKilledLeaveTheirWorkToOthers(t *testing.T) {
	addresses, v := serveEstate(t)
	dir := t.TempDir()
	random := rand.New(rand.NewPCG(8, 200))
	commands, outs := make([]*exec.Cmd, pipelines), make([]*strings.Builder, pipelines)
	for i := range commands {
		commands[i], outs[i] = startPipeline(t, addresses, dir)
	}
	killed := random.Perm(pipelines)[:3]
	for i, n := range killed {
		for after := 20 + 45*i + random.IntN(30); v.count() < after; time.Sleep(time.Millisecond) {
			if t.Context().Err() != nil {
				t.Fatal("the pipelines make no progress")
			}
		}
		if err := commands[n].Process.Kill(); err != nil {
			t.Fatal(err)
		}
		var exit *exec.ExitError
		if err := commands[n].Wait(); !errors.As(err, &exit) || exit.Exited() {
			t.Fatalf("pipeline %d ended with %v before it was killed", n, err)
		}
	}
	for i := range commands {
		if !slices.Contains(killed, i) {
			checkPipeline(t, commands[i], outs[i])
		}
	}
	v.check(t, addresses)
	checkIntegrity(t, dir)
}
