package scan_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/settings"
)

// ownRules writes one rule of a user into a folder.
func ownRules(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	text := `# METADATA
# title: Old OpenSSH
# description: It has known holes.
# custom: {severity: critical, fix: Upgrade it., evidence: [banner]}
package dynamicscan.hostrules.old_openssh

found contains sprintf("runs %s", [input.banner]) if contains(input.banner, "OpenSSH_7.")
`
	if err := os.WriteFile(filepath.Join(folder, "ssh.rego"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestAHostRuleFailsTheGateWithWhyAndFix(t *testing.T) {
	server := probetest.Banner(t, "SSH-2.0-OpenSSH_7.4\r\n")
	v := scan.Validation{Request: request(t, at("a", server.Addr)), Gate: scan.Gate{FailOn: exposure.SeverityCritical}}
	v.Settings.HostRules = settings.HostRules{Enabled: true, Folder: ownRules(t)}
	for _, want := range []string{"a look", "the stored result"} {
		r := validate(t, v)
		i := slices.IndexFunc(r.Findings, func(f exposure.Finding) bool { return f.Rule == "old-openssh" })
		if i < 0 {
			t.Fatalf("%s: findings %v, want old-openssh", want, rules(r.Findings))
		}
		f := r.Findings[i]
		if !f.Failing || f.Port != server.Addr.Port() || f.Why != "It has known holes." || f.Fix != "Upgrade it." ||
			f.Evidence != server.Addr.String()+" runs SSH-2.0-OpenSSH_7.4." {
			t.Errorf("%s: finding %+v", want, f)
		}
	}
	v.Settings.HostRules = settings.HostRules{}
	if r := validate(t, v); slices.Contains(rules(r.Findings), "old-openssh") {
		t.Errorf("findings %v with the rules off", rules(r.Findings))
	}
}

func TestABannerHoldsNoSecret(t *testing.T) {
	server := probetest.Banner(t, "220 welcome, token "+planted+"\r\n")
	r := validate(t, scan.Validation{Request: request(t, at("a", server.Addr))})
	banner := r.Results[0].Observed.Ports[0].Banner
	holdsNoSecret(t, "the report", checkJSON(t, r))
	if !strings.Contains(banner, "220 welcome, token [redacted") {
		t.Errorf("banner %q, want it without the token", banner)
	}
}

func TestRulesThatCannotRunAreAnErrorBeforeAnythingIsSent(t *testing.T) {
	server := probetest.HTTP(t, http.NotFoundHandler())
	for want, rules := range map[string]settings.HostRules{
		"no-such-rule: no such": {Enabled: true, Skip: []string{"no-such-rule"}},
		"read folder of rules":  {Enabled: true, Folder: filepath.Join(t.TempDir(), "missing")},
	} {
		r := request(t, at("a", server.Addr))
		r.Settings.HostRules = rules
		if outcome, err := scan.Run(t.Context(), r); err == nil || !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("Run = %+v, %v, want %q", outcome, err, want)
		}
	}
	if n := server.Settle(t); n != 0 {
		t.Errorf("%d connections, want none", n)
	}
}

// ask runs a scan with the rules on and returns the paths that the server was
// asked for, and the observation of its port.
func ask(t *testing.T, extended bool, h http.Handler) (paths []string, seen exposure.PortObservation) {
	t.Helper()
	var mu sync.Mutex
	server := probetest.HTTP(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		paths = append(paths, r.Method+" "+r.URL.RequestURI())
		mu.Unlock()
		h.ServeHTTP(w, r)
	}))
	r := request(t, at("a", server.Addr))
	r.Settings = webPorts(r.Settings, server.Addr)
	r.Settings.HostRules = settings.HostRules{Enabled: true, Extended: extended}
	seen = only(t, run(t, r)).Observed.Ports[0]
	mu.Lock()
	defer mu.Unlock()
	return paths, seen
}

// page answers every path with HTML and these headers.
func page(headers ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		fmt.Fprint(w, "<title>hello</title>")
	})
}

func TestAPortIsAskedOneMoreQuestionAtMost(t *testing.T) {
	tests := []struct {
		name    string
		handler http.Handler
		want    []string
	}{
		{"any page", page(), []string{"GET /", "GET /.git/HEAD"}},
		{"a recognised service", page("X-Jenkins", "2.440"), []string{"GET /", "GET /api/json"}},
		{"a server with a status page", page("Server", "nginx"), []string{"GET /", "GET /.git/HEAD"}},
		{"no page", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "application/json") }), []string{"GET /"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, seen := ask(t, false, test.handler)
			if !slices.Equal(got, test.want) {
				t.Errorf("asked for %q, want %q; evidence %+v", got, test.want, seen.Evidence)
			}
		})
	}
}

func TestInExtendedModeEveryQuestionThatAppliesIsAsked(t *testing.T) {
	t.Parallel()
	got, _ := ask(t, true, page("Server", "Apache"))
	want := []string{"GET /", "GET /.git/HEAD", "GET /.env", "GET /.svn/entries", "GET /server-status", "GET /debug/pprof/"}
	if !slices.Equal(got, want) {
		t.Errorf("asked for %q, want %q", got, want)
	}
}
