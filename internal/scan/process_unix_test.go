//go:build unix

package scan_test

import (
	"bytes"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
)

func init() {
	fillDisk = func() {
		signal.Ignore(syscall.SIGXFSZ) // writes fail instead
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1, Max: 1}); err != nil {
			panic(err)
		}
	}
}

func TestAStoreThatCannotGrowEndsTheRunBeforeAnythingIsSent(t *testing.T) {
	server := probetest.Silent(t)
	command, _ := pipelineCommand(t, []string{server.Addr.String()}, t.TempDir())
	var told bytes.Buffer
	command.Stderr, command.Env = &told, append(command.Env, fullVariable+"=1")
	if err := command.Run(); err == nil || !strings.Contains(told.String(), "results.db cannot be") {
		t.Errorf("the run ended with %v and told %q, want an error of the store", err, &told)
	}
	if n := server.Settle(t); n != 0 {
		t.Errorf("%d connections, want none", n)
	}
}
