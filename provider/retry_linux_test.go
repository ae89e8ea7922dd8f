package provider_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// opensAfter opens a server that nobody listened to until now.
func opensAfter(t *testing.T, web *server, wait time.Duration) {
	t.Helper()
	web.close()
	timer := time.AfterFunc(wait, web.open)
	t.Cleanup(func() { timer.Stop() })
}

func TestAccEndpointIsWaitedFor(t *testing.T) {
	t.Parallel()
	web := serve(t, askPassword)
	config := watched(web.port, `retry = { interval = "1s", consecutive_successes = 2 }
  timeouts { create = "30s" }`)
	w := newWorkspace(t, config)
	opensAfter(t, web, 3*time.Second)
	w.apply().wantCode(t, 0)
	if state := w.read("terraform.tfstate"); !strings.Contains(state, `"port_status": "open"`) {
		t.Errorf("the state does not show the endpoint that came up:\n%s", state)
	}
	if n := web.accepted.Load(); n < 2 {
		t.Errorf("%d connections, want at least two looks that find it", n)
	}
	w.plan().wantCode(t, 0)
}

func TestAccWaitEndsAndSaysWhatWasSeenLast(t *testing.T) {
	t.Parallel()
	port := freePort(t)
	config := watched(port, `retry = { interval = "1s" }
  timeouts { create = "3s" }`)
	w := newWorkspace(t, config)
	applied := w.apply()
	applied.wantCode(t, 1)
	d := applied.wantDiagnostic(t, "error", "Endpoint did not come up in time: aws_instance.web", "within 3s", fmt.Sprintf("it refused %d", port))
	if want := lineOf(t, config, "host "); d.line() != want {
		t.Errorf("the wait points to line %d, want %d", d.line(), want)
	}
	w.env = append(w.env, "DYNAMICSCAN_ENFORCEMENT=warn")
	warned := w.apply()
	warned.wantCode(t, 0)
	warned.wantDiagnostic(t, "warning", "did not come up in time")
	if state := w.read("terraform.tfstate"); !strings.Contains(state, `"port_status": "closed"`) {
		t.Errorf("the state does not show what was seen last:\n%s", state)
	}
}

func TestAccGateWaitsForItsEndpoints(t *testing.T) {
	t.Parallel()
	web := serve(t, adminPage)
	waiting := func(limit string) string {
		config := gated(web.port, `retry = { interval = "1s" }
  timeouts { read = "`+limit+`" }`)
		return strings.Replace(config, `    "aws_instance.other" = { host = "127.0.0.1", ports = ["1"] }`+"\n", "", 1)
	}
	w := newWorkspace(t, waiting("30s"))
	opensAfter(t, web, 2*time.Second)
	applied := w.apply()
	applied.wantCode(t, 1) // it came up, and is critical: what is waited for is that it is there
	applied.wantDiagnostic(t, "error", "aws_instance.web", "HTTP 200")

	web.close()
	w.write("main.tf", waiting("2s"))
	w.later()
	late := w.apply()
	late.wantCode(t, 1)
	d := late.wantDiagnostic(t, "error", "Endpoint did not come up in time: aws_instance.web", "it refused")
	if want := lineOf(t, w.read("main.tf"), `"aws_instance.web"`); d.line() != want {
		t.Errorf("the wait points to line %d, want %d", d.line(), want)
	}
}

func TestAccInterruptEndsAWait(t *testing.T) {
	t.Parallel()
	w := newWorkspace(t, watched(freePort(t), `retry = { interval = "1h" }`))
	run := w.start("apply", "-input=false", "-auto-approve", "-no-color")
	eventually(t, 30*time.Second, "the first look is over", func() bool {
		_, err := os.Stat(w.dir + "/.dynamicscan/results.db")
		return err == nil
	})
	time.Sleep(time.Second)
	family := below(t, run.cmd.Process.Pid)
	if err := run.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	run.ends(2*time.Second, family)
}

func TestAccTimeLimitWithoutRetryEndsALook(t *testing.T) {
	t.Parallel()
	port, _ := hangingListener(t)
	config := strings.Replace(watched(port, `timeouts { create = "1s" }`), "screenshots = false,", `screenshots = false, limits = { http_timeout = "1m" },`, 1)
	applied := newWorkspace(t, config).apply()
	applied.wantCode(t, 1)
	applied.wantDiagnostic(t, "error", "Endpoint cannot be validated: aws_instance.web", "the time limit of 1s is over")
}
