//go:build linux || darwin || freebsd || netbsd || openbsd

package screenshot_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/screenshot"
)

// groups are the process groups seen with a profile folder, by folder. Not
// every process of a browser has the folder in its command line.
var groups = map[string]map[int]bool{}

// browserProcesses returns the processes of all browsers that have, or had at
// an earlier call, a profile in the folder. Tests that use it are not parallel.
func browserProcesses(t *testing.T, dir string) []int {
	t.Helper()
	out, err := exec.Command("ps", "-axww", "-o", "pid=,pgid=,stat=,args=").Output()
	if err != nil {
		t.Fatalf("ps: %v", err)
	}
	if groups[dir] == nil {
		groups[dir] = map[int]bool{}
	}
	members := map[int][]int{} // by group
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if len(fields) < 4 || fields[2][0] == 'Z' {
			continue
		}
		pid, errPID := strconv.Atoi(fields[0])
		group, errGroup := strconv.Atoi(fields[1])
		if errPID != nil || errGroup != nil {
			t.Fatalf("ps says %q", line)
		}
		members[group] = append(members[group], pid)
		if strings.Contains(line, "--user-data-dir="+dir) {
			groups[dir][group] = true
		}
	}
	var pids []int
	for group := range groups[dir] {
		pids = append(pids, members[group]...)
	}
	return pids
}

// wantNone waits until no browser of the folder is left.
func wantNone(t *testing.T, dir string, within time.Duration) {
	t.Helper()
	began := time.Now()
	left := browserProcesses(t, dir)
	for len(left) > 0 && time.Since(began) < within {
		time.Sleep(50 * time.Millisecond)
		left = browserProcesses(t, dir)
	}
	for _, pid := range left {
		t.Errorf("process %d is left after %v", pid, within)
		syscall.Kill(pid, syscall.SIGKILL) // one of our own, by its id
	}
}

func TestCloseLeavesNothingAndMayBeRepeated(t *testing.T) {
	dir := t.TempDir()
	b := launch(t, screenshot.Options{ProfileDir: dir})
	if len(browserProcesses(t, dir)) == 0 {
		t.Fatal("no process of the browser was found: the check below would prove nothing")
	}
	folders, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(folders) != 1 {
		t.Fatalf("profiles are %v, %v, want one", folders, err)
	}
	if info, err := os.Stat(folders[0]); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("profile has mode %v, %v, want 0700", info.Mode(), err)
	}
	p := startProxy(t, hang(t))
	waiting := make(chan error, 1)
	go func() {
		_, err := b.Shoot(t.Context(), page(blue+`<img src=/hang>`), p.URL)
		waiting <- err
	}()
	time.Sleep(500 * time.Millisecond)
	began := time.Now()
	for range 2 {
		if err := b.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("Close() took %v", took)
	}
	wantNone(t, dir, 0)
	if err := <-waiting; err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("Shoot() during Close() = %v, want that the browser was closed", err)
	}
	if _, err := b.Shoot(t.Context(), page(blue), p.URL); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("Shoot() after Close() = %v, want that the browser was closed", err)
	}
}

