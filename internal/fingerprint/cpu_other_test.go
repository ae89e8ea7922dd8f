//go:build !unix

package fingerprint_test

import "time"

var started = time.Now()

// cpuTime is the time since the start: the processor's is not to be had here.
func cpuTime() time.Duration { return time.Since(started) }
