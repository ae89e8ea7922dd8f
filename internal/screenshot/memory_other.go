//go:build !linux

package screenshot

// limitMemory and limitGroup have no means here: other systems limit no
// process that runs already.
func limitMemory(pid int, bytes uint64) {}

func limitGroup(group int, bytes uint64) {}