func TestKilledParentLeavesNoBrowserAndItsProfileIsSwept(t *testing.T) {
	requireBrowser(t)
	dir := t.TempDir()
	p := startProxy(t, http.NotFoundHandler())
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), "SCREENSHOT_TEST_VICTIM="+dir, "SCREENSHOT_TEST_PROXY="+p.URL)
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	defer command.Process.Kill()
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		t.Fatalf("the other process says %q, %v, want ready", line, err)
	}
	if len(browserProcesses(t, dir)) < 2 {
		t.Fatal("the other process has no browser: the check below would prove nothing")
	}

	// While its owner lives, another run leaves the profile alone.
	neighbour, err := screenshot.Launch(t.Context(), screenshot.Options{BrowserPath: requireBrowser(t), ProfileDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	neighbour.Close()
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 1 {
		t.Fatalf("profiles are %v, want that of the living process", left)
	}

	if err := command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, out)
	command.Wait()
	wantNone(t, dir, 3*time.Second)
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 1 {
		t.Fatalf("profiles are %v, want the one that was left", left)
	}
	b, err := screenshot.Launch(t.Context(), screenshot.Options{BrowserPath: requireBrowser(t), ProfileDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 1 {
		t.Errorf("profiles are %v, want only the new one", left)
	}
	b.Close()
}

func TestSweepTakesOnlyWhatIsAProfileOfOurs(t *testing.T) {
	dir := t.TempDir()
	precious := filepath.Join(t.TempDir(), "precious")
	folder := func(name string, files ...string) string {
		t.Helper()
		name = filepath.Join(dir, name)
		if err := os.Mkdir(name, 0o700); err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			write(t, filepath.Join(name, file))
		}
		return name
	}
	write(t, precious)
	write(t, filepath.Join(dir, "dynamicscan-browser-file"))
	if err := os.Symlink(filepath.Dir(precious), filepath.Join(dir, "dynamicscan-browser-link")); err != nil {
		t.Fatal(err)
	}
	folder("other", ".dynamicscan-profile")
	folder("dynamicscan-browser-named", "Cookies")
	linked := folder("dynamicscan-browser-linked", "Cookies")
	if err := os.Symlink(precious, filepath.Join(linked, ".dynamicscan-profile")); err != nil {
		t.Fatal(err)
	}
	kept := []string{"dynamicscan-browser-file", "dynamicscan-browser-link", "dynamicscan-browser-linked", "dynamicscan-browser-named", "other"}
	if os.Geteuid() == 0 { // nobody else can give a folder away
		foreign := folder("dynamicscan-browser-foreign", ".dynamicscan-profile")
		if err := os.Chown(foreign, 12345, 12345); err != nil {
			t.Fatal(err)
		}
		kept = append([]string{"dynamicscan-browser-file", "dynamicscan-browser-foreign"}, kept[1:]...)
	}
	folder("dynamicscan-browser-dead", ".dynamicscan-profile", "Cookies")
	folder("dynamicscan-browser-empty")

	// Profiles are swept before the browser is asked anything.
	if _, err := screenshot.Launch(t.Context(), screenshot.Options{BrowserPath: fakeBrowser(t, "exit 1"), ProfileDir: dir}); err == nil {
		t.Fatal("Launch() = nil, want an error")
	}
	left := []string{}
	entries, err := os.ReadDir(dir)
	for _, entry := range entries {
		left = append(left, entry.Name())
	}
	if diff := cmp.Diff(kept, left); diff != "" || err != nil {
		t.Errorf("%v; what is left differs (-want +got):\n%s", err, diff)
	}
	if _, err := os.Stat(precious); err != nil {
		t.Error(err)
	}
}

func write(t *testing.T, name string) {
	t.Helper()
	if err := os.WriteFile(name, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestBrowserThatDiesIsLaunchedAgain(t *testing.T) {
	dir := t.TempDir()
	b := launch(t, screenshot.Options{ProfileDir: dir, Deadline: 3 * time.Second})
	p := startProxy(t, hang(t))
	for _, during := range []bool{false, true} {
		before := browserProcesses(t, dir)
		kill := func() {
			for _, pid := range before {
				syscall.Kill(pid, syscall.SIGKILL)
			}
		}
		html := blue
		if during {
			html += `<img src=/hang>`
			time.AfterFunc(500*time.Millisecond, kill)
		} else {
			kill()
			time.Sleep(200 * time.Millisecond)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 12*time.Second)
		got, err := b.Shoot(ctx, page(html), p.URL)
		cancel()
		wantBlue(t, got, err)
	}
}

func TestRendererOfALoopingPageEndsWithIt(t *testing.T) {
	dir := t.TempDir()
	b := launch(t, screenshot.Options{ProfileDir: dir, Deadline: time.Second})
	p := startProxy(t, http.NotFoundHandler())
	if _, err := b.Shoot(t.Context(), page(blue), p.URL); err != nil {
		t.Fatal(err)
	}
	before := len(browserProcesses(t, dir))
	if _, err := b.Shoot(t.Context(), page(blue+`<script>for (;;);</script>`), p.URL); err == nil {
		t.Fatal("Shoot() = nil, want an error")
	}
	after := len(browserProcesses(t, dir))
	for began := time.Now(); after > before && time.Since(began) < 5*time.Second; after = len(browserProcesses(t, dir)) {
		time.Sleep(100 * time.Millisecond)
	}
	if after > before {
		t.Errorf("%d processes run 5s after the looping page, %d before it", after, before)
	}
}

func TestPageWhoseRendererCrashesSaysSo(t *testing.T) {
	dir := t.TempDir()
	b := launch(t, screenshot.Options{ProfileDir: dir})
	p := startProxy(t, hang(t))
	time.AfterFunc(500*time.Millisecond, func() {
		for _, pid := range browserProcesses(t, dir) {
			line, _ := exec.Command("ps", "-ww", "-o", "args=", "-p", strconv.Itoa(pid)).Output()
			if strings.Contains(string(line), "--type=renderer") {
				syscall.Kill(pid, syscall.SIGKILL)
			}
		}
	})
	_, err := b.Shoot(t.Context(), page(blue+`<img src=/hang>`), p.URL)
	var none *screenshot.NoPictureError
	if !errors.As(err, &none) || !strings.Contains(none.Reason, "crashed") {
		t.Errorf("Shoot() = %v, want a NoPictureError that the page crashed", err)
	}
	p = startProxy(t, http.NotFoundHandler())
	got, err := b.Shoot(t.Context(), page(blue), p.URL)
	wantBlue(t, got, err)
}

// Scripts keep bytes outside of the heap that V8 counts.
func TestMemoryOfAPageIsBounded(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("no limit is set here")
	}
	b := launch(t, screenshot.Options{Deadline: 30 * time.Second})
	p := startProxy(t, http.NotFoundHandler())
	got, err := b.Shoot(t.Context(), page(blue+`<script>const a = []; let why = "all were had";
try { while (a.length < 40) a.push(new Uint8Array(5e7).fill(1)) } catch (e) { why = e.name } document.body.append(" " + why)</script>`), p.URL)
	if err != nil || shown(got) != "seen RangeError" {
		t.Errorf("Shoot() = %q, %v, want that 2 GB are refused", shown(got), err)
	}
}

// A user who is not root gets a sandbox, and where the system has none, a
// warning. The browser is a script that wants one like Chromium.
func TestMissingSandboxIsWarnedOf(t *testing.T) {
	if os.Geteuid() == 0 {
		runAsNobody(t)
		return
	}
	var told []string
	b, err := screenshot.Launch(t.Context(), screenshot.Options{
		BrowserPath: fakeBrowser(t, `case " $* " in *" --no-sandbox "*) head -c 1 <&3 >/dev/null; printf '{"id":1,"result":{}}\0' >&4; sleep 30;; esac
echo '[1:FATAL:zygote] No usable sandbox! If you want to live dangerously' >&2; exit 1`),
		ProfileDir: t.TempDir(), Warn: func(s string) { told = append(told, s) },
	})
	if err != nil {
		t.Fatalf("Launch() = %v, want a browser without sandbox", err)
	}
	b.Close()
	if diff := cmp.Diff([]string{"The browser for screenshots has no sandbox, because the system forbids user namespaces"}, told); diff != "" {
		t.Errorf("what was told differs (-want +got):\n%s", diff)
	}
}

// runAsNobody runs the test again as a user without privileges.
func runAsNobody(t *testing.T) {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "screenshot-test-") // t.TempDir lies in folders of root's
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	binary := filepath.Join(dir, "test")
	program, err := os.ReadFile(os.Args[0])
	if err := errors.Join(err, os.WriteFile(binary, program, 0o755), os.Chmod(dir, 0o777)); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(binary, "-test.run", "^"+t.Name()+"$", "-test.v")
	command.Dir = dir
	command.Env = append(os.Environ(), "TMPDIR="+dir, "HOME="+dir)
	command.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := command.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Errorf("as nobody: %v\n%s", err, out)
	}
}

