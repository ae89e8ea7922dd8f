package scan_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/screenshot"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
)

// planted looks like a token and belongs to nobody.
var planted = "ghp_" + "R2d7Kq9Zt4Lm1Xw8Vb6Nc3Yf5Hj0Ps7Aq2De"

func TestNoAddressOutsideTheAllowedNetworksIsDialled(t *testing.T) {
	server := probetest.HTTP(t, http.NotFoundHandler())
	port := exposure.PortRange{Lo: server.Addr.Port(), Hi: server.Addr.Port()}
	loopback := netip.MustParseAddr("127.0.0.1")
	tests := []struct {
		name    string
		host    string
		names   probetest.Resolver
		allowed []netip.Prefix
		reason  string
	}{
		{"a loopback address", "127.0.0.1", nil, nil, "127.0.0.1 is a loopback address and in no allowed network"},
		{"an IPv4-mapped one", "::ffff:127.0.0.1", nil, nil, "loopback"},
		{"another network is allowed", "127.0.0.1", nil, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}, "loopback"},
		{"a name for loopback", "app.test", probetest.Resolver{"app.test": {loopback}}, nil, "loopback"},
		{"a private address", "10.1.2.3", nil, nil, "private"},
		{"a link-local address", "fe80::1", nil, nil, "link-local"},
		{"metadata, though allowed", "169.254.169.254", nil, []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}, "never probed"},
		{"a name for metadata, though allowed", "app.test", probetest.Resolver{"app.test": {netip.MustParseAddr("169.254.169.254")}}, []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}, "never probed"},
		{"an unspecified address", "0.0.0.0", nil, []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}, "never probed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := request(t, declared("a", test.host, port))
			r.Settings, r.Allowed, r.Resolver = webPorts(r.Settings, server.Addr), test.allowed, test.names
			o := only(t, run(t, r)).Observed
			if o.PortStatus != exposure.StatusScanFailed || !strings.Contains(o.Reason, test.reason) {
				t.Errorf("%s, %q, want scan_failed for %q", o.PortStatus, o.Reason, test.reason)
			}
		})
	}
	if n := server.Settle(t); n != 0 {
		t.Errorf("the server got %d connections, want none", n)
	}
}

// The server redirects to another one by address and by name; neither is
// followed, and the status is that of the one GET.
func TestARedirectIsNotFollowed(t *testing.T) {
	other := probetest.HTTP(t, http.NotFoundHandler())
	first := probetest.HTTP(t, http.RedirectHandler("http://"+other.Addr.String()+"/", http.StatusFound))
	r := request(t, declared("a", "app.test", exposure.PortRange{Lo: first.Addr.Port(), Hi: first.Addr.Port()}))
	r.Settings = webPorts(r.Settings, first.Addr)
	r.Settings.HostRules.Enabled = false // whose probe asks once more
	r.Resolver = probetest.Resolver{"app.test": {first.Addr.Addr()}}
	o := only(t, run(t, r)).Observed
	if o.Ports[0].HTTP == nil || o.Ports[0].HTTP.StatusCode != http.StatusFound {
		t.Errorf("HTTP %+v, want 302", o.Ports[0].HTTP)
	}
	if n, m := first.Settle(t), other.Settle(t); n != 1 || m != 0 {
		t.Errorf("%d connections to the server, %d to where it redirects, want 1 and 0", n, m)
	}
}

