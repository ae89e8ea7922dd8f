package policy_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/policy"
)

// table is the specification of the three policies, as data.
type table struct {
	NotScanned struct {
		Every string `json:"every policy"`
	} `json:"not_scanned"`
	Policies map[string]struct {
		TCP  map[string]string
		HTTP []row
	}
}

type row struct {
	Status        string
	Auth          []string
	Bucket, Other string
}

func readTable(t testing.TB) table {
	t.Helper()
	src, err := os.ReadFile("testdata/severity.json")
	if err != nil {
		t.Fatal(err)
	}
	var spec table
	if err := json.Unmarshal(src, &spec); err != nil {
		t.Fatal(err)
	}
	if len(spec.Policies) != len(policy.Names()) {
		t.Fatalf("testdata/severity.json has %d policies, want %d", len(spec.Policies), len(policy.Names()))
	}
	return spec
}

// specified reads the table by itself: it scores each row that fits by how
// exact its status is, and knows nothing of the Rego.
func (s table) specified(name string, code int, auth string, bucket bool) string {
	best, answer := -1, "no row"
	for _, r := range s.Policies[name].HTTP {
		score := -1
		switch r.Status {
		case strconv.Itoa(code):
			score = 2
		case fmt.Sprintf("%dXX", code/100):
			score = 1
		case "any":
			score = 0
		}
		fits := slices.Contains(r.Auth, auth) || slices.Contains(r.Auth, "any")
		if score <= best || !fits {
			continue
		}
		best, answer = score, r.Other
		if bucket {
			answer = r.Bucket
		}
	}
	return answer
}

// hasRow reports whether the table names the very code.
func (s table) hasRow(name string, code int) bool {
	return slices.ContainsFunc(s.Policies[name].HTTP, func(r row) bool { return r.Status == strconv.Itoa(code) })
}

func mustNamed(t testing.TB, name string) *policy.Policy {
	t.Helper()
	p, err := policy.Named(name)
	if err != nil {
		t.Fatalf("Named(%q): %v", name, err)
	}
	return p
}

func TestEveryHTTPAnswerHasTheSeverityOfTheTable(t *testing.T) {
	spec := readTable(t)
	for _, name := range policy.Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, seen := mustNamed(t, name), map[string]int{}
			for code := 100; code <= 599; code++ {
				if code%codeStep != 0 && !spec.hasRow(name, code) {
					continue
				}
				for _, auth := range []string{"none", "basic", "digest", "ntlm", "sso"} {
					for _, bucket := range []bool{false, true} {
						want := spec.specified(name, code, auth, bucket)
						in := policy.Input{
							PortStatus: exposure.StatusOpen, HTTPStatusCode: code, DirectlyExposedBucket: bucket,
							Authentication: exposure.AuthMethod(strings.TrimPrefix(auth, "none")),
						}
						got, err := p.Severity(t.Context(), in)
						if err != nil || got.String() != want {
							t.Fatalf("Severity(%v, bucket %v) = %v, %v, want %s", in, bucket, got, err, want)
						}
						seen[want]++
					}
				}
			}
			if len(seen) < 3 && name != "strict" {
				t.Errorf("the table of %s has only the severities %v: it was not read well", name, seen)
			}
		})
	}
}

func TestEveryHandshakeHasTheSeverityOfTheTable(t *testing.T) {
	spec := readTable(t)
	statuses := map[string]exposure.PortStatus{"successful": exposure.StatusOpen, "unsuccessful": exposure.StatusClosed}
	for _, name := range policy.Names() {
		for handshake, status := range statuses {
			want, ok := spec.Policies[name].TCP[handshake]
			if !ok {
				t.Fatalf("testdata/severity.json: %s has no row for %s", name, handshake)
			}
			inputs := []policy.Input{{PortStatus: status}, {PortStatus: status, DirectlyExposedBucket: true, Port: 443}}
			if handshake == "successful" {
				inputs = append(inputs, policy.Input{PortStatus: status, HTTPStatus: exposure.HTTPClientError},
					policy.Input{PortStatus: status, HTTPStatus: exposure.HTTPUnsupportedPath},
					policy.Input{PortStatus: status, HTTPStatusCode: 999})
			} else {
				inputs = append(inputs, policy.Input{PortStatus: exposure.StatusOpen, Handshake: policy.Unsuccessful})
			}
			for _, in := range inputs {
				if got, err := mustNamed(t, name).Severity(t.Context(), in); err != nil || got.String() != want {
					t.Errorf("%s: Severity(%v) = %v, %v, want %s", name, in, got, err, want)
				}
			}
		}
	}
}

func TestWhatWasNotScannedIsCriticalUnderEveryPolicy(t *testing.T) {
	want := readTable(t).NotScanned.Every
	harmless, err := policy.Custom("package dynamicscan.severity\n\nseverity := \"none\"\n")
	if err != nil {
		t.Fatal(err)
	}
	policies := []*policy.Policy{harmless}
	for _, name := range policy.Names() {
		policies = append(policies, mustNamed(t, name))
	}
	inputs := []policy.Input{
		{},
		{PortStatus: exposure.StatusScannerDisabled},
		{PortStatus: exposure.StatusExcluded},
		{PortStatus: exposure.StatusUnsupportedPort},
		{PortStatus: exposure.StatusScanFailed},
		{PortStatus: exposure.StatusScanFailed, Handshake: policy.Unsuccessful},
		{PortStatus: "a status of the future", HTTPStatusCode: 403},
		{PortStatus: exposure.StatusClosed, Handshake: policy.Successful},
		{PortStatus: exposure.StatusClosed, HTTPStatusCode: 403},
		{PortStatus: exposure.StatusOpen, Handshake: policy.Unsuccessful, HTTPStatusCode: 403},
		{PortStatus: exposure.StatusOpen, Handshake: "perhaps"},
	}
	for _, p := range policies {
		for _, in := range inputs {
			if got, err := p.Severity(t.Context(), in); err != nil || got.String() != want {
				t.Errorf("%s: Severity(%v) = %v, %v, want %s", p.Name(), in, got, err, want)
			}
		}
	}
	if got, err := harmless.Severity(t.Context(), policy.Input{PortStatus: exposure.StatusOpen}); err != nil || got != exposure.SeverityNone {
		t.Errorf("custom: Severity of an open port = %v, %v, want none", got, err)
	}
}