// fakeBrowser writes a script that stands for a browser.
func fakeBrowser(t *testing.T, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "chromium")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestBrowserThatCannotStartSaysWhy(t *testing.T) {
	dir := t.TempDir()
	for name, test := range map[string]struct{ script, want string }{
		"dies":        {"echo noise >&2; printf 'No usable \\033[31msandbox!\\n\\n' >&2; exit 1", "the browser ended: No usable \uFFFD[31msandbox!"},
		"no protocol": {"printf 'hello\\0' >&4; sleep 30", "the browser ended"},
		"refuses":     {`head -c 1 <&3 >/dev/null; printf '{"id":1,"error":{"code":-1,"message":"no\\nway"}}\0' >&4; sleep 30`, "Target.setAutoAttach: no way"},
	} {
		_, err := screenshot.Launch(t.Context(), screenshot.Options{BrowserPath: fakeBrowser(t, test.script), ProfileDir: dir})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: Launch() = %v, want it to contain %q", name, err, test.want)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("profiles %v are left", left)
	}
}

func TestLaunchEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	dir := t.TempDir()
	seen := make(chan int)
	time.AfterFunc(100*time.Millisecond, func() { seen <- len(browserProcesses(t, dir)) })
	began := time.Now()
	_, err := screenshot.Launch(ctx, screenshot.Options{BrowserPath: fakeBrowser(t, "sleep 30 & sleep 30"), ProfileDir: dir})
	took := time.Since(began)
	if n := <-seen; n == 0 {
		t.Error("no process was found while it ran: the check below would prove nothing")
	}
	if !errors.Is(err, context.DeadlineExceeded) || took > 1300*time.Millisecond {
		t.Errorf("Launch() = %v after %v, want context.DeadlineExceeded within a second of 300ms", err, took)
	}
	wantNone(t, dir, 0)
}

func TestBrowserGetsNothingOfTheEnvironment(t *testing.T) {
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	dir := t.TempDir()
	record := filepath.Join(dir, "environment")
	screenshot.Launch(t.Context(), screenshot.Options{
		BrowserPath: fakeBrowser(t, "env > "+record+"; exit 1"), ProfileDir: dir,
	})
	got, err := os.ReadFile(record)
	if err != nil || !strings.Contains(string(got), "PATH=") || strings.Contains(string(got), "secret") {
		t.Errorf("the browser's environment is %q, %v, want PATH and no secret", got, err)
	}
}
