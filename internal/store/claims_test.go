package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/store"
)

func whatever(exposure.Observation) bool { return true }

// claim claims and expects to get the claim.
func claim(t *testing.T, s *store.Store, key string) (release func()) {
	t.Helper()
	found, release, err := s.Claim(t.Context(), key, noon, func() {}, whatever)
	if err != nil || found != nil {
		t.Fatalf("Claim(%q) = %+v, %v, want the claim", key, found, err)
	}
	return release
}

func TestAClaimIsWaitedForAndItsResultIsTaken(t *testing.T) {
	dir := t.TempDir()
	first, second := mustOpen(t, dir), mustOpen(t, dir)
	release := claim(t, first, "web")
	defer claim(t, second, "database")() // of another endpoint nobody waits for
	waits := make(chan struct{}, 1000)
	go func() {
		<-waits
		if err := first.Put(t.Context(), "web", exposure.Endpoint{}, observation(noon.Add(time.Second), "theirs", "")); err != nil {
			t.Errorf("Put: %v", err)
		}
		release()
	}()
	found, _, err := second.Claim(t.Context(), "web", noon, func() { waits <- struct{}{} }, whatever)
	if err != nil || found == nil || found.Ports[0].HTTP.Title != "theirs" {
		t.Errorf("Claim = %+v, %v, want the result of the other", found, err)
	}
}

func TestAResultThatDoesNotSuitIsNotTaken(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	if err := s.Put(t.Context(), "web", exposure.Endpoint{}, observation(noon, "old", "")); err != nil {
		t.Fatal(err)
	}
	claim(t, s, "web")() // the result is not from after noon
	if err := s.Put(t.Context(), "web", exposure.Endpoint{}, observation(noon.Add(time.Second), "new", "")); err != nil {
		t.Fatal(err)
	}
	found, release, err := s.Claim(t.Context(), "web", noon, func() {}, func(o exposure.Observation) bool { return o.Ports[0].HTTP.Title != "new" })
	if err != nil || found != nil {
		t.Fatalf("Claim = %+v, %v, want the claim", found, err)
	}
	release()
	if found, _, err := s.Claim(t.Context(), "web", noon, func() {}, whatever); err != nil || found == nil {
		t.Errorf("Claim = %+v, %v, want the new result", found, err)
	}
}

func TestAClaimIsRenewedWhileItIsHeldAndNotBeyond(t *testing.T) {
	dir := t.TempDir()
	first, second := mustOpen(t, dir), mustOpen(t, dir)
	release := claim(t, first, "web")
	ctx, cancel := context.WithTimeout(t.Context(), store.Lease+time.Second)
	defer cancel()
	if found, _, err := second.Claim(ctx, "web", noon, func() {}, whatever); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Claim of what another holds for longer than a lease = %+v, %v, want %v", found, err, context.DeadlineExceeded)
	}
	release()
	release() // again does nothing
	claim(t, second, "web")()
}

// A killed process renews nothing, and a clock that was set back leaves claims
// that would hold for long.
func TestAClaimThatNobodyRenewsLapses(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	for name, until := range map[string]time.Time{
		"over": time.Now().Add(-time.Millisecond), "about to be over": time.Now().Add(store.Lease / 6), "of a clock set back": time.Now().Add(time.Hour),
	} {
		if err := s.Exec("INSERT OR REPLACE INTO claims (endpoint, owner, until) VALUES ('web', 'killed', ?)", until.UnixMicro()); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		claim(t, s, "web")()
		if took := time.Since(began); took > store.Lease {
			t.Errorf("the claim %s was waited for %v, want at most %v", name, took, store.Lease)
		}
	}
}

func TestAClaimOfABrokenStoreIsAnError(t *testing.T) {
	s := mustOpen(t, t.TempDir())
	if err := s.Exec("DROP TABLE claims"); err != nil {
		t.Fatal(err)
	}
	if found, _, err := s.Claim(t.Context(), "web", noon, func() {}, whatever); err == nil {
		t.Errorf("Claim = %+v, nil, want an error", found)
	}
}
