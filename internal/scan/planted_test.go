package scan_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/report"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
)

// values are secrets and sensitive data that belong to nobody. They are put
// together here, so that no scanner finds them in this file.
var values = map[string]string{
	"github-pat":          planted,
	"stripe-access-token": "sk" + "_live_" + "4eC39HqLyjWDarjtT1zdp7dc",
	"credential-url":      "postgres://app:" + "Wq7-zK2pVx9" + "@db.internal:5432/app",
	"env-secret":          "DB_PASSWORD=" + "tR4nsit-Kx81vQ",
	"card-number":         "4539 1488 " + "0343 6467",
	"iban":                "DE15 3705 0198 " + "0001 2345 67",
	"us-ssn":              "536-22" + "-4117",
}

// coreOf is the part of a value that must be found nowhere, without the name
// and the address around it.
func coreOf(value string) string {
	value = strings.TrimPrefix(value, "DB_PASSWORD=")
	if _, rest, found := strings.Cut(value, "//app:"); found {
		value, _, _ = strings.Cut(rest, "@")
	}
	return value
}

// forms are the ways in which a value may have been written down.
func forms(value string) map[string]string {
	all := map[string]string{
		"as it is": value, "in digits": strings.NewReplacer(" ", "", "-", "").Replace(value),
		"in a query": url.QueryEscape(value), "in a path": url.PathEscape(value),
		"in hex": hex.EncodeToString([]byte(value)), "backwards": reversed(value),
	}
	for shift := range 3 { // base64 of it within something longer
		encoded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\x00", shift) + value))
		first, last := (shift*8+5)/6, len(encoded)
		if rest := (shift + len(value)) % 3; rest != 0 {
			last--
		}
		all[fmt.Sprintf("in base64 at %d", shift)] = encoded[first:last]
	}
	return all
}

func reversed(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// servers give every value away in four places, each at a server of its own.
func servers(t *testing.T) map[string]netip.AddrPort {
	t.Helper()
	addrs := map[string]netip.AddrPort{}
	for rule, value := range values {
		for place, answer := range map[string]http.HandlerFunc{
			"body":   func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, "<title>t</title><p>it is %s</p>", value) },
			"header": func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-Debug", value); fmt.Fprint(w, "hello") },
			"title":  func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, "<title>%s</title>hello", value) },
			"script": func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprintf(w, "<title>t</title><body><script>document.body.textContent = [...'%s'].reverse().join('')</script>", reversed(value))
			},
		} {
			addrs[rule+" in the "+place] = probetest.HTTP(t, answer).Addr
		}
	}
	return addrs
}

func TestNoPlantedValueIsFoundInWhatARunLeaves(t *testing.T) {
	t.Parallel()
	browser(t)
	addrs := servers(t)
	v := scan.Validation{Request: request(t), Gate: scan.Gate{FailOn: exposure.SeverityCritical}}
	for name, addr := range addrs {
		v.Endpoints = append(v.Endpoints, at(name, addr))
		v.Settings = webPorts(v.Settings, addr)
	}
	v.Settings.Screenshots = true
	r := validate(t, v)
	for _, result := range r.Results {
		rule, _, _ := strings.Cut(result.Endpoint.ResourceAddress, " ")
		leaks := result.Observed.Leaks
		if !slices.ContainsFunc(leaks, func(l exposure.Leak) bool { return l.Rule == rule && len(l.Key) == 32 && l.Kind != "" }) {
			t.Errorf("%s: leaks %+v, warnings %q, want one of %s", result.Endpoint.ResourceAddress, leaks, r.Warnings, rule)
		}
		if shot := result.Observed.Ports[0].HTTP.Screenshot; shot == nil || shot.File != "" || shot.Text != "" {
			t.Errorf("%s: screenshot %+v, want none", result.Endpoint.ResourceAddress, shot)
		}
	}
	dir := t.TempDir()
	for _, format := range report.Formats() {
		if err := report.WriteFile(format, filepath.Join(dir, "report."+format), r); err != nil {
			t.Fatal(err)
		}
	}
	left := map[string]string{"the reports": stored(t, dir), "the warnings": strings.Join(r.Warnings, "\n"), "the open store": stored(t, v.Store.Dir())}
	if err := v.Store.Close(); err != nil {
		t.Fatal(err)
	}
	left["the closed store"] = stored(t, v.Store.Dir())
	for rule, value := range values {
		for form, written := range forms(coreOf(value)) {
			for what, text := range left {
				if strings.Contains(text, written) {
					t.Errorf("%s: %s hold the value %s", rule, what, form)
				}
			}
		}
	}
	if strings.Contains(left["the closed store"], ".png") {
		t.Error("the store holds a picture")
	}
	if !strings.Contains(left["the closed store"], "credential-url") || !strings.Contains(left["the reports"], "sensitive-data-exposed") {
		t.Error("neither store nor reports tell of the leaks: nothing was searched")
	}
}

