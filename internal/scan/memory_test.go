package scan_test

import (
	"math"
	"runtime/debug"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/scan"
)

func TestTheMemoryLimitLastsAsLongAsTheScans(t *testing.T) {
	limit := func() int64 { return debug.SetMemoryLimit(-1) } // asks
	t.Setenv("GOMEMLIMIT", "")
	before := limit()
	first, second := scan.BoundMemory(), scan.BoundMemory()
	if got := limit(); got == math.MaxInt64 || got < 160<<20 {
		t.Errorf("limit during a scan = %d, want one", got)
	}
	first()
	first() // ends once
	if got := limit(); got == before {
		t.Error("the limit ended with the first of two scans")
	}
	second()
	if got := limit(); got != before {
		t.Errorf("limit after the scans = %d, want %d as before", got, before)
	}
	t.Setenv("GOMEMLIMIT", "1GiB")
	end := scan.BoundMemory()
	defer end()
	if got := limit(); got != before {
		t.Errorf("limit beside one of the user = %d, want %d as before", got, before)
	}
}
