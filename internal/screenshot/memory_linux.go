package screenshot

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// limitMemory bounds the data of a process and of those that it starts from
// now on, in bytes. What cannot be limited goes on without.
func limitMemory(pid int, bytes uint64) {
	_ = unix.Prlimit(pid, unix.RLIMIT_DATA, &unix.Rlimit{Cur: bytes, Max: bytes}, nil)
}

// limitGroup bounds the data of each process of a group. V8 counts the heap of
// its scripts; what they keep outside of it has no other limit.
func limitGroup(group int, bytes uint64) {
	entries, _ := os.ReadDir("/proc")
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		if of, err := unix.Getpgid(pid); err == nil && of == group {
			limitMemory(pid, bytes)
		}
	}
}