func TestWhenASecretShowsEarlierPicturesGo(t *testing.T) {
	t.Parallel()
	page := "nothing"
	server := probetest.HTTP(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, page) }))
	r := request(t, at("a", server.Addr))
	r.Settings = webPorts(r.Settings, server.Addr)
	earlier := *only(t, run(t, r)).Observed
	file, err := r.Store.PutScreenshot([]byte("the picture of before"))
	if err != nil {
		t.Fatal(err)
	}
	earlier.Ports[0].HTTP.Screenshot = &exposure.Screenshot{File: file, Text: "the text of before"}
	if err := r.Store.Put(t.Context(), "the same page", r.Endpoints[0], earlier); err != nil {
		t.Fatal(err)
	}
	if text := stored(t, r.Store.Dir()); !strings.Contains(text, "the text of before") || !strings.Contains(text, file) {
		t.Fatal("the store does not hold what is to go")
	}
	page = "token " + planted
	r.Now = func() time.Time { return time.Now().Add(48 * time.Hour) }
	if got := only(t, run(t, r)); len(got.Observed.Leaks) != 1 {
		t.Fatalf("leaks %+v, want one", got.Observed.Leaks)
	}
	if text := stored(t, r.Store.Dir()); strings.Contains(text, "of before") || strings.Contains(text, filepath.Base(file)) {
		t.Error("the store holds the picture or its text after the page showed a secret")
	}
}

// The same secret is told again: across runs, and in another place.
func TestALeakIsKnownAgain(t *testing.T) {
	t.Parallel()
	server := probetest.HTTP(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Debug", planted)
		fmt.Fprint(w, "<p>the token is ", planted, "</p>")
	}))
	r := request(t, at("a", server.Addr))
	r.Settings = webPorts(r.Settings, server.Addr)
	keys := map[string]bool{}
	for range 2 {
		for _, l := range only(t, run(t, r)).Observed.Leaks {
			keys[l.Key] = true
		}
		r.Now = func() time.Time { return time.Now().Add(48 * time.Hour) }
	}
	if len(keys) != 1 || keys[""] {
		t.Errorf("keys %v of one secret, want one", keys)
	}
	r.Store = openStore(t, t.TempDir())
	if other := only(t, run(t, r)).Observed.Leaks[0].Key; keys[other] {
		t.Error("another store gives the secret the same key")
	}
}

// Killed at whatever moment, a run leaves neither picture nor text of a page
// whose picture shows a secret. The run is this test binary again.
func TestARunThatIsKilledLeavesNeitherPictureNorText(t *testing.T) {
	t.Parallel()
	browser(t)
	if dir := os.Getenv(killedVariable); dir != "" {
		killed(t, dir, os.Getenv(killedPortVariable))
		return
	}
	server := probetest.HTTP(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "<title>t</title><body><script>document.body.textContent = [...'%s'].reverse().join('')</script>", reversed("token "+planted))
	}))
	dir := t.TempDir()
	start := time.Now()
	passed := func(d time.Duration) func() bool { return func() bool { return time.Since(start) > d } }
	kept := func() bool {
		database, _ := os.ReadFile(filepath.Join(dir, "results.db")) // either may come and go under a run
		log, _ := os.ReadFile(filepath.Join(dir, "results.db-wal"))
		return strings.Contains(string(database)+string(log), "so no picture of it is kept") || time.Since(start) > 30*time.Second
	}
	for round, until := range []func() bool{passed(300 * time.Millisecond), passed(700 * time.Millisecond), passed(1200 * time.Millisecond), kept} {
		start = time.Now()
		runKilled(t, dir, server.Addr.Port(), until)
		if text := stored(t, dir); strings.Contains(text, planted) || strings.Contains(text, reversed(planted)) || strings.Contains(text, ".png") {
			t.Errorf("round %d: the store holds the secret or a picture", round)
		}
	}
	if !strings.Contains(stored(t, dir), "so no picture of it is kept") {
		t.Error("no run came as far as to withhold a picture")
	}
}

const (
	killedVariable     = "DYNAMICSCAN_SCAN_TEST_KILLED"
	killedPortVariable = "DYNAMICSCAN_SCAN_TEST_PORT"
)

// killed scans the page again and again until the process is killed, for half
// a minute at most.
func killed(t *testing.T, dir, port string) {
	addr := netip.MustParseAddrPort("127.0.0.1:" + port)
	for i := range 20 {
		r := request(t, at("a", addr))
		r.Store = openStore(t, dir)
		r.Settings = webPorts(r.Settings, addr)
		r.Settings.Screenshots = true
		r.Now = func() time.Time { return time.Now().Add(time.Duration(i) * 48 * time.Hour) }
		if _, err := scan.Run(timeout(t, 30*time.Second), r); err != nil {
			t.Fatal(err)
		}
		r.Store.Close()
	}
}

func runKilled(t *testing.T, dir string, port uint16, until func() bool) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), self, "-test.run=^"+t.Name()+"$")
	command.Env = append(os.Environ(), killedVariable+"="+dir, fmt.Sprintf("%s=%d", killedPortVariable, port))
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	for !until() {
		time.Sleep(20 * time.Millisecond)
	}
	if err := command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = command.Wait() // it was killed: that is its error
}
