package scan

import (
	"os"
	"runtime"
	"runtime/debug"
	"sync"
)

// room is how much memory a scan may take beyond what the process holds
// already before it collects garbage more often. What one hostile page costs
// for a moment would else be kept twice.
const room = 160 << 20

// bounded counts the scans under way, which share one limit.
var bounded struct {
	sync.Mutex
	scans  int
	before int64
}

// boundMemory makes the process collect more garbage rather than grow, until
// the returned function is called. The limit is soft, and a user's own in
// GOMEMLIMIT stays.
func boundMemory() (end func()) {
	if os.Getenv("GOMEMLIMIT") != "" {
		return func() {}
	}
	bounded.Lock()
	defer bounded.Unlock()
	if bounded.scans++; bounded.scans == 1 {
		var now runtime.MemStats
		runtime.ReadMemStats(&now)
		bounded.before = debug.SetMemoryLimit(int64(now.Sys-now.HeapReleased) + room)
	}
	return sync.OnceFunc(func() {
		bounded.Lock()
		defer bounded.Unlock()
		if bounded.scans--; bounded.scans == 0 {
			debug.SetMemoryLimit(bounded.before)
		}
	})
}
