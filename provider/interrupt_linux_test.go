package provider_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// process is one process, told from a later one with the same id by its start.
type process struct {
	pid, parent int
	name        string
	start       string
}

// processes lists what runs, from /proc. Zombies run no more.
func processes(t *testing.T) []process {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	var running []process
	for _, file := range stats {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it ended meanwhile
		}
		// "PID (NAME) STATE PPID ...": the name may hold spaces and brackets.
		open, end := bytes.IndexByte(text, '('), bytes.LastIndexByte(text, ')')
		pid, _ := strconv.Atoi(strings.TrimSpace(string(text[:open])))
		fields := strings.Fields(string(text[end+1:]))
		if parent, _ := strconv.Atoi(fields[1]); fields[0] != "Z" {
			running = append(running, process{pid, parent, string(text[open+1 : end]), fields[19]})
		}
	}
	return running
}

// below returns the processes that descend from pid.
func below(t *testing.T, pid int) []process {
	t.Helper()
	all := processes(t)
	family := map[int]bool{pid: true}
	var found []process
	for grown := true; grown; {
		grown = false
		for _, p := range all {
			if family[p.parent] && !family[p.pid] {
				family[p.pid], grown = true, true
				found = append(found, p)
			}
		}
	}
	return found
}

func alive(t *testing.T, were []process) []process {
	t.Helper()
	now := map[int]string{}
	for _, p := range processes(t) {
		now[p.pid] = p.start
	}
	var left []process
	for _, p := range were {
		if now[p.pid] == p.start {
			left = append(left, p)
		}
	}
	return left
}

// eventually fails the test unless the condition holds within the limit.
func eventually(t *testing.T, limit time.Duration, what string, condition func() bool) {
	t.Helper()
	for end := time.Now().Add(limit); !condition(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within %s", what, limit)
		}
	}
}

// started is an engine command in the middle of its run.
type started struct {
	t      *testing.T
	temp   string // its folder for temporary files
	cmd    *exec.Cmd
	output *bytes.Buffer
	done   chan struct{}
}

func (w *workspace) start(args ...string) *started {
	w.t.Helper()
	s := &started{w.t, w.t.TempDir(), w.command(args...), &bytes.Buffer{}, make(chan struct{})}
	s.cmd.Env = append(s.cmd.Env, "TMPDIR="+s.temp)
	s.cmd.Stdout, s.cmd.Stderr = s.output, s.output
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // as a shell starts it
	if err := s.cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	go func() { _ = s.cmd.Wait(); close(s.done) }()
	w.t.Cleanup(func() { _ = s.cmd.Process.Kill(); <-s.done })
	return s
}

// ends fails the test unless the command ends within the limit, with an error
// and without any of the processes.
func (s *started) ends(limit time.Duration, family []process) {
	s.t.Helper()
	began := time.Now()
	select {
	case <-s.done:
	case <-time.After(30 * time.Second):
		s.t.Fatal("the engine did not end within 30 seconds")
	}
	if took := time.Since(began); took > limit {
		s.t.Errorf("the engine ended after %s, want within %s; it said:\n%s", took.Round(time.Millisecond), limit, s.output)
	}
	if s.cmd.ProcessState.Success() {
		s.t.Errorf("the engine ended without an error; it said:\n%s", s.output)
	}
	eventually(s.t, 2*time.Second, "every process that the run started ends", func() bool { return len(alive(s.t, family)) == 0 })
}

func TestAccInterruptEndsAHangingApply(t *testing.T) {
	t.Parallel()
	port, accepted := hangingListener(t)
	config := strings.Replace(gated(port, ""), `http_timeout = "5s"`, `http_timeout = "1m"`, 1)
	run := newWorkspace(t, config).start("apply", "-input=false", "-auto-approve", "-no-color")
	eventually(t, 30*time.Second, "the scan reaches the server", func() bool { return accepted.Load() > 0 })
	family := below(t, run.cmd.Process.Pid)
	if len(family) == 0 {
		t.Fatal("the engine runs no provider")
	}
	if err := run.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	run.ends(2*time.Second, family)
}

// pictured is a configuration that takes a screenshot of a page which never
// finishes loading.
func pictured(t *testing.T) *workspace {
	t.Helper()
	needsBrowser(t)
	hang := make(chan struct{})
	t.Cleanup(func() { close(hang) })
	web := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			fmt.Fprint(w, `<title>Slow</title><script src="/never.js"></script>`)
			return
		}
		select {
		case <-hang:
		case <-r.Context().Done():
		}
	})
	return newWorkspace(t, strings.Replace(gated(web.port, ""), "screenshots   = false", "screenshots   = true", 1))
}

// named returns the processes with a name that begins so; the kernel keeps the
// first 15 characters.
func named(family []process, name string) []process {
	var found []process
	for _, p := range family {
		if strings.HasPrefix(p.name, name) {
			found = append(found, p)
		}
	}
	return found
}

// duringScreenshot starts an apply and returns it with all its processes once
// the browser is up.
func duringScreenshot(t *testing.T) (*started, []process) {
	t.Helper()
	run := pictured(t).start("apply", "-input=false", "-auto-approve", "-no-color")
	var family []process
	eventually(t, 30*time.Second, "the browser renders", func() bool {
		family = below(t, run.cmd.Process.Pid)
		return len(named(family, "chrom")) > 2
	})
	return run, family
}

// TestAccInterruptLeavesNoBrowser sends the signal to the whole process group,
// as a terminal does on Ctrl-C.
func TestAccInterruptLeavesNoBrowser(t *testing.T) {
	t.Parallel()
	run, family := duringScreenshot(t)
	if err := syscall.Kill(-run.cmd.Process.Pid, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	run.ends(2*time.Second, family)
	left, err := os.ReadDir(run.temp)
	if err != nil {
		t.Fatal(err)
	}
	if len(left) > 0 {
		t.Errorf("the run left %v in the folder for temporary files, want nothing", left)
	}
}

func TestAccKilledProviderLeavesNoBrowser(t *testing.T) {
	t.Parallel()
	run, family := duringScreenshot(t)
	killed := named(family, "terraform-prov")
	if len(killed) != 1 {
		t.Fatalf("%d provider processes run, want 1: %v", len(killed), family)
	}
	if err := syscall.Kill(killed[0].pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	run.ends(5*time.Second, family)
}
