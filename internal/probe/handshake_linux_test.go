package probe_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
)

func TestHandshakeIsUnverifiedWhenThisMachineHasNoMoreFiles(t *testing.T) {
	server := probetest.Silent(t)
	dialer := loopbackDialer(time.Second)
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	// Every new file would get a number that is no longer allowed. What is
	// open stays usable.
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: 3, Max: limit.Max}); err != nil {
		t.Fatal(err)
	}
	got, err := dialer.Handshake(t.Context(), server.Addr)
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	if err == nil || got.Result != exposure.Unverified || got.Detail != "too many open files" {
		t.Errorf("Handshake = %+v, %v, want unverified for want of files", got, err)
	}
}
