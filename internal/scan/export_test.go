package scan

import (
	"testing"
	"time"
)

// SearchFor bounds the search of each text by d until the test ends. Tests that
// call it do not run in parallel.
func SearchFor(t *testing.T, d time.Duration) {
	before := searchTime
	searchTime = d
	t.Cleanup(func() { searchTime = before })
}

// BoundMemory is what Run does for its time.
func BoundMemory() func() { return boundMemory() }
