package provider_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/provider"
)

// TestSharedStoreIsOpenWhileSomebodyUsesIt checks that what is done at the same
// time goes through one store, that one user's end leaves it to the others, and
// that a store that could not be opened is tried again.
func TestSharedStoreIsOpenWhileSomebodyUsesIt(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	seen := exposure.Observation{ScannedAt: time.Unix(1700000000, 0)}
	var shared provider.SharedStore
	first, endFirst, err := shared.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for range 10 {
		wait.Go(func() {
			same, end, err := shared.Open(t.Context(), dir)
			if err != nil || same != first {
				t.Errorf("Open() = %p, %v, want the store that is open, %p", same, err, first)
				return
			}
			end()
			end() // a second end is none
		})
	}
	wait.Wait()
	if err := first.Put(t.Context(), "key", exposure.Endpoint{}, seen); err != nil {
		t.Errorf("Put() = %v after others ended, want the store to be open", err)
	}
	endFirst()
	if err := first.Put(t.Context(), "key", exposure.Endpoint{}, seen); err == nil {
		t.Error("Put() = nil after the last user ended, want a closed store")
	}
	again, end, err := shared.Open(t.Context(), dir)
	if err != nil {
		t.Fatalf("Open() = %v, want a store again", err)
	}
	defer end()
	if err := again.Put(t.Context(), "key", exposure.Endpoint{}, seen); err != nil {
		t.Errorf("Put() = %v, want nil", err)
	}
}

func TestSharedStoreThatCannotBeOpenedIsTriedAgain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var shared provider.SharedStore
	if _, _, err := shared.Open(t.Context(), file); err == nil {
		t.Fatal("Open() of a file = nil, want an error")
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	_, end, err := shared.Open(t.Context(), file)
	if err != nil {
		t.Fatalf("Open() = %v once the file is gone, want a store", err)
	}
	end()
}