// browser skips a test that needs one, but not where everything is installed.
func browser(t *testing.T) {
	t.Helper()
	if _, err := screenshot.Find(""); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

func TestThePageOfABrowserReachesNothingElse(t *testing.T) {
	t.Parallel()
	browser(t)
	other := probetest.HTTP(t, http.NotFoundHandler())
	page := probetest.HTTP(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<title>Page</title><img src="http://%[1]s/a.png"><script src="http://%[1]s/b.js"></script>
<link rel=stylesheet href="http://%[1]s/c.css"><iframe src="http://%[1]s/"></iframe><script>fetch("http://%[1]s/d");new WebSocket("ws://%[1]s/e")</script>hello`, other.Addr)
	}))
	r := request(t, at("a", page.Addr))
	r.Settings = webPorts(r.Settings, page.Addr)
	r.Settings.Screenshots = true
	outcome := run(t, r)
	shot := only(t, outcome).Observed.Ports[0].HTTP.Screenshot
	if shot == nil || shot.File == "" || !strings.Contains(shot.Text, "hello") {
		t.Fatalf("screenshot %+v, warnings %q, want a picture", shot, outcome.Warnings)
	}
	if _, err := os.Stat(filepath.Join(r.Store.Dir(), "screenshots", filepath.Base(shot.File))); err != nil {
		t.Error(err)
	}
	if n := other.Settle(t); n != 0 {
		t.Errorf("the page made %d connections to another server, want none", n)
	}
}

func TestWithoutABrowserThereIsOneWarningAndNoPicture(t *testing.T) {
	page := probetest.HTTP(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") }))
	r := request(t, at("a", page.Addr), at("b", probetest.HTTP(t, http.NotFoundHandler()).Addr))
	r.Settings = webPorts(r.Settings, page.Addr)
	r.Settings.Screenshots, r.BrowserPath = true, filepath.Join(t.TempDir(), "missing")
	outcome := run(t, r)
	if len(outcome.Warnings) != 1 || !strings.HasPrefix(outcome.Warnings[0], "No screenshots: ") || strings.HasSuffix(outcome.Warnings[0], ".") {
		t.Errorf("warnings %q, want one sentence without full stop", outcome.Warnings)
	}
	if shot := outcome.Results[0].Observed.Ports[0].HTTP.Screenshot; shot == nil || shot.Reason == "" {
		t.Errorf("screenshot %+v, want a reason", shot)
	}
}

func TestASecretReachesNothingThatIsKept(t *testing.T) {
	t.Parallel()
	server := probetest.HTTP(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Debug", "token="+planted)
		w.Header().Set("X-Long", strings.Repeat("x", 1010)+" "+planted) // cut in the middle
		w.Header().Set("Www-Authenticate", `Basic realm="`+planted+`"`)
		w.Header().Set("Server", "nginx/"+planted)
		w.Header().Set("Location", "https://user:"+planted+"@login.example.com/")
		fmt.Fprintf(w, "<title>%s</title><meta name=generator content=\"WordPress %s\"><p>%s</p>", planted, planted, planted)
		fmt.Fprint(w, "<script>var t='"+planted+"'</script>", strings.Repeat(" padding", 200), planted)
	}))
	v := scan.Validation{Request: request(t, at("a", server.Addr)), Gate: scan.Gate{FailOn: exposure.SeverityCritical}}
	v.Settings = webPorts(v.Settings, server.Addr)
	v.Settings.Screenshots = true                                            // none is taken of a page with a secret
	v.Settings.HostRules = settings.HostRules{Enabled: true, Extended: true} // which ask this server for more of it
	v.BrowserPath = filepath.Join(t.TempDir(), "must-not-start")
	r := validate(t, v)
	if r.Passed || !strings.Contains(strings.Join(rules(r.Findings), " "), "secret-exposed") {
		t.Errorf("passed %v, findings %v, want the secret to fail the gate", r.Passed, rules(r.Findings))
	}
	holdsNoSecret(t, "the report", checkJSON(t, r))
	holdsNoSecret(t, "the warnings", strings.Join(r.Warnings, "\n"))
	if err := v.Store.Close(); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(v.Store.Dir(), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		holdsNoSecret(t, path, string(text))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// holdsNoSecret looks for parts of the secret too: half of it is a leak.
func holdsNoSecret(t *testing.T, what, text string) {
	t.Helper()
	for i := 0; i+12 <= len(planted); i++ {
		if at := strings.Index(text, planted[i:i+12]); at >= 0 {
			t.Errorf("%s holds a part of the secret: %q", what, text[max(0, at-60):min(len(text), at+60)])
			return
		}
	}
}

func TestWithoutDataScanningSecretsAreRedactedAllTheSame(t *testing.T) {
	server := probetest.HTTP(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "token "+planted) }))
	v := scan.Validation{Request: request(t, at("a", server.Addr))}
	v.Settings = webPorts(v.Settings, server.Addr)
	v.Settings.DataScanning = false
	r := validate(t, v)
	if strings.Contains(strings.Join(rules(r.Findings), " "), "secret-exposed") {
		t.Errorf("findings %v, want none of a secret", rules(r.Findings))
	}
	if text := checkJSON(t, r); strings.Contains(text, planted) || !strings.Contains(text, "[redacted: ") {
		t.Errorf("the report is not redacted:\n%s", text)
	}
}

func TestAPolicyWithoutAnswerIsAFailedScan(t *testing.T) {
	t.Parallel()
	server := probetest.Silent(t)
	r := request(t, at("a", server.Addr))
	r.Settings.CustomPolicy = "package dynamicscan.severity\n\nseverity := \"low\" if input.port == 1\n"
	for range 2 { // with and without a stored result
		outcome := run(t, r)
		got := only(t, outcome)
		if got.Observed.PortStatus != exposure.StatusScanFailed || got.Severity != exposure.SeverityCritical || len(outcome.Warnings) != 1 {
			t.Errorf("%s, %s, warnings %q, want a critical failed scan and a warning", got.Observed.PortStatus, got.Severity, outcome.Warnings)
		}
	}
}

func TestABrokenPolicyIsAnErrorBeforeAnythingIsSent(t *testing.T) {
	server := probetest.Silent(t)
	for _, change := range []func(*settings.Settings){
		func(s *settings.Settings) { s.CustomPolicy = "package" },
		func(s *settings.Settings) { s.SeverityPolicy = "lenient" },
	} {
		r := request(t, at("a", server.Addr))
		change(&r.Settings)
		if outcome, err := scan.Run(t.Context(), r); err == nil {
			t.Errorf("Run = %+v, want an error", outcome)
		}
	}
	if n := server.Settle(t); n != 0 {
		t.Errorf("%d connections, want none", n)
	}
}

func TestACancelledScanReturnsAtOnceAndLeavesNothing(t *testing.T) {
	stall := probetest.Silent(t)
	r := request(t)
	for i := range 200 {
		e := at(fmt.Sprintf("a[%d]", i), stall.Addr)
		e.Host = fmt.Sprintf("127.0.1.%d", i+1)
		r.Endpoints = append(r.Endpoints, e)
	}
	r.Endpoints[0].Host = "127.0.0.1"
	r.Settings = webPorts(r.Settings, stall.Addr)
	r.Settings.Limits.HTTPTimeout = time.Minute
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	go func() {
		for stall.Count() == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel(why)
	}()
	outcome, err := scan.Run(ctx, r)
	if !errors.Is(err, why) || len(outcome.Results) != 0 {
		t.Errorf("Run = %d results, %v, want the cause and nothing else", len(outcome.Results), err)
	}
	ended := time.Now()
	for runtime.NumGoroutine() > before && time.Since(ended) < time.Second {
		time.Sleep(time.Millisecond)
	}
	if after := runtime.NumGoroutine(); after > before {
		t.Errorf("%d goroutines after the scan, %d before:\n%s", after, before, stacks())
	}
	r.Endpoints = r.Endpoints[:1]
	r.Settings.Limits.HTTPTimeout = 100 * time.Millisecond
	if only(t, run(t, r)).Observed.FromStore {
		t.Error("a look that was cancelled was kept as a result")
	}
}

func stacks() string {
	text := make([]byte, 1<<20)
	return string(text[:runtime.Stack(text, true)])
}

func TestCancellingTakesLessThanASecond(t *testing.T) {
	stall := probetest.Silent(t)
	r := request(t, at("a", stall.Addr))
	r.Settings = webPorts(r.Settings, stall.Addr)
	r.Settings.Limits.HTTPTimeout = time.Minute
	began := time.Now()
	if _, err := scan.Run(timeout(t, 200*time.Millisecond), r); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Run = %v, want the deadline", err)
	}
	if took := time.Since(began); took > 1200*time.Millisecond {
		t.Errorf("Run took %v, want it back within a second of the deadline", took)
	}
}

func TestProgressCountsEveryLook(t *testing.T) {
	r := request(t, at("a", probetest.Refusing(t)), at("b", probetest.Refusing(t)), at("c", probetest.Refusing(t)))
	r.Endpoints[2].Dormant = true
	got := ""
	r.Progress = func(done, total int) { got += fmt.Sprintf("%d/%d ", done, total) }
	run(t, r)
	if got != "1/2 2/2 " {
		t.Errorf("progress %q, want 1/2 2/2", got)
	}
}
