//go:build unix

package fingerprint_test

import (
	"syscall"
	"time"
)

// cpuTime is the processor time that this process has used, all threads
// together: what a busy machine does beside it does not count.
func cpuTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err) // the arguments are constants
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
