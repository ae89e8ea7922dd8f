package scan_test

import (
	"bytes"
	"context"
	"database/sql"
	"net/netip"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/report"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/store"
)

func openStore(t *testing.T, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// plain are settings under which a scan needs no browser and ends soon: a
// question of the host configuration rules waits a second.
func plain() settings.Settings {
	s := settings.Default()
	s.Screenshots = false
	s.HostRules.Enabled = false
	s.Limits.ConnectTimeout, s.Limits.HTTPTimeout = 2*time.Second, 2*time.Second
	return s
}

// request is a scan of endpoints on loopback, with a store of its own.
func request(t *testing.T, endpoints ...exposure.Endpoint) scan.Request {
	t.Helper()
	return scan.Request{
		Endpoints: endpoints, Settings: plain(), Store: openStore(t, t.TempDir()),
		Allowed: probetest.Loopback(), Now: time.Now, Resolver: probetest.Resolver{},
	}
}

// at declares an endpoint at one port of a server.
func at(name string, addr netip.AddrPort) exposure.Endpoint {
	return declared(name, addr.Addr().String(), exposure.PortRange{Lo: addr.Port(), Hi: addr.Port()})
}

func declared(name, host string, ports ...exposure.PortRange) exposure.Endpoint {
	e := exposure.Endpoint{
		ResourceAddress: name, Key: "declared", Host: host, Transport: exposure.TCP, Ports: ports,
		Verdict: exposure.Exposed, Scope: exposure.ScopeWorld, Access: exposure.AccessUnknown, Confidence: exposure.Declared,
	}
	e.ID = exposure.EndpointID(name, e.Key, e.Transport, ports)
	return e
}

// webPorts makes the ports of the servers HTTP ports.
func webPorts(s settings.Settings, addrs ...netip.AddrPort) settings.Settings {
	for _, a := range addrs {
		s.HTTPPorts = append(s.HTTPPorts, exposure.PortRange{Lo: a.Port(), Hi: a.Port()})
	}
	return s
}

// run scans and checks what holds of every outcome.
func run(t *testing.T, r scan.Request) scan.Outcome {
	t.Helper()
	outcome, err := scan.Run(t.Context(), r)
	if err != nil {
		t.Fatalf("Run: %v", err)
	}
	if len(outcome.Results) != len(r.Endpoints) {
		t.Fatalf("Run gave %d results for %d endpoints", len(outcome.Results), len(r.Endpoints))
	}
	checkJSON(t, exposure.Report{Results: outcome.Results, Warnings: outcome.Warnings, FailOn: exposure.SeverityCritical})
	return outcome
}

// validate is Validate with the same checks.
func validate(t *testing.T, v scan.Validation) exposure.Report {
	t.Helper()
	r, err := scan.Validate(t.Context(), v)
	if err != nil {
		t.Fatalf("Validate: %v", err)
	}
	checkJSON(t, r)
	return r
}

// schema is that of the JSON report, compiled once.
var schema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(report.Schema))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", doc); err != nil {
		return nil, err
	}
	return c.Compile("schema.json")
})

// checkJSON renders the report, holds it against the schema and returns it.
func checkJSON(t *testing.T, r exposure.Report) string {
	t.Helper()
	schema, err := schema()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := report.JSON(&out, r); err != nil {
		t.Fatal(err)
	}
	rendered, err := jsonschema.UnmarshalJSON(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(rendered); err != nil {
		t.Errorf("the JSON report breaks its schema: %v", err)
	}
	return out.String()
}

// only returns the one result of an outcome.
func only(t *testing.T, o scan.Outcome) exposure.Result {
	t.Helper()
	if len(o.Results) != 1 {
		t.Fatalf("%d results, want one", len(o.Results))
	}
	return o.Results[0]
}

func rules(findings []exposure.Finding) []string {
	out := []string{}
	for _, f := range findings {
		out = append(out, f.Rule)
	}
	return out
}

func timeout(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// openDatabase opens the database of a store past the store, which may be open
// meanwhile.
func openDatabase(t *testing.T, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "results.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
