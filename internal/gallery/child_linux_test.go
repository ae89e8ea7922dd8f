package gallery_test

import (
	"context"
	"encoding/json"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/report"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/store"
)

// An address is where one piece of the gallery stands.
type address struct {
	Name    string
	Host    string // name or address
	Port    uint16
	Ports   int
	Get     bool
	Answers []string // of the resolver, one lookup after the other; nil for an address
}

// seen is what the scan found at one piece, and what that cost.
type seen struct {
	Observed *exposure.Observation
	Took     time.Duration
	Peak     int64 // bytes that the process held at most until then
	Lookups  int
}

// outcome is what the scanning process tells.
type outcome struct {
	Seen     map[string]seen
	Warnings []string
	Took     time.Duration
	Peak     int64
}

// connectTimeout and httpTimeout are the limits in the settings.
const (
	connectTimeout = time.Second
	httpTimeout    = 3 * time.Second
)

const folderVariable = "DYNAMICSCAN_GALLERY_FOLDER"

// visit is the scanning process: it scans what addresses.json names, with
// everything on, and writes what came of it beside.
func visit(t *testing.T, dir string) {
	var all []address
	text, err := os.ReadFile(filepath.Join(dir, "addresses.json"))
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	kept, err := store.Open(t.Context(), filepath.Join(dir, "store"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	names := &resolver{answers: map[string][]string{}, asked: map[string]int{}}
	v := scan.Validation{Request: scan.Request{
		Settings: settings.Default(), Store: kept, Resolver: names, Now: time.Now,
		Allowed: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("169.254.0.0/16")},
	}, Gate: scan.Gate{FailOn: exposure.SeverityCritical}}
	v.Settings.Limits.ConnectTimeout, v.Settings.Limits.HTTPTimeout = connectTimeout, httpTimeout
	for _, a := range all {
		v.Endpoints = append(v.Endpoints, endpoint(a))
		ports := portsOf(a)
		if a.Get {
			v.Settings.HTTPPorts = append(v.Settings.HTTPPorts, ports)
		} else if a.Ports > 1 {
			v.Settings.AddedPorts = append(v.Settings.AddedPorts, ports)
		}
		if a.Answers != nil {
			names.answers[a.Host] = a.Answers
		}
	}
	out := outcome{Seen: map[string]seen{}}
	v.Looked = func(e exposure.Endpoint, took time.Duration) {
		out.Seen[e.ResourceAddress] = seen{Took: took, Peak: peak(t)}
	}
	began := time.Now()
	r, err := scan.Validate(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range report.Formats() {
		if err := report.WriteFile(format, filepath.Join(dir, "report."+format), r); err != nil {
			t.Fatal(err)
		}
	}
	for _, result := range r.Results {
		s := out.Seen[result.Endpoint.ResourceAddress]
		s.Observed, s.Lookups = result.Observed, names.asked[result.Endpoint.Host]
		out.Seen[result.Endpoint.ResourceAddress] = s
	}
	out.Took, out.Peak, out.Warnings = time.Since(began), peak(t), r.Warnings
	text, err = json.Marshal(out)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "outcome.json"), text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func portsOf(a address) exposure.PortRange {
	return exposure.PortRange{Lo: a.Port, Hi: a.Port + uint16(max(a.Ports, 1)-1)}
}

func endpoint(a address) exposure.Endpoint {
	ports := []exposure.PortRange{portsOf(a)}
	return exposure.Endpoint{
		ID: exposure.EndpointID(a.Name, "declared", exposure.TCP, ports), ResourceAddress: a.Name, Key: "declared", Host: a.Host,
		Transport: exposure.TCP, Ports: ports, Verdict: exposure.Exposed, Scope: exposure.ScopeWorld,
		Access: exposure.AccessUnknown, Confidence: exposure.Declared,
	}
}

// resolver knows its names only, and answers each lookup of one as it is told.
type resolver struct {
	mu      sync.Mutex
	answers map[string][]string
	asked   map[string]int
}

func (r *resolver) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	answers := r.answers[host]
	i := min(r.asked[host], len(answers)-1)
	r.asked[host]++
	if i < 0 || answers[i] == "" {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	var addrs []netip.Addr
	for text := range strings.SplitSeq(answers[i], ",") {
		addrs = append(addrs, netip.MustParseAddr(text))
	}
	return addrs, nil
}

// peak returns the most memory that this process held so far, in bytes. The
// browser's processes are not in it. It is that of the memory map: getrusage
// would count what the parent held when it started this process.
func peak(t *testing.T) int64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	kilobytes, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	n, err := strconv.ParseInt(kilobytes, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n << 10
}
