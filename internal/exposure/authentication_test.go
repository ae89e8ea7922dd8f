package exposure_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

func TestTheWeakestEnforcedMethodDecides(t *testing.T) {
	// Each row adds the weaker method to those before it.
	tests := []struct{ method, want exposure.AuthMethod }{
		{"a method of the future", ""},
		{exposure.AuthClientCertificate, ""},
		{exposure.AuthBearer, ""},
		{exposure.AuthForm, ""},
		{exposure.AuthSSO, exposure.AuthSSO},
		{exposure.AuthNegotiate, exposure.AuthNTLM},
		{exposure.AuthNTLM, exposure.AuthNTLM},
		{exposure.AuthDigest, exposure.AuthDigest},
		{exposure.AuthBasic, exposure.AuthBasic},
	}
	seen := []exposure.Authentication{}
	if got := exposure.WeakestAuth(seen); got != "" {
		t.Errorf("WeakestAuth of nothing = %q", got)
	}
	for _, test := range tests {
		seen = append(seen, exposure.Authentication{Method: test.method, Verdict: exposure.AuthEnforced})
		if got := exposure.WeakestAuth(seen); got != test.want {
			t.Errorf("WeakestAuth(%v) = %q, want %q", seen, got, test.want)
		}
	}
}

func TestOnlyWhatIsEnforcedDecides(t *testing.T) {
	seen := []exposure.Authentication{{Method: exposure.AuthSSO, Verdict: exposure.AuthEnforced}}
	for _, method := range exposure.AuthMethods() {
		for _, verdict := range []exposure.AuthVerdict{exposure.AuthOffered, ""} {
			with := append(slices.Clone(seen), exposure.Authentication{Method: method, Verdict: verdict})
			if got := exposure.WeakestAuth(with); got != exposure.AuthSSO {
				t.Errorf("WeakestAuth(%v) = %q, want sso", with, got)
			}
			if got := exposure.WeakestAuth(with[1:]); got != "" {
				t.Errorf("WeakestAuth(%v) = %q, want none", with[1:], got)
			}
		}
	}
}

func TestMethodsAreWeakestFirstAndOnce(t *testing.T) {
	seen := []exposure.Authentication{
		{Method: exposure.AuthSSO, Verdict: exposure.AuthEnforced, Provider: "Okta"},
		{Method: exposure.AuthSSO, Verdict: exposure.AuthEnforced, Provider: "Ping"},
		{Method: exposure.AuthForm, Verdict: exposure.AuthOffered},
		{Method: exposure.AuthDigest, Verdict: exposure.AuthEnforced},
	}
	want := []exposure.AuthMethod{exposure.AuthDigest, exposure.AuthSSO}
	if diff := cmp.Diff(want, exposure.MethodsOf(seen, exposure.AuthEnforced)); diff != "" {
		t.Errorf("MethodsOf enforced (-want +got):\n%s", diff)
	}
	if got := exposure.MethodsOf(nil, exposure.AuthOffered); got == nil || len(got) != 0 {
		t.Errorf("MethodsOf of nothing = %#v, want an empty slice", got)
	}
}

// What an earlier version stored has no verdict, and listed what was enforced.
func TestAStoredMethodWithoutAVerdictWasEnforced(t *testing.T) {
	var got []exposure.Authentication
	stored := `[{"method":"basic","evidence":"e"},{"method":"form","verdict":"offered","evidence":"e"}]`
	if err := json.Unmarshal([]byte(stored), &got); err != nil {
		t.Fatal(err)
	}
	want := []exposure.Authentication{
		{Method: exposure.AuthBasic, Verdict: exposure.AuthEnforced, Evidence: "e"},
		{Method: exposure.AuthForm, Verdict: exposure.AuthOffered, Evidence: "e"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Unmarshal(%s) (-want +got):\n%s", stored, diff)
	}
}
