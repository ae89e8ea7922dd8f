//go:build !windows

package probe

import (
	"errors"
	"syscall"
)

// isRefusal reports a reset in answer to the SYN. One that comes right behind
// the handshake is ECONNRESET, for a dial too.
func isRefusal(err error) bool { return errors.Is(err, syscall.ECONNREFUSED) }

// isUnreachable reports the errors into which kernels turn ICMP messages. The
// same numbers stand for a missing route, see hasRoute.
func isUnreachable(err error) bool {
	return errors.Is(err, syscall.EHOSTUNREACH) || errors.Is(err, syscall.ENETUNREACH) ||
		errors.Is(err, syscall.EHOSTDOWN)
}

func isReset(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}
